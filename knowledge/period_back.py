"""Periods told from today: "yesterday", "last month", "last 30 days", "two months ago".

Pure, in the words of `canonical`.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from knowledge.spans import (
    DAY,
    LENGTHS,
    MONTHS,
    WEEK_DAYS,
    Period,
    PeriodError,
    around,
    before,
    between,
    months_from,
    one_day,
    plus_months,
    until,
    week_of,
)

# Nobody counts back further, and the calendar ends somewhere.
MOST_DAYS = 1_000
MOST_MONTHS = 360
MOST_YEARS = 30
TWO = 2

_DAYS = {"today": 0, "yesterday": 1, "beforeyesterday": 2, "tomorrow": -1}


def told_from(today: date, words: str) -> Period | None:
    """What `words` name, None where they name nothing of the kind. Raises PeriodError."""
    if words in _DAYS:
        return one_day(today - _DAYS[words] * DAY)
    for form, read in _FORMS:
        if found := form.fullmatch(words):
            return read(today, **{name: each for name, each in found.groupdict().items() if each})
    return None


def to_date(today: date, period: Period) -> Period:
    """What of it is over, if it is going on."""
    if not period.start <= today <= period.end:
        return period
    return replace(period, end=today, label=f"{period.label} to date")


def _which(today: date, which: str, unit: str) -> Period:
    """The last month, this one up to today, the next one."""
    this = _around(today, unit)
    match which:
        case "last":
            return before(this)
        case "beforelast":
            return before(before(this))
        case "next":
            return _next(this, unit)
    return _to_date(today, unit)


def _around(day: date, unit: str) -> Period:
    if unit in LENGTHS:
        return around(day, LENGTHS[unit])
    week = week_of(day)
    if unit == "week":
        return week
    return replace(between(week.end - DAY, week.end), days=WEEK_DAYS)


def _next(this: Period, unit: str) -> Period:
    day_of_next = this.start + WEEK_DAYS * DAY
    return _around(plus_months(this.start, this.months) if this.months else day_of_next, unit)


def _to_date(today: date, unit: str) -> Period:
    this = _around(today, unit)
    if this.start > today:
        raise PeriodError(f'this {unit} has not begun yet: use "last {unit}"')
    # A weekend has no name but its days.
    return until(this, today) if unit == "weekend" else to_date(today, this)


def _counted(today: date, count: str, unit: str) -> Period | None:
    """The last `count` days with today, or the last whole weeks, months or years."""
    number = int(count)
    if unit == "day":
        if not TWO <= number <= MOST_DAYS:
            return None
        days = between(today - (number - 1) * DAY, today)
        return replace(days, days=number, months=0, assumed=f"the last {number} days, with today")
    if not 1 <= number <= MOST_MONTHS / LENGTHS.get(unit, 1):
        return None
    this = _around(today, unit)
    assumed = f"whole {unit}s, without the one that is going on"
    if unit == "week":
        days = between(this.start - number * WEEK_DAYS * DAY, this.start - DAY)
        return replace(days, days=number * WEEK_DAYS, months=0, assumed=assumed)
    months = number * LENGTHS[unit]
    return replace(months_from(plus_months(this.start, -months), months), assumed=assumed)


def _ago(today: date, count: str, unit: str) -> Period | None:
    number = int(count)
    if unit == "year":
        # "A year ago" may be the same time a year before.
        return (
            around(plus_months(today.replace(day=1), -number * LENGTHS[unit]), LENGTHS[unit])
            if TWO <= number <= MOST_YEARS
            else None
        )
    if unit == "day":
        return one_day(today - number * DAY)
    if unit == "week":
        return week_of(today - number * WEEK_DAYS * DAY)
    return around(plus_months(today.replace(day=1), -number * LENGTHS[unit]), LENGTHS[unit])


def _weekday(today: date, nth: str) -> Period:
    """The latest one, which may be today."""
    day = today - (today.isoweekday() - int(nth)) % WEEK_DAYS * DAY
    latest = one_day(day)
    return replace(latest, assumed=f"the latest one: {latest.label}")


def _weekday_of_week(today: date, nth: str, which: str) -> Period:
    """ "Monday of last week"."""
    monday = week_of(today).start + {"last": -WEEK_DAYS, "this": 0}[which] * DAY
    return one_day(monday + (int(nth) - 1) * DAY)


def _month(today: date, which: str, nth: str) -> Period | None:
    """ "Last August", where only one can be meant."""
    number = int(nth)
    if not 1 <= number <= LENGTHS["year"]:
        return None
    of_this_year = months_from(date(today.year, number, 1), 1)
    of_last_year = months_from(date(today.year - 1, number, 1), 1)
    if which == "this":
        return of_this_year
    if of_this_year.start <= today:
        raise PeriodError(
            f'"last {MONTHS[number - 1]}" may be one of two:'
            f' use "{of_this_year.label}" or "{of_last_year.label}"'
        )
    return of_last_year


_UNIT = r"(?P<unit>week|weekend|month|quarter|half|year)"
_WHICH = r"(?P<which>last|this|next|beforelast)"
_COUNT = r"(?P<count>\d{1,4})"
_COUNTED = r"(?P<unit>day|week|month|quarter|half|year)"
_AGO = r"(?P<unit>day|week|month|quarter|year)"
_WEEKDAY = r"wd(?P<nth>[1-7])"
_NAMED = r"m(?P<nth>\d\d?)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Period | None]], ...] = tuple(
    (re.compile(form), read)
    for form, read in (
        (rf"{_WHICH} {_UNIT}", _which),
        (rf"{_UNIT} {_WHICH}", _which),
        (rf"(?:this )?{_UNIT}(?: this)? todate", _to_date),
        (rf"todate (?:this )?{_UNIT}(?: this)?", _to_date),
        (rf"(?:last|past|rolling) {_COUNT} {_COUNTED}(?: rolling)?", _counted),
        (rf"{_COUNT} (?:last|past|rolling) {_COUNTED}(?: rolling)?", _counted),
        (rf"{_COUNT} {_COUNTED} rolling", _counted),
        (rf"{_COUNT} {_AGO} ago", _ago),
        (rf"ago {_COUNT} {_AGO}", _ago),
        (_WEEKDAY, _weekday),
        (rf"{_WEEKDAY} (?P<which>last|this) week", _weekday_of_week),
        (rf"{_WEEKDAY} week (?P<which>last|this)", _weekday_of_week),
        (rf"(?P<which>last|this) week {_WEEKDAY}", _weekday_of_week),
        (rf"(?P<which>last|this) {_NAMED}", _month),
        (rf"{_NAMED} (?P<which>last|this)", _month),
    )
)
