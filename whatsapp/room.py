"""So much may be taken at once, by whoever it is, and half of it by one: who wants more waits."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Condition


class Room:
    """`most`: of whatever is counted, files or bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[Hashable] = Counter()
        self._changed = Condition()

    @contextmanager
    def share(self, whose: Hashable) -> Iterator["Share"]:
        """Nothing at first; what was taken of it is given back at the end."""
        share = Share(self, whose)
        try:
            yield share
        finally:
            share.take(0)

    @property
    def taken(self) -> int:
        return self._taken.total()

    def change(self, whose: Hashable, before: int, amount: int) -> None:
        """Whoever wants more gives back what they have, and waits; for less nobody waits."""
        with self._changed:
            self._taken[whose] -= before
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._has(whose, amount))
            self._taken[whose] += amount
            if not self._taken[whose]:
                del self._taken[whose]

    def _has(self, whose: Hashable, amount: int) -> bool:
        # What is more than half is let in alone.
        is_fair = not self._taken[whose] or self._taken[whose] + amount <= self._most // 2
        return is_fair and self.taken + amount <= self._most


class Share:
    def __init__(self, room: Room, whose: Hashable) -> None:
        self._room = room
        self._whose = whose
        self._amount = 0

    def take(self, amount: int) -> None:
        """Have so much, `most` at most, in place of what it had."""
        before, self._amount = self._amount, 0
        self._room.change(self._whose, before, amount)
        self._amount = amount
