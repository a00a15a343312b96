"""Periods as people name them: "August 2025", "Q3 2025", "last month", "du 1er au 15 mars 2026".

Pure: today is an argument. What is not surely read is refused: figures of another time than the one
that was meant are worse than a question.
"""

import re
from dataclasses import replace
from datetime import date

from knowledge.period_back import told_from
from knowledge.period_ended import months_of, told_by_its_end
from knowledge.period_parts import Year, calendar_year
from knowledge.period_single import Seen
from knowledge.period_words import canonical
from knowledge.spans import Period, PeriodError, between

__all__ = ["EXAMPLES", "Period", "PeriodError", "parse_period"]

EXAMPLES = (
    '"2025-08", "August 2025", "14 August 2025", "week 32 2025", "1 to 15 March 2026",'
    ' "Jan-Mar 2026", "first week of August 2025", "Q3 2025", "H1 2025", "2025", "FY2025",'
    ' "yesterday", "this week",'
    ' "last month", "this quarter", "last year", "last 30 days", "since March" or "year to date",'
    " in English or French"
)
MOST_CHARACTERS = 100

_FISCAL = re.compile(r"fiscal (20\d\d|\d\d)(?: ?[/-] ?(20\d\d|\d\d))?(?!\d)")
_TWO_YEARS = re.compile(r"(?:year )?20(\d\d) ?[/-] ?(?:20)?(\d\d)")
# "Q3 26": behind such a part it can be nothing but a year.
_SHORT_YEAR = re.compile(r"(#\d\d? (?:week|quarter|half))(?: | ?[/-] ?)([1-9]\d)(?! ?[/-] ?\d|\d)")
_TOLD_MONTH = re.compile(r"\bm(last|this|next|beforelast)\b")
_UNIT = r"(?:week|month|quarter|half|year|fiscal)"
_FROM_ITS_START = re.compile(
    rf"(?:since|from) start (?:this )?({_UNIT})(?: this)?(?: todate)?|(fiscal) todate"
)
_RANGE = re.compile(r"\A(?:(?:from|since) )?(?P<first>.+) to (?P<last>.+)")
_BETWEEN = re.compile(r"\Abetween (?P<first>.+) (?:and|to) (?P<last>.+)")
_AND = re.compile(r"\A(?P<first>.+) and (?P<last>.+)")
_FISCAL_YEAR = re.compile(
    r"f20\d\d|20\d\d fiscal|(?:last|this|next) fiscal|fiscal (?:last|this|next)"
)
_BARE_DAY = re.compile(r"#?\d\d?")
_DAY = re.compile(r"#?\d\d? (m\d\d?)\b.*|(m\d\d?) #?\d\d?(?!\d).*")
_BARE_DAY_OF_YEAR = re.compile(r"(#?\d\d?)( 20\d\d)?")
# What looks like a period, and may be two: how to write it instead.
_HINTS = tuple(
    (re.compile(form), hint)
    for form, hint in (
        (r"\b\d\d?([/.-])\d\d?\1\d\d(?!\d)", 'use the year in full, the day first: "14/08/2025"'),
        (r"\b\d\d?([/.-])\d\d?\1\d{4}", 'use the day first: "14/03/2026" is 14 March'),
        (r"\bm\d\d? \d\d?$", 'use "14 August 2025" for a day, "August 2025" for the month'),
        (r"\bpast (?:day|week|month|quarter|year)$", 'use "last month" or "last 30 days"'),
        (
            r"\bseveral\b|.and ",
            'they are apart: use one at a time, "14 August 2025", or all of "1 to 15 August 2025"',
        ),
        (
            r"^(?:the )?(?:start|vague)\b",
            'nobody has said where it begins and ends: use "last 10 days of July 2025",'
            ' "last week of July 2025", "second half of July 2025", "July 2025" or "Q3 2025"',
        ),
        (
            r"\bweek(?:of)? (?:m\d\d? \d\d?|\d\d? m\d\d?)",
            'use "first week of August 2025", "3 to 9 August 2025" or "week 32 2025"',
        ),
        (r"^weekend$", 'use "last weekend"'),
        (
            r"\b(?:last|this|next) wd|\bwd\d (?:last|this|next)",
            'use the date, "14 August 2025", or "Monday of last week"',
        ),
        (r"^year to ", 'use "12 months to March 2026" or "January to March 2026"'),
        (r"^from (?!.* to )", 'use "since March", or say until when: "March to May 2026"'),
    )
)


