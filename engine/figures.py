"""A restaurant's figures of today and of a month, as its owner reads them; a minute old at most.

Days that are long over stay known, so that a month costs what its last days do. It writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, inf
from zoneinfo import ZoneInfo

from engine.spending import FRESH_S, SETTLED_AFTER, Spending
from knowledge.clock import Clock
from knowledge.costs import Line
from models.console import figures
from models.console.figures import HOUR, Day
from models.database.engine import Database
from models.meter import SLACK, TO_THE_END
from models.restaurants import Restaurant

MOST_DISHES = 20
MOST_DAYS = 400  # that stay known, of all restaurants


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
        # Each with the monotonic second until which it is known; inf: for good.
        self._days: dict[tuple[str, date], tuple[Day, float]] = {}

    def today(self, restaurant: Restaurant) -> Figures:
        """By the hour. Raises DatabaseUnavailableError."""
        today = self._today(restaurant)
        lines = [each for each in self._spending.month(restaurant) if each.day == today]
        return self._figures(restaurant, [today], lines, self._hours(restaurant, today))

    def month(self, restaurant: Restaurant, first: date | None = None) -> Figures:
        """By the day: the month that begins on `first`, or this one. Raises as above."""
        today = self._today(restaurant)
        first = first or today.replace(day=1)
        days = _days_of(first, today)
        lines = self._spending.month(restaurant, first)
        zone = ZoneInfo(restaurant.timezone)
        slots = [_daily(day, lines, zone) for day in days]
        return self._figures(restaurant, days, lines, slots)

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
            counted = self._day(restaurant, day)
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

    def _day(self, restaurant: Restaurant, day: date) -> Day:
        key = (restaurant.number, day)
        known, until = self._days.get(key, (None, -inf))
        if known is not None and self._clock.monotonic() < until:
            return known
        since, end = _midnight(day, restaurant), _midnight(day + timedelta(days=1), restaurant)
        behind = end + 2 * SLACK
        now = self._clock.now()
        with self._database.alone() as connection:  # a transaction each: none holds others up
            first = self._spending.ids_of(connection, since)
            last = self._spending.ids_of(connection, behind) if behind < now else TO_THE_END
            counted = figures.day(connection, restaurant.number, since, end, first, last)
        is_settled = now - end > SETTLED_AFTER
        if len(self._days) >= MOST_DAYS:
            self._days.pop(next(iter(self._days)))
        self._days[key] = (counted, inf if is_settled else self._clock.monotonic() + FRESH_S)
        return counted

    def _hours(self, restaurant: Restaurant, today: date) -> list[Slot]:
        since, now = _midnight(today, restaurant), self._clock.now()
        with self._database.alone() as connection:
            first = self._spending.ids_of(connection, since)
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
        since = _midnight(days[0], restaurant)
        until = _midnight(days[-1] + timedelta(days=1), restaurant)
        with self._database.transaction() as session:
            return figures.opted_out(session, restaurant.number, since, until)

    def _today(self, restaurant: Restaurant) -> date:
        return self._clock.now().astimezone(ZoneInfo(restaurant.timezone)).date()


def _days_of(first: date, today: date) -> list[date]:
    """Of the month that begins so, up to today; never none."""
    month = [first + timedelta(days=nth) for nth in range(31)]
    return [first, *(day for day in month[1:] if day.month == first.month and day <= today)]


def _daily(day: date, lines: Sequence[Line], zone: ZoneInfo) -> Slot:
    uses = [line.use for line in lines if line.day == day]
    return Slot(
        datetime.combine(day, time.min, zone),
        sum(use.messages_in for use in uses),
        sum(use.messages_out for use in uses),
    )


def _percentiles(seconds: Sequence[float]) -> Percentiles:
    ranked = sorted(seconds)
    if not ranked:
        return Percentiles(None, None, 0)
    p50, p95 = (ranked[ceil(len(ranked) * share) - 1] for share in (0.5, 0.95))
    return Percentiles(p50, p95, len(ranked))


def _midnight(day: date, restaurant: Restaurant) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(restaurant.timezone))
