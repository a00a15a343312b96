"""The time, waiting and chance, as what works with them is given them: a test gives its own."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` in UTC; `monotonic` and all durations in seconds.

    `wait` is for an event, at most so long, and says whether it is set.
    `random` gives floats in [0, 1).
    """

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wait: Callable[[Event, float], bool] = field(default=Event.wait)
    random: Callable[[], float] = random.random
