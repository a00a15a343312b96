"""So much may be taken at once, by whoever it is, and half of it by one: who wants more waits."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from whatsapp.decoding import NOT_NOW, OpeningError

LONGEST_S = 30.0


@dataclass(frozen=True, eq=False, slots=True)
class _Wish:
    whose: Hashable
    amount: int


class Room:
    """`most`: of whatever is counted, files or bytes. `longest_s`: what anybody waits for it."""

    def __init__(self, most: int, longest_s: float = LONGEST_S) -> None:
        self._most = most
        self._longest_s = longest_s
        self._taken: Counter[Hashable] = Counter()
        self._waiting: list[_Wish] = []  # in the order in which they came
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
        """Whoever wants more gives back what they have, and waits; for less nobody waits.

        Raises OpeningError for who waited in vain.
        """
        with self._changed:
            self._taken[whose] -= before
            self._changed.notify_all()
            try:
                if amount > before:
                    self._wait_for(_Wish(whose, amount))
                self._taken[whose] += amount
            finally:
                if not self._taken[whose]:
                    del self._taken[whose]

    def _wait_for(self, wish: _Wish) -> None:
        self._waiting.append(wish)
        try:
            if not self._changed.wait_for(lambda: self._next() is wish, self._longest_s):
                raise OpeningError(NOT_NOW)
        finally:
            self._waiting.remove(wish)
            self._changed.notify_all()

    def _next(self) -> _Wish | None:
        """Who came first, once there is room for it; those who have their half are passed by."""
        for each in self._waiting:
            has = self._taken[each.whose]
            # What is more than half is let in alone.
            if not has or has + each.amount <= self._most // 2:
                return each if self.taken + each.amount <= self._most else None
        return None


class Share:
    def __init__(self, room: Room, whose: Hashable) -> None:
        self._room = room
        self._whose = whose
        self._amount = 0

    def take(self, amount: int) -> None:
        """Have so much, `most` at most, in place of what it had. Raises OpeningError."""
        before, self._amount = self._amount, 0
        self._room.change(self._whose, before, amount)
        self._amount = amount
