"""A clock that the test rules: a pause is over at once, and what happens in it is the test's."""

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock

from knowledge.clock import Clock
from tests.models.desk import NOON

# All takes milliseconds in these tests, and longer where others keep the machine busy.
WAIT_S = 10.0


def soon(condition: Callable[[], object]) -> bool:
    """Wait, in real time, until the condition holds; False when it does not."""
    until = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


class ManualClock:
    """It is `at` until something pauses, or the test lets time pass.

    `meanwhile`: what happens in the pauses to come, one after the other. `chance`: what
    randomness gives.
    """

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at
        self._passed_s = 0.0
        self._lock = Lock()
        self.pauses: list[float] = []
        self.meanwhile: deque[Callable[[], object]] = deque()
        self.chance = 0.0
        self.clock = Clock(
            now=self.now,
            monotonic=self.monotonic,
            sleep=self.pause,
            wait=self.wait,
            random=lambda: self.chance,
        )

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    def passes(self, seconds: float) -> None:
        with self._lock:
            self._passed_s += seconds

    def is_set(self, ahead_s: float) -> None:
        """Somebody sets the machine's clock, so many seconds ahead; no time passes."""
        self._at += timedelta(seconds=ahead_s)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if self.meanwhile:
            self.meanwhile.popleft()()
        self.passes(seconds)

    def wait(self, event: Event, seconds: float) -> bool:
        if not event.is_set():
            self.pause(seconds)
        return event.is_set()


class HastyClock(ManualClock):
    """No time passes in a pause, and it lasts a moment: for loops, on threads of their own.

    `moment_s`: in real seconds.
    """

    def __init__(self, moment_s: float = 0.002) -> None:
        super().__init__()
        self._moment_s = moment_s

    def wait(self, event: Event, seconds: float) -> bool:
        self.pauses.append(seconds)
        return event.wait(self._moment_s)