def parse_period(text: str, today: date, fiscal_year_start: int = 1) -> Period:
    """The period that `text` names, as seen from `today`.

    "This month" and its like, and "year to date", end today; "last month" and the named ones are
    whole. A month or a quarter without a year is the latest that has begun, which `assumed` says.
    `fiscal_year_start`: the month a fiscal year begins in; it is named for the year it ends in.
    Raises PeriodError.
    """
    if len(text) > MOST_CHARACTERS:
        raise PeriodError(f"not a period: use {EXAMPLES}")
    words = canonical(text)
    seen = Seen(today, fiscal_year_start)
    if period := _read(seen, words):
        return period
    for form, hint in _HINTS:
        if form.search(text) or form.search(words):
            raise PeriodError(f"not surely one period: {hint}")
    raise PeriodError(f"not a period: use {EXAMPLES}")


def _read(seen: Seen, words: str) -> Period | None:
    words = _FISCAL.sub(lambda found: _fiscal(found, seen.fiscal_start), words)
    if (years := _TWO_YEARS.fullmatch(words)) and int(years[2]) == int(years[1]) + 1:
        raise PeriodError('it may be a fiscal year or two years: use "FY2025/26" or "2025 to 2026"')
    words = re.sub(r" ?- ?", " to ", _SHORT_YEAR.sub(r"\1 20\2", words))
    words = _TOLD_MONTH.sub(lambda found: _month_told(seen, found[1]), words)
    return (
        seen.single(words)
        or told_by_its_end(seen, words)
        or _since(seen, words)
        or _range(seen, words)
        or _both(seen, words)
    )


def _month_told(seen: Seen, which: str) -> str:
    """The month and its year that "last month" is, in the words of `canonical`."""
    month = told_from(seen.today, f"{which} month")
    assert month is not None, "there is one before and one after any"
    return f"m{month.start.month} {month.start.year}"


def _fiscal(found: re.Match[str], fiscal_start: int) -> str:
    """`f2026`: the fiscal year that ends in 2026."""
    first = int(found[1][-2:])
    if found[2] is None:
        return f"f20{first:02}"
    second = int(found[2][-2:])
    if second != first + 1:
        raise PeriodError(f"no fiscal year goes from 20{first:02} to 20{second:02}")
    if fiscal_start == 1:
        raise PeriodError(
            f'the fiscal year here is the calendar year: use "FY20{first:02}" or "FY20{second:02}"'
        )
    return f"f20{second:02}"


def _since(seen: Seen, words: str) -> Period | None:
    """From the beginning of something until today."""
    if found := _FROM_ITS_START.fullmatch(words):
        begun = seen.single(f"this {found[1] or found[2]}")
    elif words.startswith(("since ", "from start ")):
        begun = seen.single(re.sub(r"\A(?:since|from) (?:start )?", "", words))
    elif (named := words.removesuffix(" todate").removeprefix("todate ")) != words:
        begun = seen.single(named)
        # "2025 to date" may be the year as far as this one has come, or all that was since.
        if begun and (begun.months > 1 or "last" in words) and begun.end < seen.today:
            return None
    else:
        return None
    if begun is None:
        return None
    if begun.start > seen.today:
        raise PeriodError(f"{begun.label} has not begun yet")
    return replace(between(begun.start, seen.today), assumed=begun.assumed)


