"""How many lines of one cause the log takes a minute, where anybody can have them written.

What is left out is counted, and stands in the next line of its cause. It imports nothing:
gunicorn's master has it too.
"""

import time
from collections.abc import Callable

MINUTE_S = 60.0
MOST = 20  # lines of one cause a minute


class Ration:
    """`clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # By cause: when its minute began, its lines since, and those left out since the last one.
        self._minutes: dict[str, tuple[float, int, int]] = {}

    def left_out(self, cause: str) -> int | None:
        """How many lines were left out before this one; None where this one is to be, too.

        `cause` is a name of ours: nothing of what a caller sends may be in it.
        """
        now = self._clock()
        began, lines, left_out = self._minutes.get(cause, (now, 0, 0))
        if now - began >= MINUTE_S:
            began = now
            lines = 0
        is_told = lines < MOST
        self._minutes[cause] = (began, lines + 1, 0) if is_told else (began, lines, left_out + 1)
        return left_out if is_told else None
