"""What each restaurant spent this month, a minute old at most; days that are long over stay known.

It asks the tables and tells nobody.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import inf
from threading import Lock
from typing import TypeVar
from zoneinfo import ZoneInfo

from knowledge import costs
from knowledge.clock import Clock
from knowledge.costs import Line, Prices
from models import meter
from models.database.engine import Database
from models.database.statements import Connection
from models.diners import Known
from models.meter import SLACK, TO_THE_END, ByPersona, Ids, Use
from models.restaurants import Restaurant

FRESH_S = 60.0
API_FRESH_S = 5.0  # its callers are machines: a minute of theirs may be a day's budget
COUNTING_S = 5.0  # so long others go by what was known, while one counts anew
# Of a day that has been over for so long, no message is still on its way.
SETTLED_AFTER = timedelta(days=2)
K = TypeVar("K")
V = TypeVar("V")


class Spending:
    def __init__(self, database: Database, clock: Clock, prices: Prices) -> None:
        self._database = database
        self._clock = clock
        self._prices = prices
        self._lock = Lock()
        # Each with the monotonic second until which it is known; inf: for good.
        self._days: dict[tuple[str, date], tuple[ByPersona, float]] = {}
        self._months: dict[tuple[str, date], tuple[Decimal, float]] = {}
        self._of_api: dict[tuple[str, date], tuple[Decimal, float]] = {}
        self._first_ids: dict[datetime, Ids] = {}

    def month(self, restaurant: Restaurant, first: date | None = None) -> list[Line]:
        """The lines of the month that begins on `first`, or of this one, up to today.

        Raises DatabaseUnavailableError.
        """
        today = self._today(restaurant)
        days = _days(first or today.replace(day=1), today)
        told = [(day, self._day(restaurant, day)) for day in days]
        return costs.of_month(told, self._prices, restaurant.country)

    def of_use(self, use: Use, restaurant: Restaurant) -> Decimal:
        """In US dollars, as if no message were free."""
        return costs.of_diner(use, self._prices, restaurant.country)

    def this_month(self, restaurant: Restaurant) -> Decimal:
        """In US dollars. Raises DatabaseUnavailableError."""
        today = self._today(restaurant)
        key = (restaurant.number, today.replace(day=1))
        if (known := self._known(self._months, key)) is not None:
            return known
        usd = sum((line.usd for line in self.month(restaurant)), Decimal(0))
        # No longer than the first of its days is known.
        until = min(self._days[restaurant.number, day][1] for day in _days(key[1], today))
        self._months[key] = (usd, until)
        return usd

    def today_of(self, diner: Known, restaurant: Restaurant) -> Decimal:
        """What one diner's day took so far, in US dollars. Raises DatabaseUnavailableError."""
        since = self.midnight(restaurant)
        with self._database.alone() as connection:
            use = meter.of_diner(connection, diner, since, self.ids_of(connection, since))
        return costs.of_diner(use, self._prices, restaurant.country)

    def today_of_api(self, restaurant: Restaurant) -> Decimal:
        """The same of all who call `/ai`, some seconds old at most."""
        key = (restaurant.number, self._today(restaurant))
        if (known := self._known(self._of_api, key)) is not None:
            return known
        since = self.midnight(restaurant)
        with self._database.alone() as connection:
            first = self.ids_of(connection, since)
            use = meter.of_api(connection, restaurant.number, since, first)
        usd = costs.of_diner(use, self._prices, restaurant.country)
        self._of_api[key] = (usd, self._clock.monotonic() + API_FRESH_S)
        return usd

    def midnight(self, restaurant: Restaurant) -> datetime:
        """When the restaurant's day began."""
        return _midnight(self._today(restaurant), restaurant)

    def _today(self, restaurant: Restaurant) -> date:
        return self._clock.now().astimezone(ZoneInfo(restaurant.timezone)).date()

    def _day(self, restaurant: Restaurant, day: date) -> ByPersona:
        key = (restaurant.number, day)
        if (known := self._known(self._days, key)) is not None:
            return known
        since = _midnight(day, restaurant)
        end = _midnight(day + timedelta(days=1), restaurant)
        behind = end + 2 * SLACK
        is_past = behind < self._clock.now()
        with self._database.alone() as connection:  # a transaction each: none holds others up
            first = self.ids_of(connection, since)
            last = self.ids_of(connection, behind) if is_past else TO_THE_END
            counted = meter.within(connection, restaurant.number, since, end, first, last)
        is_settled = self._clock.now() - end > SETTLED_AFTER
        until = inf if is_settled else self._clock.monotonic() + FRESH_S
        self._days[key] = (counted, until)
        return counted

    def _known(self, table: dict[K, tuple[V, float]], key: K) -> V | None:
        """What is fresh of it; to one that asks when it is not, None: the others need not count."""
        now = self._clock.monotonic()
        with self._lock:
            found = table.get(key)
            if found is None:
                return None
            known, until = found
            if now < until:
                return known
            table[key] = (known, now + COUNTING_S)
        return None

    def ids_of(self, connection: Connection, moment: datetime) -> Ids:
        """The first ids of a moment that is past: they stay known."""
        found = self._first_ids.get(moment)
        if found is None:
            found = self._first_ids[moment] = meter.first_ids(connection, moment)
        return found


def _days(first: date, today: date) -> Iterator[date]:
    day = first
    while day <= today and (day.year, day.month) == (first.year, first.month):
        yield day
        day += timedelta(days=1)


def _midnight(day: date, restaurant: Restaurant) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(restaurant.timezone))