def _range(seen: Seen, words: str) -> Period | None:
    """From the beginning of one period to the end of another; one may leave its year open."""
    found = _BETWEEN.fullmatch(words) or _RANGE.fullmatch(words)
    if found is None or " to " in found["first"]:
        return None
    first, last = _with_one_month(found["first"], found["last"])
    # "15 to 1 March" is a slip, and begins in no other year.
    beside = int((first, last) == (found["first"], found["last"]))
    _check_fiscal(seen, first, last)
    start = seen.dated(first)
    end = seen.dated(last)
    if start is None and end is None:
        return _latest_range(seen, first, last, beside)
    if start is None and end is not None:
        years = _years_of(seen, last, end.start, -beside)
        start = next((each for each in _parts(years, first) if each.start <= end.start), None)
    elif end is None and start is not None:
        years = _years_of(seen, first, start.end, beside)
        end = next((each for each in _parts(years, last) if each.end >= start.end), None)
    if start and end:
        return _joined(start, end)
    for named in filter(None, map(seen.year_in, (first, last))):
        if named[0].title:
            raise PeriodError(f"it does not lie in {named[0].title}: tell both with their year")
    return None


def _both(seen: Seen, words: str) -> Period | None:
    """ "Q1 and Q2 2025", where one follows the other."""
    found = _AND.fullmatch(words)
    period = found and _range(seen, f"{found['first']} to {found['last']}")
    if found is None or period is None:
        return None
    first, last = (seen.single(found[each]) for each in ("first", "last"))
    if first is None or last is None or not (first.months and last.months):
        return None
    return period if months_of(period) == first.months + last.months else None


def _check_fiscal(seen: Seen, first: str, last: str) -> None:
    """A fiscal year beside what is told by the calendar: nobody knows where that begins or ends."""
    if seen.fiscal_start > 1 and bool(_FISCAL_YEAR.fullmatch(first)) != bool(
        _FISCAL_YEAR.fullmatch(last)
    ):
        raise PeriodError(
            'it may be one fiscal year or more: use "FY2025/26" for the one that ends in 2026,'
            ' "FY2025 to FY2026" for two, or the months with their years'
        )


def _with_one_month(first: str, last: str) -> tuple[str, str]:
    """ "1 to 15 March" and "March 1 to 15, 2026" tell the month once."""
    if _BARE_DAY.fullmatch(first) and (day := _DAY.fullmatch(last)):
        return f"{first} {day[1] or day[2]}", last
    if (bare := _BARE_DAY_OF_YEAR.fullmatch(last)) and (day := _DAY.fullmatch(first)):
        return first, f"{bare[1]} {day[1] or day[2]}{bare[2] or ''}"
    return first, last


def _years_of(seen: Seen, words: str, day: date, beside: int) -> tuple[Year, Year]:
    """The year of these words, and the one beside it: "November to February 2026"."""
    found = seen.year_in(words)
    year = found[0] if found else calendar_year(day.year)
    return year, year if year.title else year.moved(beside)


def _parts(years: tuple[Year, Year], words: str) -> list[Period]:
    return [each for year in years if (each := year.part(words))]


def _latest_range(seen: Seen, first: str, last: str, beside: int) -> Period | None:
    """Of two that name no year the latest that has begun, unless it may be over only in future."""
    for year in map(calendar_year, (seen.today.year, seen.today.year - 1)):
        end = year.part(last, is_named=False)
        if end is None:
            return None
        starts = _parts((year, year.moved(-beside)), first)
        start = next((each for each in starts if each.start <= end.start), None)
        if start is None:
            return None
        if start.start > seen.today:
            continue
        if end.start > seen.today:
            raise PeriodError(f"{end.label} has not begun yet: say of which year you mean it")
        period = _joined(start, end)
        return replace(period, assumed=f"the latest that has begun: {period.label}")
    return None


def _joined(start: Period, end: Period) -> Period:
    if end.end < start.end:
        raise PeriodError(f"{end.label} ends before {start.label} does")
    return between(start.start, end.end)
