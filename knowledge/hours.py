"""When a house is open, and what it serves when: weekly times, other times on some dates.

Pure: a moment comes in, and what is open then comes out. Times are the clock's on the wall of the
restaurant, whatever summer time makes of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.database.upsert import Row
from models.opening_hours import HOUSE, WEEKDAYS
from models.restaurants import Restaurant

DAY_MINUTES = 24 * 60
# Who is shut for longer opens when its owner says so.
LOOK_AHEAD_DAYS = 400
# Who is open for so long on end always is.
ALWAYS_DAYS = 8
DAY = timedelta(days=1)

_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_DAYS = re.compile(r"([a-z]{3})[a-z]*+(?:-([a-z]{3})[a-z]*+)?")


class Span(NamedTuple):
    """Minutes since a day began; what ends on the day after ends after 24 hours."""

    opens: int
    closes: int


CLOSED = Span(0, 0)
Week = tuple[tuple[Span, ...], ...]  # Monday first


@dataclass(frozen=True)
class Times:
    """Weekly times, and on some dates others in their place."""

    week: Week
    dates: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def on(self, day: date) -> tuple[Span, ...]:
        return self.dates[day] if day in self.dates else self.week[day.weekday()]


@dataclass(frozen=True, eq=False)
class Hours:
    """A restaurant's: when it is open, the periods of its day by their names, and dates' names.

    One equals itself alone, so that what is made of it can be kept.
    """

    timezone: ZoneInfo
    house: Times
    periods: Mapping[str, Times]
    names: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a house is open, and until when that stays so; None: as far as one can tell."""

    is_open: bool
    until: datetime | None


def opening(hours: Hours, at: datetime) -> Opening:
    """How it is at a moment; `until` is local."""
    at = at.astimezone(UTC)
    for start, end in _around(hours, hours.house, at):
        if start <= at < end:
            until = _goes_on(hours, end)
            return Opening(True, until and until.astimezone(hours.timezone))
    first = at.astimezone(hours.timezone).date()
    for nth in range(LOOK_AHEAD_DAYS):
        for start, _ in moments(hours, hours.house, first + nth * DAY):
            if start > at:
                return Opening(False, start.astimezone(hours.timezone))
    return Opening(False, None)


def is_within(hours: Hours, times: Times, at: datetime) -> bool:
    at = at.astimezone(UTC)
    return any(start <= at < end for start, end in _around(hours, times, at))


def end_of_service(hours: Hours, at: datetime) -> datetime | None:
    """When the house closes for the last time of its day, or of the next one that it opens on."""
    at = at.astimezone(UTC)
    first = at.astimezone(hours.timezone).date()
    for nth in range(-1, LOOK_AHEAD_DAYS):
        ends = [end for _, end in moments(hours, hours.house, first + nth * DAY)]
        if ends and max(ends) > at:
            return max(ends).astimezone(hours.timezone)
    return None


def moments(hours: Hours, times: Times, day: date) -> Iterator[tuple[datetime, datetime]]:
    """From when to when, in UTC, on the day that it begins on.

    Two moments of one zone compare by their clocks, an hour off where summer time begins: so UTC.
    """
    for span in times.on(day):
        yield _moment(day, span.opens, hours.timezone), _moment(day, span.closes, hours.timezone)


def _moment(day: date, minutes: int, timezone: ZoneInfo) -> datetime:
    days, minutes = divmod(minutes, DAY_MINUTES)
    local = datetime.combine(day + days * DAY, time(*divmod(minutes, 60)), timezone)
    return local.astimezone(UTC)


