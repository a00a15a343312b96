"""A fair queue for connections: SQLAlchemy's pool, run short, may let the newest in first."""

import time
from collections import deque
from collections.abc import Callable
from threading import Event, Lock


class FairQueue:
    """`count` may be inside at once; the others come in the order in which they asked.

    `waited` hears for how many seconds one had to wait, in vain or not.
    """

    def __init__(self, count: int, waited: Callable[[float], object] = lambda _: None) -> None:
        self.count = count
        self._waited = waited
        self._free = count
        self._lock = Lock()
        self._waiting: deque[Event] = deque()

    @property
    def in_use(self) -> int:
        return self.count - self._free

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def take(self, timeout_s: float) -> bool:
        """Wait for a place; False when time runs out first."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = Event()
            self._waiting.append(mine)
        began = time.monotonic()
        try:
            if mine.wait(timeout_s):
                return True
        except BaseException:
            if self._is_handed_over(mine):
                self.give_back()  # whoever waited is gone
            raise
        finally:
            self._waited(time.monotonic() - began)
        return self._is_handed_over(mine)

    def _is_handed_over(self, mine: Event) -> bool:
        """At the last moment, or never: then it waits no more."""
        with self._lock:
            if mine.is_set():
                return True
            self._waiting.remove(mine)
            return False

    def give_back(self) -> None:
        """Leave; the place goes straight to whoever has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
