"""The places of an entry that a word may stand in, and the best entries first.

Pure: whether an entry is a dish or a rule, and what its places weigh, its search knows.
"""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

Entry = TypeVar("Entry")


class Place(NamedTuple):
    """Words that stand together in an entry, and how much it weighs to stand there.

    Of `whole` only the very word counts, not one begun or mistyped: prose is like everything.
    """

    weight: float
    words: Collection[str] = ()
    whole: Collection[str] = ()


def best_first(
    entries: Sequence[Entry],
    scores: Sequence[float],
    kept_share: float,
    bonus: Callable[[Entry], float] = lambda _entry: 0.0,
) -> list[Entry]:
    """The entries that score at least `kept_share` of what the best one does.

    `bonus` counts for their order alone. Equals stay in the order they came in.
    """
    best = max(scores, default=0.0)
    kept = [
        (score + bonus(entry), entry)
        for score, entry in zip(scores, entries, strict=True)
        if score > 0 and score >= kept_share * best
    ]
    return [entry for _, entry in sorted(kept, key=lambda pair: -pair[0])]
