"""Scores words against the places of an entry that they may stand in, and puts the best first.

Pure: whether an entry is a dish or a rule, and what its places weigh, its search knows.
"""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

from knowledge.words import equal_or_begun, likeness

Entry = TypeVar("Entry")


class Place(NamedTuple):
    """Words that stand together in an entry, and how much it weighs to stand there.

    Of `whole` only the very word counts, not one begun or mistyped: prose is like everything.
    """

    weight: float
    words: Collection[str] = ()
    whole: Collection[str] = ()


def word_scores(
    entries: Sequence[Sequence[Place]],
    word: str,
    aliases: Sequence[str] = (),
    others_share: float = 0.0,
) -> list[float]:
    """Every entry's score for `word`, or for the best of its `aliases`.

    The best place that it stands in counts whole, the others add `others_share` of their weight.
    It counts as mistyped only if no entry has it spelled so: "leases" is not "leave".
    """
    spelled = (word, *aliases)
    exact = [
        max([_score(places, each, _as_spelled, others_share) for each in spelled])
        for places in entries
    ]
    if any(exact):
        return exact
    return [_score(places, word, _as_mistyped, others_share) for places in entries]


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


def _score(
    places: Sequence[Place],
    word: str,
    fit: Callable[[str, Place], float],
    others_share: float,
) -> float:
    found = [place.weight * fit(word, place) for place in places]
    return (1 - others_share) * max(found) + others_share * sum(found)


def _as_spelled(word: str, place: Place) -> float:
    return 1.0 if word in place.whole else equal_or_begun(word, place.words)


def _as_mistyped(word: str, place: Place) -> float:
    return max([likeness(word, other) for other in place.words], default=0.0)