def _around(hours: Hours, times: Times, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What begins on the day of a moment, or on the day before, and so may last until then."""
    today = at.astimezone(hours.timezone).date()
    yield from moments(hours, times, today - DAY)
    yield from moments(hours, times, today)


def _goes_on(hours: Hours, end: datetime) -> datetime | None:
    """When it closes: what ends as the next begins does not."""
    last = end + ALWAYS_DAYS * DAY
    while True:
        later = [
            each_end
            for start, each_end in _around(hours, hours.house, end)
            if start <= end < each_end
        ]
        if not later:
            return end
        end = max(later)
        if end > last:
            return None


def hours_of(restaurant: Restaurant) -> Hours | None:
    """A restaurant's hours; None where it keeps none as data."""
    rows = (
        (row.what, row.day, row.opens, row.closes, row.name) for row in restaurant.opening_hours
    )
    return _hours(restaurant.timezone, tuple(rows))


@lru_cache(maxsize=128)  # a restaurant is read anew each second, and is mostly as it was
def _hours(timezone: str, rows: tuple[tuple[str, str, str, str, str], ...]) -> Hours | None:
    if not any(what == HOUSE and day in WEEKDAYS for what, day, *_ in rows):
        return None
    weeks: dict[str, list[list[Span]]] = {HOUSE: [[] for _ in WEEKDAYS]}
    dates: dict[str, dict[date, list[Span]]] = {}
    names: dict[date, str] = {}
    for what, written, opens, closes, name in rows:
        week = weeks.setdefault(what, [[] for _ in WEEKDAYS])
        try:
            spans = spans_in(f"{opens}-{closes}") if opens else ()
            if written in WEEKDAYS:
                week[WEEKDAYS.index(written)] += spans
                continue
            day = date.fromisoformat(written)
        except ValueError:
            continue  # written by hand, and by the table's leave: as if it were not there
        dates.setdefault(what, {}).setdefault(day, []).extend(spans)
        if name:
            names[day] = name
    times = {what: _times(week, dates.get(what, {})) for what, week in weeks.items()}
    return Hours(ZoneInfo(timezone), times.pop(HOUSE), times, names)


def _times(week: list[list[Span]], dates: Mapping[date, list[Span]]) -> Times:
    return Times(_sorted(week), {day: tuple(sorted(spans)) for day, spans in dates.items()})


def _sorted(week: list[list[Span]]) -> Week:
    return tuple(tuple(sorted(spans)) for spans in week)


@lru_cache(maxsize=1024)
def week_of(written: tuple[str, ...]) -> Week:
    """Weekly times, as "Mon-Thu, Sun 12:00-15:00" or, of every day, "07:00-11:00, 16:00-18:00".

    Raises ValueError.
    """
    week: list[list[Span]] = [[] for _ in WEEKDAYS]
    for each in written:
        first = re.search(r"\d|$", each)
        assert first is not None, "every text has an end"
        for day in _days_in(each[: first.start()]):
            week[day] += spans_in(each[first.start() :])
    return _sorted(week)


def spans_in(written: str) -> tuple[Span, ...]:
    """Times of a day, one at least, as "12:00-15:00, 18:30-02:00". Raises ValueError."""
    spans = []
    for part in _pieces(written):
        found = _SPAN.fullmatch(part)
        if not found:
            raise ValueError(_unreadable(written))
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        opens = from_hour * 60 + from_minute
        closes = to_hour * 60 + to_minute
        if opens >= DAY_MINUTES or closes > DAY_MINUTES or max(from_minute, to_minute) >= 60:
            raise ValueError(_unreadable(written))
        spans.append(Span(opens, closes if closes > opens else closes + DAY_MINUTES))
    if not spans:
        raise ValueError(_unreadable(written))
    return tuple(spans)


def row_of(what: str, day: str, span: Span, name: str = "") -> Row:
    """A row of the table; `day` is a weekday, or a date, which may be `CLOSED`."""
    opens, closes = ("", "") if span is CLOSED else map(clock_text, span)
    return {"what": what, "day": day, "opens": opens, "closes": closes, "name": name}


def clock_text(minutes: int) -> str:
    """Minutes since a day began as the clock shows them: 23:00, 24:00, and 02:00 of the next."""
    hour, minute = divmod(minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}"


def _days_in(written: str) -> Sequence[int]:
    """Days of the week, Monday is 0; of no word of them, every day. Raises ValueError."""
    pieces = _pieces(written.casefold())
    if pieces in ([], ["daily"], ["every", "day"]):
        return range(7)
    days: set[int] = set()
    for part in pieces:
        found = _DAYS.fullmatch(part)
        if not found or not {found[1], found[2] or found[1]} <= set(WEEKDAYS):
            raise ValueError(_unreadable(written))
        first = WEEKDAYS.index(found[1])
        last = WEEKDAYS.index(found[2] or found[1])
        days.update(each % 7 for each in range(first, last + (1 if last >= first else 8)))
    return sorted(days)


def _pieces(written: str) -> list[str]:
    """What stands between commas and blanks, with plain dashes and none around them."""
    tidy = " ".join(written.replace("–", "-").replace("—", "-").replace(",", " ").split())
    return tidy.replace(" -", "-").replace("- ", "-").split()


def _unreadable(written: str) -> str:
    return f"{written!r} is no times of a week: expected as Mon-Fri 12:00-15:00, or 07:00-11:00"
