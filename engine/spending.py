"""What each restaurant spent this month, a minute old at most; days that are long over stay known.

It asks the tables and tells nobody.
"""

from datetime import date, datetime
from decimal import Decimal

from engine.days import Calendar, Days, Kept, midnight
from knowledge import costs
from knowledge.clock import Clock
from knowledge.costs import Line, Prices
from models import meter
from models.database.engine import Database
from models.diners import Known
from models.meter import ByPersona, Use
from models.restaurants import Restaurant

FRESH_S = 5.0  # who calls `/ai` is a machine: a minute of theirs may be a day's budget


class Spending:
    def __init__(self, database: Database, clock: Clock, prices: Prices) -> None:
        self.calendar = Calendar(database, clock)
        self._database = database
        self._clock = clock
        self._prices = prices
        self._days: Days[ByPersona] = Days(self.calendar, meter.within)
        self._months: Kept[tuple[str, date], Decimal] = Kept(clock)
        self._of_all: Kept[tuple[str, str, date], Decimal] = Kept(clock)

    def month(self, restaurant: Restaurant, first: date | None = None) -> list[Line]:
        """The lines of the month that begins on `first`, or of this one, up to today.

        Raises DatabaseUnavailableError.
        """
        days = self.calendar.month(restaurant, first)
        told = [(day, self._days.of(restaurant, day)) for day in days]
        return costs.of_month(told, self._prices, restaurant.country)

    def of_use(self, use: Use, restaurant: Restaurant) -> Decimal:
        """In US dollars, as if no message were free."""
        return costs.of_diner(use, self._prices, restaurant.country)

    def this_month(self, restaurant: Restaurant) -> Decimal:
        """In US dollars. Raises DatabaseUnavailableError."""
        days = self.calendar.month(restaurant)
        key = (restaurant.number, days[0])
        if (known := self._months.fresh(key)) is not None:
            return known
        usd = sum((line.usd for line in self.month(restaurant)), Decimal(0))
        # No longer than the first of its days is known.
        return self._months.keep(key, usd, min(self._days.until(restaurant, day) for day in days))

    def today_of(self, diner: Known, restaurant: Restaurant) -> Decimal:
        """What one diner's day took so far, in US dollars. Raises DatabaseUnavailableError."""
        since = self.midnight(restaurant)
        with self._database.alone() as connection:
            first = self.calendar.ids_of(connection, since)
            use = meter.of_diner(connection, diner, since, first)
        return costs.of_diner(use, self._prices, restaurant.country)

    def today_of_all(self, channel: str, restaurant: Restaurant) -> Decimal:
        """The same of all of one of ANYBODYS, some seconds old at most."""
        key = (channel, restaurant.number, self.calendar.today(restaurant))
        if (known := self._of_all.fresh(key)) is not None:
            return known
        since = self.midnight(restaurant)
        with self._database.alone() as connection:
            first = self.calendar.ids_of(connection, since)
            use = meter.of_channel(connection, channel, restaurant.number, since, first)
        usd = costs.of_diner(use, self._prices, restaurant.country)
        return self._of_all.keep(key, usd, self._clock.monotonic() + FRESH_S)

    def midnight(self, restaurant: Restaurant) -> datetime:
        """When the restaurant's day began."""
        return midnight(restaurant, self.calendar.today(restaurant))
