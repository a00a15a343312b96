"""What a period is compared with: the one before, a year earlier, or any other; like with like.

Pure. Words for it stand in knowledge/periods, under `compared`.
"""

from dataclasses import dataclass
from datetime import date

from knowledge.period import parse_period
from knowledge.period_words import COMPARED
from knowledge.spans import (
    DAY,
    LENGTHS,
    WEEK_DAYS,
    Period,
    PeriodError,
    a_year_earlier,
    before,
    plus_months,
    until,
)
from knowledge.words import fold


@dataclass(frozen=True)
class Pair:
    """Two periods to compare. `note`: what was cut off them, so that they are alike."""

    period: Period
    other: Period
    note: str = ""


def pair(
    period: Period, compare_to: str, today: date, booked_to: date, fiscal_year_start: int = 1
) -> Pair:
    """`period` with what `compare_to` names: "previous", "a year earlier", or a period.

    One that goes on, or is booked only in part, is compared as far as it is booked with as much of
    the other. Raises PeriodError.
    """
    done_to = min(today, booked_to)
    done = until(period, done_to) if period.start <= done_to else period
    relation, _, unit = COMPARED.get(" ".join(fold(compare_to).split()), "").partition("_")
    if unit and not _is_whole(period, unit):
        raise PeriodError(
            f'{period.label} is no {unit}: use "previous", "a year earlier" or a period'
        )
    match relation:
        case "before":
            other = before(done)
        case "earlier":
            other = a_year_earlier(done)
        case _:
            other = _as_much(_named(period, compare_to, today, fiscal_year_start), done)
    if _is_part(done):
        return Pair(done, other, f"{done.label} is compared with as many days: {other.label}.")
    return Pair(done, other)


def _is_whole(period: Period, unit: str) -> bool:
    if unit == "week":
        return period.days == WEEK_DAYS
    return period.months == LENGTHS[unit]


def _named(period: Period, words: str, today: date, fiscal_year_start: int) -> Period:
    other = parse_period(words, today, fiscal_year_start)
    if other.bounds == period.bounds:
        raise PeriodError(f'it is {period.label} itself: use "previous" for the one before')
    is_told_from_today = not any(map(str.isdigit, words))
    if is_told_from_today and other.months == LENGTHS["year"] != period.months:
        raise PeriodError(
            f'it may be the whole of {other.label}, or the same time in it: use "a year earlier"'
            f' or "{other.start} to {other.end}"'
        )
    return other


def _as_much(other: Period, done: Period) -> Period:
    """As many days of it as `done` has of a period of the same kind."""
    if not _is_part(done) or (other.months, other.days) != (done.months, done.days):
        return other
    if not done.months:
        return until(other, other.start + (done.end - done.start))
    months = (other.start.year - done.start.year) * LENGTHS["year"]
    return until(other, plus_months(done.end, months + other.start.month - done.start.month))


def _is_part(period: Period) -> bool:
    """Whether it is a month, a quarter, a year or a week that is not over."""
    if period.months:
        return period.end + DAY < plus_months(period.start, period.months)
    return period.days == WEEK_DAYS and period.end + DAY < period.start + WEEK_DAYS * DAY
