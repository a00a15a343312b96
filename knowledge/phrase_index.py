"""Whether a text may have one of many phrases, found by its words alone; a pattern is slower."""

from collections import defaultdict
from collections.abc import Iterable, Set


class PhraseIndex:
    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Of words each, one at least."""
        self._rests: dict[str, list[frozenset[str]]] = defaultdict(list)
        for first, *rest in phrases:
            self._rests[first].append(frozenset(rest))

    def may_be_in(self, words: Set[str]) -> bool:
        """Whether all words of one of them are among these, in whatever order."""
        return any(
            rest <= words for first in words & self._rests.keys() for rest in self._rests[first]
        )
