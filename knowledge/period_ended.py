"""A period told by where it ends, and one beside another: "year ended 30 June 2026", "Q1 and Q2".

Pure, in the words of `canonical`.
"""

import re
from dataclasses import replace

from knowledge.period_single import Seen
from knowledge.spans import (
    DAY,
    LENGTHS,
    WEEK_DAYS,
    Period,
    PeriodError,
    between,
    months_from,
    plus_months,
    week_of,
)

_ENDED = re.compile(
    r"(?:last )?(?:(?P<count>\d\d?) )?(?P<unit>week|month|quarter|half|year|fiscal) ended"
    r" (?P<end>.+)"
)
# "The year to March" may have begun in January.
_TO = re.compile(r"(?:last )?(?P<count>\d\d?) (?P<unit>month) to (?P<end>.+)")
_WEEK_OF = re.compile(r"weekof (?P<day>.+)")
_SAME = re.compile(r"(?:this|same) (?P<unit>month|quarter|half) (?:last year|year last)")
MOST_MONTHS = 120


def told_by_its_end(seen: Seen, words: str) -> Period | None:
    """Raises PeriodError for an end that is none of a month."""
    if found := _ENDED.fullmatch(words) or _TO.fullmatch(words):
        return _ended(seen, int(found["count"] or 1), found["unit"], found["end"])
    if found := _WEEK_OF.fullmatch(words):
        return _week_of(seen.single(found["day"]))
    if found := _SAME.fullmatch(words):
        months = LENGTHS[found["unit"]]
        begun = (seen.today.month - 1) // months * months + 1
        period = months_from(
            seen.today.replace(year=seen.today.year - 1, month=begun, day=1), months
        )
        return replace(period, assumed=f"the whole of it: {period.label}")
    return None


def _week_of(day: Period | None) -> Period | None:
    """Of a Monday alone: of another day it may be the seven days from there on."""
    if day is None or day.days != 1 or day.start.isoweekday() != 1:
        return None
    return replace(week_of(day.start), assumed=day.assumed)


def _ended(seen: Seen, count: int, unit: str, words: str) -> Period | None:
    last = seen.single(words)
    if last is None or (last.months != 1 and last.days != 1) or not count:
        return None
    if unit == "week":
        days = between(last.end - (count * WEEK_DAYS - 1) * DAY, last.end)
        return replace(days, assumed=last.assumed) if last.days == 1 else None
    if (last.end + DAY).day != 1:
        raise PeriodError(f"no month ends on {last.label}: use the days, or the last of a month")
    months = count * LENGTHS["year" if unit == "fiscal" else unit]
    if months > MOST_MONTHS:
        return None
    period = months_from(plus_months(last.end.replace(day=1), 1 - months), months)
    return replace(
        period, assumed=f"the latest that has begun: {period.label}" if last.assumed else ""
    )


def months_of(period: Period) -> int:
    """How many months it is made of, 0 for days."""
    years = period.end.year - period.start.year
    return years * LENGTHS["year"] + period.end.month - period.start.month + 1
