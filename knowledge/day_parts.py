"""The parts of a day, morning to midnight: when each is, and which hour of the clock is of it.

Where a house has a period of that name, its own times hold; those here are the usual ones.
"""

from datetime import time
from typing import NamedTuple


class Part(NamedTuple):
    """When a part of a day begins, what who names it means, and when it is over."""

    begins: time
    means: time
    ends: time


LATE = time(23, 59)
PARTS = {
    "morning": Part(time(6), time(9, 30), time(12)),
    "breakfast": Part(time(6), time(8, 30), time(11)),
    "brunch": Part(time(9), time(11), time(14)),
    "noon": Part(time(11, 30), time(12), time(14)),
    "lunch": Part(time(11, 30), time(13), time(15, 30)),
    "afternoon": Part(time(13), time(16), time(18)),
    "evening": Part(time(17), time(19, 30), LATE),
    "dinner": Part(time(17), time(19, 30), LATE),
    "night": Part(time(18), time(20, 30), LATE),
    "midnight": Part(LATE, LATE, LATE),
}
EVENINGS = ("evening", "dinner", "night")
MIDDAYS = ("noon", "brunch", "lunch", "afternoon")
SMALL_HOURS = 4  # "tonight at one" is of the night that has begun


def in_part(clock: time, part: str | None) -> time:
    """A bare hour of a part of the day: one at lunch, eight at night."""
    hour = clock.hour
    if part == "night" and hour == 12:
        return LATE
    if (part in EVENINGS and SMALL_HOURS <= hour < 12) or (part in MIDDAYS and hour < 6):
        return clock.replace(hour=hour + 12)
    return clock
