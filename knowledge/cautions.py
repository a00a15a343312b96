"""Where a period's figures would mislead: costs that are booked seldom, a month that is not closed.

Pure: it reads from the books' own rhythm, and knows no rule of accounting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from knowledge.spans import DAY, LENGTHS, MONTHS, Period, plus_months
from models.ledger import AccountLine, Section

# Months apart in which bills come that come at intervals.
INTERVALS = (2, 3, 4, 6, 12)
# Around the period: what comes once a year shows in it.
LOOKED_AT_MONTHS = 12
LEAST_SHARE = Decimal("0.01")  # of revenue: what is smaller misleads nobody
FEW_DAYS = 4  # of a month: what is booked on more is booked as it comes
USUAL_MONTHS = 3  # before one that may not be closed
MOST_NAMED = 6
# Booked once in a year, they are yearly; another cost may never come again.
OF_A_YEAR: tuple[Section, ...] = ("depreciation", "interest", "income_tax")
MISLED: Mapping[Section, str] = {
    "revenue": "revenue and all below it look",
    "cost_of_goods_sold": "gross profit, EBITDA and net look",
    "operating_expense": "EBITDA and net look",
    "depreciation": "net looks",
    "interest": "net looks",
    "income_tax": "net looks",
}

ByMonth = Mapping[date, Sequence[AccountLine]]  # by a month's first day


@dataclass
class _Account:
    """What one account was booked in the months looked at: on how many days of which."""

    section: Section
    name: str
    amount: Decimal = Decimal(0)
    days: dict[date, int] = field(default_factory=dict)

    @property
    def is_of_few_days(self) -> bool:
        return max(self.days.values()) <= FEW_DAYS

    @property
    def interval(self) -> int:
        """Months between its bookings; 1 where they are not at intervals."""
        gaps = {_months_apart(*two) for two in pairwise(sorted(self.days))}
        if len(gaps) == 1 and (gap := gaps.pop()) in INTERVALS:
            return gap
        return LENGTHS["year"] if len(self.days) == 1 and self.section in OF_A_YEAR else 1


def window(period: Period) -> tuple[date, date]:
    """From when to when `cautions` has to see the books."""
    start = plus_months(period.start.replace(day=1), -LOOKED_AT_MONTHS)
    return start, plus_months(period.end.replace(day=1), LOOKED_AT_MONTHS + 1) - DAY


def cautions(period: Period, by_month: ByMonth, booked_to: date) -> list[str]:
    """Sentences on what of the period's figures misleads.

    `by_month`: what was booked in its `window`; `booked_to`: the last booked day of all.
    """
    accounts = _accounts(by_month)
    ends_a_month = (period.end + DAY).day == 1
    if period.start.day > 1 or not (ends_a_month or booked_to <= period.end):
        return _of_few_days(accounts)
    end = min(period.end, booked_to)
    return [*_seldom(accounts, period.start, end), *_not_closed(accounts, end, booked_to)]


def _accounts(by_month: ByMonth) -> list[_Account]:
    """Those that are large enough to mislead."""
    found: dict[tuple[str, str], _Account] = {}
    revenue = Decimal(0)
    for month, lines in sorted(by_month.items()):
        for line in lines:
            account = found.setdefault((line.section, line.code), _Account(line.section, line.name))
            account.name = line.name
            account.amount += line.amount
            account.days[month] = account.days.get(month, 0) + line.days
            revenue += line.amount if line.section == "revenue" else 0
    return [each for each in found.values() if abs(each.amount) >= revenue * LEAST_SHARE]


def _of_few_days(accounts: Sequence[_Account]) -> list[str]:
    """Of days and weeks: what is booked once a month is in them whole or not at all."""
    few = [each for each in accounts if each.section != "revenue" and each.is_of_few_days]
    if not few:
        return []
    is_of_goods = any(each.section == "cost_of_goods_sold" for each in few)
    misled = MISLED["cost_of_goods_sold" if is_of_goods else "operating_expense"]
    return [
        f"Costs that are booked on a few days of a month ({_named(few)}) are in these days whole or"
        f" not at all, so {misled} too good or too bad, and so do labour and prime cost."
    ]


def _seldom(accounts: Sequence[_Account], start: date, end: date) -> Iterator[str]:
    """What is booked every third month, say, against the months that the period has."""
    whole = _months_apart(start, end)
    months = whole + Decimal(end.day) / (plus_months(end.replace(day=1), 1) - DAY).day
    for account in accounts:
        interval = account.interval
        booked = sum(start <= month <= end for month in account.days)
        if interval == 1 or abs(booked * interval - months) < 1:
            continue
        is_short = booked * interval < months
        held = f"{booked * interval} months of it are" if booked else "none of it is"
        held = f"only {held}" if booked and is_short else held
        looks = "too good" if is_short == (account.section != "revenue") else "too bad"
        when = ", ".join(MONTHS[nth - 1] for nth in sorted({month.month for month in account.days}))
        yield (
            f"{account.name} is booked every {interval} months ({when}): {held} in this period,"
            f" so {MISLED[account.section]} {looks}."
        )


def _not_closed(accounts: Sequence[_Account], end: date, booked_to: date) -> Iterator[str]:
    """What every month before had, and the last booked one does not have yet."""
    month = end.replace(day=1)
    if month != booked_to.replace(day=1):
        return
    usual = [plus_months(month, -back) for back in range(1, USUAL_MONTHS + 1)]
    every_month = [each for each in accounts if all(other in each.days for other in usual)]
    missing = [each for each in every_month if month not in each.days]
    in_part = [
        each
        for each in every_month
        if each.is_of_few_days and 0 < each.days.get(month, 0) < min(each.days[u] for u in usual)
    ]
    name = f"{MONTHS[month.month - 1]} {month.year}"
    if missing:
        yield f"{name} is not closed: not booked in it yet: {_named(missing)}."
    if in_part:
        yield f"Booked in {name} only in part: {_named(in_part)}."


def _named(accounts: Sequence[_Account]) -> str:
    more = len(accounts) - MOST_NAMED
    named = ", ".join(each.name for each in accounts[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def _months_apart(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * LENGTHS["year"] + later.month - earlier.month
