"""A period of days, and its arithmetic: months, quarters, weeks, the one before, a year earlier.

Pure: it knows no words but the names it gives.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAY = timedelta(days=1)
WEEK_DAYS = 7
YEAR_WEEKS = 52  # a year earlier, for what hangs on the day of the week
LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # in months


class PeriodError(ValueError):
    """Words that name no period, or more than one; the message says which to use."""


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, both included. `label` is its name: "Q3 2025".

    `months` or `days` is how far the one before it is away, where that is not its length: this
    month up to today is compared with the same days of the month before, so its `months` is 1.
    `assumed`: what the words left open, and how it was read; empty where nothing was.
    """

    start: date
    end: date
    label: str
    months: int = 0
    days: int = 0
    assumed: str = ""

    @property
    def bounds(self) -> tuple[date, date]:
        return self.start, self.end


def months_from(first: date, count: int) -> Period:
    """`count` whole months from the one that `first` is in."""
    start = first.replace(day=1)
    end = plus_months(start, count) - DAY
    return Period(start, end, name_of(start, end), months=count)


def around(day: date, months: int) -> Period:
    """The month, quarter, half or year that `day` is in."""
    return months_from(date(day.year, (day.month - 1) // months * months + 1, 1), months)


def week_of(day: date) -> Period:
    """The ISO week that `day` is in, from Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    end = monday + timedelta(days=WEEK_DAYS - 1)
    return Period(monday, end, f"week {week} of {year}", days=WEEK_DAYS)


def one_day(day: date) -> Period:
    return Period(day, day, day_name(day), days=1)


def between(start: date, end: date) -> Period:
    """Any days. Raises PeriodError when they are in the wrong order."""
    if start > end:
        raise PeriodError(f"it would end on {day_name(end)}, before it begins: {day_name(start)}")
    if start == end:
        return one_day(start)
    if _is_whole_months(start, end):
        return months_from(start, _months_between(start, end))
    return Period(start, end, name_of(start, end))


def until(period: Period, day: date) -> Period:
    """The part of it up to `day`, which is compared with the same part of the one before."""
    if day >= period.end:
        return period
    return replace(period, end=day, label=name_of(period.start, day))


def before(period: Period) -> Period:
    """The one before, of the same kind or length."""
    if period.months:
        return _moved(period, plus_months, -period.months)
    days = period.days or (period.end - period.start).days + 1
    return _moved(period, _plus_days, -days)


def a_year_earlier(period: Period) -> Period:
    """The same dates of the year before; of a week the same days of the week, 52 weeks before."""
    if period.days and period.days % WEEK_DAYS == 0:
        return _moved(period, _plus_days, -YEAR_WEEKS * WEEK_DAYS)
    return _moved(period, plus_months, -LENGTHS["year"])


def plus_months(day: date, months: int) -> date:
    """The same day of another month, or its last where that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _length(year, month + 1)))


def day_name(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def name_of(start: date, end: date) -> str:
    """As people call these days: "August 2025", "Q3 2025", "1 to 15 March 2026"."""
    if start == end:
        return day_name(start)
    if _is_whole_months(start, end):
        return _months_name(start, end)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day_name(end)}"
    return f"{day_name(start)} to {day_name(end)}"


def _months_name(start: date, end: date) -> str:
    months = _months_between(start, end)
    month = f"{MONTHS[start.month - 1]} {start.year}"
    if months == 1:
        return month
    if months in LENGTHS.values() and (start.month - 1) % months == 0:
        names = {
            3: f"Q{start.month // 3 + 1} {start.year}",
            6: f"H{start.month // 6 + 1} {start.year}",
            12: str(start.year),
        }
        return names[months]
    return f"{month} to {MONTHS[end.month - 1]} {end.year}"


def _moved(period: Period, plus: Callable[[date, int], date], by: int) -> Period:
    start = plus(period.start, by)
    end = plus(period.end, by)
    if period.months and _ends_month(period.end):
        end = end.replace(day=_length(end.year, end.month))
    return Period(start, end, name_of(start, end), months=period.months, days=period.days)


def _plus_days(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _is_whole_months(start: date, end: date) -> bool:
    return start.day == 1 and _ends_month(end)


def _ends_month(day: date) -> bool:
    return (day + DAY).day == 1


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]
