"""Figures that mislead are told from the books' own rhythm, and from nothing else."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from knowledge.cautions import ByMonth, cautions
from knowledge.period import parse_period
from models.ledger import AccountLine, Section

TODAY = date(2026, 11, 22)
MONTHS = range(23)  # from January 2025
SALES = AccountLine("revenue", "4000", "Food sales", Decimal(1000), 28)
Lines = dict[int, list[AccountLine]]


def cost(section: Section, *, amount: int = 90, days: int = 1, name: str = "") -> AccountLine:
    name = name or section.replace("_", " ").capitalize()
    return AccountLine(section, f"7{name}", name, Decimal(amount), days)


def books(*costs: tuple[AccountLine, int], months: range = MONTHS) -> ByMonth:
    """Sales in every month, and each cost in every so manieth."""
    lines: dict[date, list[AccountLine]] = defaultdict(list)
    for month in MONTHS:
        first = date(2025 + month // 12, month % 12 + 1, 1)
        lines[first].append(SALES)
        lines[first] += [each for each, every in costs if (month + 1) % every == 0]
    return lines


def said(period: str, by_month: ByMonth, booked_to: date = TODAY) -> str:
    return " ".join(cautions(parse_period(period, TODAY), by_month, booked_to))


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ("August 2025", "none of it is in this period, so net looks too good"),
        ("September 2025", "3 months of it are in this period, so net looks too bad"),
        ("July to August 2025", "none of it is"),
        ("January to November 2025", "only 9 months of it are"),
        ("YTD", "only 9 months of it are"),
        ("Q3 2025", ""),
        ("H1 2026", ""),
        ("2025", ""),
        ("August 2025 to October 2025", ""),
    ],
)
def test_tax_of_each_quarter_misleads_but_over_quarters(period: str, says: str) -> None:
    note = said(period, books((cost("income_tax"), 3)))
    assert says in note
    months = "(March, June, September, December)"
    assert (f"Income tax is booked every 3 months {months}" in note) == bool(says)


@pytest.mark.parametrize(
    ("section", "every", "period", "says"),
    [
        ("depreciation", 12, "2025-08", "Depreciation is booked every 12 months (December)"),
        ("depreciation", 12, "2025-12", "12 months of it are in this period, so net looks too bad"),
        ("operating_expense", 3, "2025-08", "so EBITDA and net look too good"),
        ("interest", 6, "Q1 2025", "Interest is booked every 6 months (June, December)"),
        ("cost_of_goods_sold", 2, "2025-09", "so gross profit, EBITDA and net look too good"),
        ("revenue", 4, "2025-09", "so revenue and all below it look too bad"),
    ],
)
def test_so_does_what_comes_at_any_interval(
    section: Section, every: int, period: str, says: str
) -> None:
    assert says in said(period, books((cost(section, amount=900), every)))


@pytest.mark.parametrize(
    "costs",
    [
        [],
        [(cost("income_tax"), 1)],
        [(cost("income_tax", amount=1), 3)],  # a trifle
        [(cost("operating_expense", amount=900), 13)],  # once: it may never come again
    ],
)
def test_what_comes_each_month_or_hardly_counts_misleads_nobody(
    costs: list[tuple[AccountLine, int]],
) -> None:
    assert said("August 2025", books(*costs)) == ""


def test_a_last_month_without_its_usual_bills_is_not_closed() -> None:
    by_month = dict(books((cost("operating_expense", name="Rent"), 1)))
    by_month[date(2026, 11, 1)] = [SALES]
    note = said("this month", by_month)
    assert note == "November 2026 is not closed: not booked in it yet: Rent."
    assert said("YTD", by_month) == note
    assert said("October 2026", by_month) == ""


def test_a_month_that_others_followed_is_taken_for_closed() -> None:
    by_month = dict(books((cost("operating_expense", name="Rent"), 1)))
    by_month[date(2026, 6, 1)] = [SALES]
    assert said("June 2026", by_month) == ""


def test_half_the_wages_are_wages_in_part() -> None:
    by_month = dict(books((cost("operating_expense", name="Wages", days=2), 1)))
    by_month[date(2026, 11, 1)] = [SALES, cost("operating_expense", name="Wages")]
    assert said("November 2026", by_month) == "Booked in November 2026 only in part: Wages."


@pytest.mark.parametrize("period", ["week 20 2025", "14 May 2025", "1 to 15 May 2025"])
def test_days_and_weeks_have_a_months_bills_whole_or_not_at_all(period: str) -> None:
    note = said(period, books((cost("operating_expense", name="Rent"), 1)))
    assert "booked on a few days of a month (Rent)" in note
    assert "EBITDA and net look too good or too bad" in note
    assert said(period, books((cost("cost_of_goods_sold", days=28), 1))) == ""
