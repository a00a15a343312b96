"""Like is compared with like: as many days, weeks by weekdays, months by months."""

from datetime import date

import pytest

from knowledge.compared import pair
from knowledge.period import PeriodError, parse_period

TODAY = date(2026, 11, 22)
BOOKED_TO = date(2026, 11, 20)  # a Friday


@pytest.mark.parametrize(
    ("period", "compare_to", "name", "other"),
    [
        ("August 2025", "previous", "August 2025", "July 2025"),
        ("this month", "previous", "1 to 20 November 2026", "1 to 20 October 2026"),
        ("November 2026", "previous", "1 to 20 November 2026", "1 to 20 October 2026"),
        ("November 2026", "October 2026", "1 to 20 November 2026", "1 to 20 October 2026"),
        ("this month", "last month", "1 to 20 November 2026", "1 to 20 October 2026"),
        ("this month", "a year earlier", "1 to 20 November 2026", "1 to 20 November 2025"),
        (
            *("2026", "2025"),
            *("1 January 2026 to 20 November 2026", "1 January 2025 to 20 November 2025"),
        ),
        (
            *("YTD", "last year"),
            *("1 January 2026 to 20 November 2026", "1 January 2025 to 20 November 2025"),
        ),
        ("this week", "last week", "16 to 20 November 2026", "9 to 13 November 2026"),
        ("this week", "YoY", "16 to 20 November 2026", "17 to 21 November 2025"),
        ("last week", "same period last year", "9 to 15 November 2026", "10 to 16 November 2025"),
        ("Q3 2026", "un an plus tôt", "Q3 2026", "Q3 2025"),
        ("Q3 2026", "La période précédente", "Q3 2026", "Q2 2026"),
        ("October 2026", "Q3 2025", "October 2026", "Q3 2025"),
        ("August 2025", "the month before", "August 2025", "July 2025"),
        ("August 2025", "le mois d'avant", "August 2025", "July 2025"),
        ("August 2025", "same month last year", "August 2025", "August 2024"),
        ("August 2025", "même mois l'an dernier", "August 2025", "August 2024"),
        ("last week", "the week before", "9 to 15 November 2026", "2 to 8 November 2026"),
        ("Q3 2026", "same quarter last year", "Q3 2026", "Q3 2025"),
    ],
)
def test_a_period_is_compared_with_what_is_meant(
    period: str, compare_to: str, name: str, other: str
) -> None:
    found = pair(parse_period(period, TODAY), compare_to, TODAY, BOOKED_TO)
    assert found.other.label == other
    assert name in (found.period.label.replace("week 46 of 2026", name), found.period.label)
    is_part = found.period.end == BOOKED_TO
    assert ("compared with as many days" in found.note) == is_part


@pytest.mark.parametrize("period", ["January 2025", "this month", "last week", "Q3 2026"])
def test_last_year_may_be_the_whole_of_it_or_the_same_time(period: str) -> None:
    with pytest.raises(PeriodError, match='use "a year earlier" or "2025-01-01 to 2025-12-31"'):
        pair(parse_period(period, TODAY), "last year", TODAY, BOOKED_TO)


@pytest.mark.parametrize(
    ("period", "compare_to"),
    [
        ("Q3 2026", "the month before"),
        ("Q3 2026", "same month last year"),
        ("August 2025", "the week before"),
        ("3 to 9 August 2025", "le mois d'avant"),
    ],
)
def test_the_month_before_is_not_that_of_another_length(period: str, compare_to: str) -> None:
    with pytest.raises(PeriodError, match=r"is no (month|week): use"):
        pair(parse_period(period, TODAY), compare_to, TODAY, BOOKED_TO)


def test_a_period_is_not_compared_with_itself() -> None:
    with pytest.raises(PeriodError, match="it is 2025 itself"):
        pair(parse_period("2025", TODAY), "last year", TODAY, BOOKED_TO)
