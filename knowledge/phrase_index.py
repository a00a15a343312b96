"""Whether a text may have one of many phrases, found by its words alone; a pattern is slower."""

from collections import defaultdict
from collections.abc import Iterable
from sys import intern


class PhraseIndex:
    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Of words each, one at least."""
        self._rests: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for first, *rest in phrases:
            self._rests[intern(first)].append(tuple(map(intern, rest)))

    def may_be_in(self, words: frozenset[str]) -> bool:
        """Whether all words of one of them are among these, in whatever order."""
        return any(
            words.issuperset(rest)
            for first in words & self._rests.keys()
            for rest in self._rests[first]
        )
