"""The parts of a year: its months, quarters, halves, weeks and days, as `canonical` spells them.

Pure. Which year is meant is knowledge/period.py's to say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from knowledge.spans import (
    DAY,
    LENGTHS,
    MONTHS,
    WEEK_DAYS,
    Period,
    PeriodError,
    between,
    months_from,
    one_day,
    plus_months,
    week_of,
)

YEAR_MONTHS = LENGTHS["year"]
PARTS = {"quarter": "Q", "half": "H"}
DAYS = {"day": 1, "week": WEEK_DAYS}
MID_MONTH = 15


@dataclass(frozen=True)
class Year:
    """Twelve months. One with a `title` is a fiscal year, and does not begin in January."""

    start: date
    title: str = ""

    def moved(self, years: int) -> "Year":
        start = self.start.replace(year=self.start.year + years)
        return Year(
            start, self.title and f"the fiscal year from {MONTHS[start.month - 1]} {start.year}"
        )

    @property
    def whole(self) -> Period:
        return self._entitled(months_from(self.start, YEAR_MONTHS), "")

    def part(self, text: str, *, is_named: bool = True) -> Period | None:
        """What `text` names of it, None where that is no part of a year.

        `is_named`: the words say which year. "March 25" is a day of a named year, but alone it may
        be a month of 2025. Raises PeriodError for what this year does not have.
        """
        for form, read in _FORMS + (_FORMS_OF_A_NAMED_YEAR if is_named else ()):
            if found := form.fullmatch(text):
                return read(self, *(group for group in found.groups() if group is not None))
        return None

    def month(self, nth: str) -> Period | None:
        """`nth` in the calendar, wherever this year begins."""
        if not 1 <= int(nth) <= YEAR_MONTHS:
            return None
        return months_from(plus_months(self.start, (int(nth) - self.start.month) % YEAR_MONTHS), 1)

    def day(self, day: str, month: str) -> Period | None:
        if (whole := self.month(month)) is None:
            return None
        try:
            return one_day(whole.start.replace(day=int(day)))
        except ValueError:
            raise PeriodError(f"there is no {day} {MONTHS[int(month) - 1]}") from None

    def nth(self, nth: str, unit: str) -> Period | None:
        """Its nth quarter, half or month, counted from where it begins."""
        months = LENGTHS[unit]
        if not 1 <= int(nth) <= YEAR_MONTHS // months:
            return None
        period = months_from(plus_months(self.start, (int(nth) - 1) * months), months)
        return self._entitled(period, f"{PARTS[unit]}{nth} of ") if unit in PARTS else period

    def week(self, nth: str) -> Period | None:
        if self.title:
            return None  # weeks are counted by the calendar
        try:
            return week_of(date.fromisocalendar(self.start.year, int(nth), 1))
        except ValueError:
            raise PeriodError(f"{self.start.year} has no week {nth}") from None

    def first(self, count: str, unit: str) -> Period | None:
        """Its first `count` days or months."""
        if unit == "day":
            return between(self.start, self.start + (int(count) - 1) * DAY) if int(count) else None
        months = int(count) * LENGTHS[unit]
        return months_from(self.start, months) if 1 <= months <= YEAR_MONTHS else None

    def first_days(self, count: str, unit: str, month: str) -> Period | None:
        """The first `count` days or weeks of a month."""
        return self._days(month, 1, int(count) * DAYS[unit])

    def last_days(self, count: str, unit: str, month: str) -> Period | None:
        if (whole := self.month(month)) is None:
            return None
        days = int(count) * DAYS[unit]
        return self._days(month, whole.end.day - days + 1, whole.end.day)

    def week_of_month(self, nth: str, month: str) -> Period | None:
        """Seven days, the first of them from the 1st on: no ISO week begins with a month."""
        last = int(nth) * WEEK_DAYS
        days = self._days(month, last - WEEK_DAYS + 1, last)
        return days and replace(days, assumed=f"weeks of a month from its 1st on: {days.label}")

    def half_of_month(self, nth: str, month: str) -> Period | None:
        if (whole := self.month(month)) is None:
            return None
        first, last = {"1": (1, MID_MONTH), "2": (MID_MONTH + 1, whole.end.day)}[nth]
        return self._days(month, first, last)

    def weekday(self, nth: str, weekday: str, month: str) -> Period | None:
        """Its first, second, ... Friday."""
        if (whole := self.month(month)) is None:
            return None
        ahead = (int(weekday) - whole.start.isoweekday()) % WEEK_DAYS
        day = 1 + ahead + (int(nth) - 1) * WEEK_DAYS
        return self._days(month, day, day)

    def last_weekday(self, nth: str, weekday: str, month: str) -> Period | None:
        if nth != "1" or (whole := self.month(month)) is None:
            return None
        day = whole.end.day - (whole.end.isoweekday() - int(weekday)) % WEEK_DAYS
        return self._days(month, day, day)

    def _days(self, month: str, first: int, last: int) -> Period | None:
        """From the `first` to the `last` day of a month, if it has them both."""
        whole = self.month(month)
        if whole is None or not 1 <= first <= last <= whole.end.day:
            return None
        return between(whole.start.replace(day=first), whole.start.replace(day=last))

    def last(self, count: str, unit: str) -> Period | None:
        end = self.whole.end
        if unit == "day":
            return between(end - (int(count) - 1) * DAY, end) if int(count) else None
        months = int(count) * LENGTHS[unit]
        if not 1 <= months <= YEAR_MONTHS:
            return None
        return months_from(plus_months(self.start, YEAR_MONTHS - months), months)

    def _entitled(self, period: Period, part: str) -> Period:
        return replace(period, label=f"{part}{self.title}") if self.title else period


def calendar_year(year: int) -> Year:
    return Year(date(year, 1, 1))


def _day_behind(year: Year, month: str, day: str) -> Period | None:
    return year.day(day, month)


def _nth_behind(year: Year, unit: str, nth: str) -> Period | None:
    return year.nth(nth, unit)


# What a part looks like, and what reads the groups of it.
_Forms = tuple[tuple[re.Pattern[str], Callable[..., Period | None]], ...]
_FORMS: _Forms = (
    (re.compile(r"(?:month )?m(\d\d?)"), Year.month),
    (re.compile(r"#?(\d\d?) m(\d\d?)"), Year.day),
    (re.compile(r"m(\d\d?) #(\d\d?)"), _day_behind),
    (re.compile(r"#(\d) (quarter|half)"), Year.nth),
    (re.compile(r"(quarter|half) #?(\d)"), _nth_behind),
    (re.compile(r"#(\d\d?) week|week #?(\d\d?)"), Year.week),
    (re.compile(r"(?:#1 (\d\d?)|(\d\d?) #1) (day|week) m(\d\d?)"), Year.first_days),
    (re.compile(r"(?:last (\d\d?)|(\d\d?) last) (day) m(\d\d?)"), Year.last_days),
    (re.compile(r"final (\d\d?) (day|week) m(\d\d?)"), Year.last_days),
    (re.compile(r"#(\d) week m(\d\d?)"), Year.week_of_month),
    (re.compile(r"#([12]) (?:half|halfmonth) m(\d\d?)"), Year.half_of_month),
    (re.compile(r"#(\d) wd([1-7]) m(\d\d?)"), Year.weekday),
    (re.compile(r"final (\d) wd([1-7]) m(\d\d?)"), Year.last_weekday),
)
_FORMS_OF_A_NAMED_YEAR: _Forms = (
    (re.compile(r"m(\d\d?) (\d\d?)"), _day_behind),
    (re.compile(r"#(\d\d?) (month)"), Year.nth),
    (re.compile(r"(month) #?(\d\d?)"), _nth_behind),
    (re.compile(r"#1 (\d\d?) (day|month|quarter)"), Year.first),
    (re.compile(r"(\d\d?) #1 (day|month|quarter)"), Year.first),
    (re.compile(r"(?:last|final) (\d\d?) (day|month|quarter|half)"), Year.last),
    (re.compile(r"(\d\d?) last (day|month|quarter)"), Year.last),
)
