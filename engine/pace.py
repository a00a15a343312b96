"""How fast messages leave: evenly for each number; and how long one that failed waits."""

from threading import Lock

from knowledge.clock import Clock

RETRY_BASE_S = 1.0
RETRY_CAP_S = 60.0


class Pace:
    """Spaces the sends of one number evenly: `per_second` of them, none in a burst."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._gap_s = 1.0 / per_second
        self._lock = Lock()
        self._next: dict[str, float] = {}

    def wait(self, number: str) -> None:
        """Sleep until this number's next place."""
        with self._lock:
            now = self._clock.monotonic()
            place = max(now, self._next.get(number, 0.0))
            self._next[number] = place + self._gap_s
        if place > now:
            self._clock.sleep(place - now)


def retry_pause_s(attempt: int, retry_after_s: float | None, chance: float) -> float:
    """How long to wait after this attempt, from 1: what the other side asked for at least.

    `chance`, in [0, 1), spreads those that failed together.
    """
    ceiling_s = min(RETRY_CAP_S, RETRY_BASE_S * 2.0 ** min(attempt - 1, 10))
    return max(retry_after_s or 0.0, ceiling_s * (0.5 + chance / 2))
