"""Periods as people name them: "August 2025", "Q3 2025", "last month", "year to date".

Pure: today is an argument.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
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
EXAMPLES = (
    '"2025-08", "August 2025", "Q3 2025", "H1 2025", "2025",'
    ' "last month", "this quarter", "last year" or "year to date"'
)

_YEAR = r"(?P<year>20\d\d)"
_NUMBERED = {
    # A part of a year by its number: the months it has.
    1: re.compile(
        rf"{_YEAR}[-/](?P<part>0?[1-9]|1[0-2])|(?P<part2>0?[1-9]|1[0-2])/(?P<year2>20\d\d)"
    ),
    3: re.compile(rf"q(?P<part>[1-4])[ -]?{_YEAR}|(?P<year2>20\d\d)[ -]?q(?P<part2>[1-4])"),
    6: re.compile(rf"h(?P<part>[12])[ -]?{_YEAR}|(?P<year2>20\d\d)[ -]?h(?P<part2>[12])"),
}
_NAMED_MONTH = re.compile(
    rf"(?P<name>[a-z]{{3,9}})\.?,? {_YEAR}|(?P<year2>20\d\d) (?P<name2>[a-z]{{3,9}})\.?"
)
_RELATIVE = re.compile(r"(?P<which>last|previous|this|current) (?P<what>month|quarter|year)")
_TO_DATE = re.compile(r"(?P<what>year|quarter|month)[ -]to[ -]date|(?P<short>[yqm])td")
_LENGTHS = {"month": 1, "quarter": 3, "year": 12}
_SHORT = {"y": "year", "q": "quarter", "m": "month"}


class PeriodError(ValueError):
    """Words that name no period; the message says which would."""


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, both included. `label` is its name: "Q3 2025"."""

    start: date
    end: date
    label: str


def parse_period(text: str, today: date) -> Period:
    """The period that `text` names, as seen from `today`.

    "This month" and its like, and "year to date", end today; "last month" and the named ones are
    whole. Raises PeriodError.
    """
    words = re.sub(r"\s+", " ", text.strip().lower())
    for read in (_year, _numbered, _named_month, _relative, _to_date):
        if period := read(words, today):
            return period
    raise PeriodError(f"not a period: use {EXAMPLES}")


def _year(words: str, _today: date) -> Period | None:
    found = re.fullmatch(_YEAR, words)
    return _whole(int(found["year"]), 1, 12) if found else None


def _numbered(words: str, _today: date) -> Period | None:
    for length, pattern in _NUMBERED.items():
        if found := pattern.fullmatch(words):
            part = int(found["part"] or found["part2"])
            return _whole(int(found["year"] or found["year2"]), (part - 1) * length + 1, length)
    return None


def _named_month(words: str, _today: date) -> Period | None:
    found = _NAMED_MONTH.fullmatch(words)
    if not found:
        return None
    name = found["name"] or found["name2"]
    month = next(
        (month for month, full in enumerate(MONTHS, 1) if _is_short_for(name, full.lower())), None
    )
    return _whole(int(found["year"] or found["year2"]), month, 1) if month else None


def _is_short_for(name: str, month: str) -> bool:
    return name in (month, month[:3], month[:4])


def _relative(words: str, today: date) -> Period | None:
    found = _RELATIVE.fullmatch(words)
    if not found:
        return None
    current = _around(today, _LENGTHS[found["what"]])
    if found["which"] in ("this", "current"):
        return _until(today, current)
    return _around(current.start - timedelta(days=1), _LENGTHS[found["what"]])


def _to_date(words: str, today: date) -> Period | None:
    found = _TO_DATE.fullmatch(words)
    if not found:
        return None
    months = _LENGTHS[found["what"] or _SHORT[found["short"]]]
    return _until(today, _around(today, months))


def _around(day: date, months: int) -> Period:
    """The month, quarter or year that `day` is in."""
    return _whole(day.year, (day.month - 1) // months * months + 1, months)


def _until(today: date, period: Period) -> Period:
    return Period(period.start, today, f"{period.label} to date")


def _whole(year: int, first_month: int, months: int) -> Period:
    after = date(year + (first_month + months - 1) // 12, (first_month + months - 1) % 12 + 1, 1)
    name: Callable[[], str] = {
        1: lambda: f"{MONTHS[first_month - 1]} {year}",
        3: lambda: f"Q{first_month // 3 + 1} {year}",
        6: lambda: f"H{first_month // 6 + 1} {year}",
        12: lambda: str(year),
    }[months]
    return Period(date(year, first_month, 1), after - timedelta(days=1), name())
