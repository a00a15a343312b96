"""A period told in one piece: a date, a part of a year, a fiscal year, or one told from today.

Pure, in the words of `canonical`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from knowledge.period_back import to_date, told_from
from knowledge.period_parts import Year, calendar_year
from knowledge.spans import (
    LENGTHS,
    Period,
    PeriodError,
    months_from,
    name_of,
    one_day,
    plus_months,
)

_DATE = re.compile(r"d(20\d\d)(\d\d)(\d\d)?")
# `f2026` is the fiscal year that ends in 2026.
YEAR = (
    r"20\d\d fiscal|(?:year )?20\d\d|f20\d\d"
    r"|(?:last|this|next) (?:year|fiscal)|(?:year|fiscal) (?:last|this|next)"
)
# "The first quarter of the fiscal year" is of this one.
_THE_FISCAL = r"(?<!last )(?<!this )(?<!next )fiscal"
_YEAR_BEHIND = re.compile(rf"\A(?P<rest>.+) (?P<year>{YEAR}|{_THE_FISCAL})")
_FISCAL_QUARTER = re.compile(r"(last|this|next) fiscal quarter|fiscal quarter (last|this|next)")
_FISCAL_YEARS = re.compile(r"last (\d) fiscal|(\d) last fiscal")
_YEAR_BEFORE = re.compile(rf"\A(?P<year>{YEAR})(?: (?P<rest>.+))?")
_LAST_OF_YEAR = re.compile(r"last (month|quarter|half)|(month|quarter|half) last")
_MOVED = {"last": -1, "this": 0, "next": 1}


@dataclass(frozen=True)
class Seen:
    """How words are read on the day `today`, where the fiscal year begins in `fiscal_start`."""

    today: date
    fiscal_start: int

    def single(self, words: str) -> Period | None:
        """Raises PeriodError, as all of these do, for what may be several or does not exist."""
        return self.dated(words) or self.latest(words)

    def dated(self, words: str) -> Period | None:
        """What is told with its year or from today."""
        if written := _DATE.fullmatch(words):
            year, month, day = (int(group or 0) for group in written.groups())
            return one_day(date(year, month, day)) if day else months_from(date(year, month, 1), 1)
        if period := told_from(self.today, words):
            return period
        if of_fiscal := _FISCAL_QUARTER.fullmatch(words):
            return self._fiscal_quarter(_MOVED[of_fiscal[1] or of_fiscal[2]])
        if counted := _FISCAL_YEARS.fullmatch(words):
            return self._last_fiscal_years(int(counted[1] or counted[2]))
        if (found := self.year_in(words)) is None:
            return None
        year_meant, rest, is_relative = found
        if rest == "year todate":
            return self._same_part(year_meant)
        if last := _LAST_OF_YEAR.fullmatch(rest):
            return self._last_of(year_meant, last[1] or last[2], is_relative)
        if rest:
            # "The last 3 months last year" may be those of another year than its own.
            return year_meant.part(rest, is_named=not (is_relative and "last" in rest))
        return to_date(self.today, year_meant.whole) if is_relative else year_meant.whole

    def latest(self, words: str) -> Period | None:
        """What is told without its year: the latest that has begun."""
        for year in (self.today.year, self.today.year - 1):
            period = calendar_year(year).part(words, is_named=False)
            if period and period.start <= self.today:
                return replace(period, assumed=f"the latest that has begun: {period.label}")
        return None

    def year_in(self, words: str) -> tuple[Year, str, bool] | None:
        """The year that they name, what they name of it, and if they tell it from today."""
        found = _YEAR_BEFORE.fullmatch(words) or _YEAR_BEHIND.fullmatch(words)
        if found is None:
            return None
        named = found["year"]
        number = re.search(r"\d{4}", named)
        moved = next((by for which, by in _MOVED.items() if which in named), 0)
        if named.startswith("f") or "fiscal" in named:
            year = self._fiscal_year(int(number[0]) if number else self._this_fiscal + moved)
        else:
            year = calendar_year(int(number[0]) if number else self.today.year + moved)
        return year, found["rest"] or "", number is None

    def _last_of(self, year: Year, unit: str, is_relative: bool) -> Period | None:
        """ "Last quarter 2025", where that is not the last one before today too."""
        of_year = year.last("1", unit)
        if of_year and is_relative:
            raise PeriodError(
                f'it may be one of two: use "{of_year.label}" for the last of the year,'
                f" or tell the {unit} that you mean with its year"
            )
        from_today = told_from(self.today, f"last {unit}")
        if of_year and from_today and year.start <= from_today.start < of_year.start:
            raise PeriodError(
                f'it may be one of two: use "{of_year.label}" or "{from_today.label}"'
            )
        return of_year

    def _fiscal_quarter(self, moved: int) -> Period | None:
        nth = (self.today.month - self.fiscal_start) % LENGTHS["year"] // LENGTHS["quarter"] + moved
        year = self._fiscal_year(self._this_fiscal + nth // 4)
        period = year.nth(str(nth % 4 + 1), "quarter")
        return period and to_date(self.today, period)

    def _last_fiscal_years(self, count: int) -> Period | None:
        if not count:
            return None
        first = self._fiscal_year(self._this_fiscal - count)
        return replace(
            months_from(first.start, count * LENGTHS["year"]),
            assumed="whole fiscal years, without the one that is going on",
        )

    @property
    def _this_fiscal(self) -> int:
        return self.today.year + (self.today.month >= self.fiscal_start > 1)

    def _fiscal_year(self, year: int) -> Year:
        if self.fiscal_start == 1:
            return calendar_year(year)
        start = date(year - 1, self.fiscal_start, 1)
        return Year(start, f"fiscal year {year - 1}/{year % 100:02}")

    def _same_part(self, year: Year) -> Period | None:
        """Of a year that is over as much as of the one that goes on: they are compared."""
        this = (
            self._fiscal_year(self._this_fiscal) if year.title else calendar_year(self.today.year)
        )
        years = year.start.year - this.start.year
        if years > 0:
            raise PeriodError(f"{year.whole.label} has not begun yet")
        period = to_date(plus_months(self.today, years * LENGTHS["year"]), year.whole)
        return replace(period, label=name_of(period.start, period.end)) if years else period
