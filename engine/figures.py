"""A restaurant's figures of today and of a month, as its owner reads them; a minute old at most.

Days that are long over stay known, so that a month costs what its last days do. It writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from engine.days import FRESH_S, Days, Kept, midnight
from engine.spending import Spending
from knowledge.clock import Clock
from knowledge.costs import Line, summed
from models.console import figures
from models.console.figures import HOUR, Day
from models.database.engine import Database
from models.meter import TO_THE_END
from models.restaurants import Restaurant

MOST_DISHES = 20
TODAY_FRESH_S = 4.0


@dataclass(frozen=True, slots=True)
class Percentiles:
    """In seconds, of so many answers; None of none."""

    p50: float | None
    p95: float | None
    answers: int


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of today or a day of a month, by its beginning in the restaurant's own time."""

    begins: datetime
    messages_in: int
    messages_out: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """So many messages came to this end: delivered, read, failed, sent (and no more heard), ...

    `code`: Twilio's, where it told one.
    """

    end: str
    code: int | None
    messages: int


@dataclass(frozen=True, slots=True)
class Dish:
    """In how many turns it was looked up by its words, or what goes with it."""

    id: int
    name: str
    turns: int


@dataclass(frozen=True, slots=True)
class Figures:
    """From `first` to `last`, both among it, by the restaurant's own days.

    `answered`: from a message's arrival to its reply's writing; `sent`: to the try that Twilio took
    its first part in. Each is of a day's last 1,000 answers at most, drafts left out. `by_day`:
    `sent` of each day. `lines`: turns, messages, tokens and US dollars by day and persona; they
    hold what was erased since too, the rest does not. `hand_overs`: conversations in which a person
    wrote, or had to. `opt_outs`: who wrote STOP and has not come back.
    """

    first: date
    last: date
    slots: tuple[Slot, ...]
    lines: tuple[Line, ...]
    answered: Percentiles
    sent: Percentiles
    by_day: tuple[Percentiles, ...]
    delivered: tuple[Delivered, ...]
    dishes: tuple[Dish, ...]
    hand_overs: int
    opt_outs: int


class Counting:
    def __init__(self, database: Database, clock: Clock, spending: Spending) -> None:
        self._database = database
        self._clock = clock
        self._spending = spending
        self._calendar = spending.calendar
        self._days: Days[Day] = Days(self._calendar, figures.day)
        # By their number and first day, and whether it is that day alone.
        self._kept: Kept[tuple[str, date, bool], Figures] = Kept(clock)

    def today(self, restaurant: Restaurant) -> Figures:
        """By the hour, some seconds old at most. Raises DatabaseUnavailableError."""
        today = self._calendar.today(restaurant)
        key = (restaurant.number, today, True)
        if (known := self._kept.fresh(key)) is not None:
            return known
        lines = [each for each in self._spending.month(restaurant) if each.day == today]
        counted = self._figures(restaurant, [today], lines, self._hours(restaurant, today))
        return self._kept.keep(key, counted, self._clock.monotonic() + TODAY_FRESH_S)

    def month(self, restaurant: Restaurant, first: date | None = None) -> Figures:
        """By the day: the month that begins on `first`, or this one, a minute old at most.

        Raises as above.
        """
        days = self._calendar.month(restaurant, first)
        key = (restaurant.number, days[0], False)
        if (known := self._kept.fresh(key)) is not None:
            return known
        lines = self._spending.month(restaurant, first)
        slots = [_daily(restaurant, day, lines) for day in days]
        counted = self._figures(restaurant, days, lines, slots)
        return self._kept.keep(key, counted, self._clock.monotonic() + FRESH_S)

    def sums(self, restaurant: Restaurant, first: date, last: date) -> Line:
        """Of the month that begins on `first`, up to the day `last` of it; as the others raise."""
        lines = self._spending.month(restaurant, first)
        return summed(each for each in lines if each.day <= last)

    def _figures(
        self,
        restaurant: Restaurant,
        days: Sequence[date],
        lines: Sequence[Line],
        slots: Sequence[Slot],
    ) -> Figures:
        whole = Day()
        by_day = []
        for day in days:
            counted = self._days.of(restaurant, day)
            by_day.append(_percentiles(counted.sent_s))
            whole.add(counted)
        return Figures(
            first=days[0],
            last=days[-1],
            slots=tuple(slots),
            lines=tuple(lines),
            answered=_percentiles(whole.answered_s),
            sent=_percentiles(whole.sent_s),
            by_day=tuple(by_day),
            delivered=tuple(
                Delivered(end, code, count) for (end, code), count in whole.parts.most_common()
            ),
            dishes=self._dishes(restaurant, whole),
            hand_overs=len(whole.in_hands),
            opt_outs=self._opt_outs(restaurant, days),
        )

    def _hours(self, restaurant: Restaurant, today: date) -> list[Slot]:
        since, now = midnight(restaurant, today), self._clock.now()
        with self._database.alone() as connection:
            first = self._calendar.ids_of(connection, since)
            counted = figures.hours(connection, restaurant.number, since, now, first, TO_THE_END)
        zone = ZoneInfo(restaurant.timezone)
        begins = since.astimezone(UTC)
        return [
            Slot((begins + nth * HOUR).astimezone(zone), came, went)
            for nth, (came, went) in enumerate(counted)
        ]

    def _dishes(self, restaurant: Restaurant, day: Day) -> tuple[Dish, ...]:
        most = day.dishes.most_common(MOST_DISHES)
        with self._database.transaction() as session:
            names = figures.names_of(session, restaurant.id, [dish for dish, _ in most])
        return tuple(Dish(dish, names[dish], turns) for dish, turns in most if dish in names)

    def _opt_outs(self, restaurant: Restaurant, days: Sequence[date]) -> int:
        since = midnight(restaurant, days[0])
        until = midnight(restaurant, days[-1] + timedelta(days=1))
        with self._database.transaction() as session:
            return figures.opted_out(session, restaurant.number, since, until)


def _daily(restaurant: Restaurant, day: date, lines: Sequence[Line]) -> Slot:
    use = summed(line for line in lines if line.day == day).use
    return Slot(midnight(restaurant, day), use.messages_in, use.messages_out)


def _percentiles(seconds: Sequence[float]) -> Percentiles:
    ranked = sorted(seconds)
    if not ranked:
        return Percentiles(None, None, 0)
    p50, p95 = (ranked[ceil(len(ranked) * share) - 1] for share in (0.5, 0.95))
    return Percentiles(p50, p95, len(ranked))
