"""Restaurants' days: when each begins, and what it came to, counted once and kept.

Days that are long over stay known. What is counted is its caller's.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from math import inf
from threading import Lock
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from knowledge.clock import Clock
from models import meter
from models.database.engine import Database
from models.database.statements import Connection
from models.meter import SLACK, TO_THE_END, Ids
from models.restaurants import Restaurant

FRESH_S = 60.0
COUNTING_S = 5.0  # so long others go by what was known, while one counts anew
# Of a day that has been over for so long, no message is still on its way.
SETTLED_AFTER = timedelta(days=2)
K = TypeVar("K")
V = TypeVar("V")

# What is counted on a number from a moment to another, among the ids that its rows can have.
Count = Callable[[Connection, str, datetime, datetime, Ids, Ids], V]


class Kept(Generic[K, V]):
    """What was counted, each until a monotonic second; inf: for good."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._kept: dict[K, tuple[V, float]] = {}

    def fresh(self, key: K) -> V | None:
        """To one that asks when it is not, None: the others need not count."""
        now = self._clock.monotonic()
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            known, until = found
            if now < until:
                return known
            self._kept[key] = (known, now + COUNTING_S)
        return None

    def keep(self, key: K, value: V, until: float) -> V:
        self._kept[key] = (value, until)
        return value

    def until(self, key: K) -> float:
        """Raises KeyError for what was never kept."""
        return self._kept[key][1]


class Calendar:
    """By restaurants' own clocks, with the ids that rows of a moment begin with."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._first_ids: dict[datetime, Ids] = {}

    def today(self, restaurant: Restaurant) -> date:
        return self.clock.now().astimezone(ZoneInfo(restaurant.timezone)).date()

    def month(self, restaurant: Restaurant, first: date | None = None) -> list[date]:
        """The days up to today of the month that begins on `first`, or of this one."""
        today = self.today(restaurant)
        return list(_days(first or today.replace(day=1), today))

    def ids_of(self, connection: Connection, moment: datetime) -> Ids:
        """The first ids of a moment that is past: they stay known."""
        found = self._first_ids.get(moment)
        if found is None:
            found = self._first_ids[moment] = meter.first_ids(connection, moment)
        return found


class Days(Generic[V]):
    """Raises DatabaseUnavailableError where a day is to be counted, and it is away."""

    def __init__(self, calendar: Calendar, count: Count[V]) -> None:
        self._calendar = calendar
        self._count = count
        self._kept: Kept[tuple[str, date], V] = Kept(calendar.clock)

    def of(self, restaurant: Restaurant, day: date) -> V:
        """A minute old at most."""
        key = (restaurant.number, day)
        if (known := self._kept.fresh(key)) is not None:
            return known
        calendar = self._calendar
        since, end = midnight(restaurant, day), midnight(restaurant, day + timedelta(days=1))
        behind = end + 2 * SLACK
        now = calendar.clock.now()
        with calendar.database.alone() as connection:  # a transaction each: none holds others up
            first = calendar.ids_of(connection, since)
            last = calendar.ids_of(connection, behind) if behind < now else TO_THE_END
            counted = self._count(connection, restaurant.number, since, end, first, last)
        calendar.clock.sleep(0)  # a month is thirty of these: the others' turn between two
        is_settled = calendar.clock.now() - end > SETTLED_AFTER
        until = inf if is_settled else calendar.clock.monotonic() + FRESH_S
        return self._kept.keep(key, counted, until)

    def until(self, restaurant: Restaurant, day: date) -> float:
        """The monotonic second until which a day that was asked for is known."""
        return self._kept.until((restaurant.number, day))


def midnight(restaurant: Restaurant, day: date) -> datetime:
    """When a day of the restaurant's begins."""
    return datetime.combine(day, time.min, ZoneInfo(restaurant.timezone))


def _days(first: date, today: date) -> Iterator[date]:
    day = first
    while day <= today and (day.year, day.month) == (first.year, first.month):
        yield day
        day += timedelta(days=1)
