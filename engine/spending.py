"""What each restaurant spent this month, a minute old at most; days that are long over stay known.

It asks the tables and tells nobody.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from threading import Lock
from zoneinfo import ZoneInfo

from knowledge import costs
from knowledge.clock import Clock
from knowledge.costs import Line, Prices
from models import meter
from models.database.engine import Database
from models.meter import ByPersona
from models.restaurants import Restaurant

FRESH_S = 60.0
# Of a day that has been over for so long, no message is still on its way.
SETTLED_AFTER = timedelta(days=2)


class Spending:
    def __init__(self, database: Database, clock: Clock, prices: Prices) -> None:
        self._database = database
        self._clock = clock
        self._prices = prices
        self._lock = Lock()
        # By number and day: what was counted, and when, in monotonic seconds; inf: for good.
        self._known: dict[tuple[str, date], tuple[ByPersona, float]] = {}

    def month(self, restaurant: Restaurant, first: date | None = None) -> list[Line]:
        """The lines of the month that begins on `first`, or of this one, up to today.

        Raises DatabaseUnavailableError.
        """
        today = self._today(restaurant)
        days = _days(first or today.replace(day=1), today)
        told = [(day, self._day(restaurant, day)) for day in days]
        return costs.of_month(told, self._prices, restaurant.country)

    def this_month(self, restaurant: Restaurant) -> Decimal:
        """In US dollars. Raises DatabaseUnavailableError."""
        return sum((line.usd for line in self.month(restaurant)), Decimal(0))

    def today_of(self, diner_id: int, restaurant: Restaurant) -> Decimal:
        """What one diner's day took so far, in US dollars. Raises DatabaseUnavailableError."""
        since = _midnight(self._today(restaurant), restaurant)
        with self._database.alone() as connection:
            use = meter.of_diner(connection, diner_id, since)
        return costs.of_diner(use, self._prices, restaurant.country)

    def midnight(self, restaurant: Restaurant) -> datetime:
        """When the restaurant's day began."""
        return _midnight(self._today(restaurant), restaurant)

    def _today(self, restaurant: Restaurant) -> date:
        return self._clock.now().astimezone(ZoneInfo(restaurant.timezone)).date()

    def _day(self, restaurant: Restaurant, day: date) -> ByPersona:
        key = (restaurant.number, day)
        now = self._clock.monotonic()
        with self._lock:
            known, until = self._known.get(key, ({}, -1.0))
        if now < until:
            return known
        since = _midnight(day, restaurant)
        end = _midnight(day + timedelta(days=1), restaurant)
        with self._database.connection() as connection:
            counted = meter.within(connection, restaurant.number, since, end)
        is_settled = self._clock.now() - end > SETTLED_AFTER
        with self._lock:
            self._known[key] = (counted, float("inf") if is_settled else now + FRESH_S)
        return counted


def _days(first: date, today: date) -> Iterator[date]:
    day = first
    while day <= today and (day.year, day.month) == (first.year, first.month):
        yield day
        day += timedelta(days=1)


def _midnight(day: date, restaurant: Restaurant) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(restaurant.timezone))
