"""The time, waiting and chance, as what works with them is given them: a test gives its own."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` in UTC; `monotonic` and all durations in seconds.

    `wait` is for an event, at most so long, and says whether it is set.
    `random` gives floats in [0, 1). `now` jumps when somebody sets the machine's clock.
    """

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wait: Callable[[Event, float], bool] = field(default=Event.wait)
    random: Callable[[], float] = random.random
    _start: datetime = field(init=False)  # at which `monotonic` was 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "_start", self.now() - timedelta(seconds=self.monotonic()))

    def steady(self) -> datetime:
        """Now, by a clock that never jumps: what it was when this began, and what passed since."""
        return self._start + timedelta(seconds=self.monotonic())
