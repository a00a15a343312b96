"""Periods are read as people name them, and nothing else is taken for one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.period import MONTHS, PeriodError, parse_period

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
YEARS = st.integers(2000, 2099)


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("2025-08", "2025-08-01", "2025-08-31", "August 2025"),
        ("08/2025", "2025-08-01", "2025-08-31", "August 2025"),
        ("August 2025", "2025-08-01", "2025-08-31", "August 2025"),
        (" aug  2025 ", "2025-08-01", "2025-08-31", "August 2025"),
        ("Sept. 2025", "2025-09-01", "2025-09-30", "September 2025"),
        ("2025 December", "2025-12-01", "2025-12-31", "December 2025"),
        ("February 2024", "2024-02-01", "2024-02-29", "February 2024"),
        ("Q3 2025", "2025-07-01", "2025-09-30", "Q3 2025"),
        ("2025 Q3", "2025-07-01", "2025-09-30", "Q3 2025"),
        ("2025-q4", "2025-10-01", "2025-12-31", "Q4 2025"),
        ("H1 2025", "2025-01-01", "2025-06-30", "H1 2025"),
        ("2025 h2", "2025-07-01", "2025-12-31", "H2 2025"),
        ("2025", "2025-01-01", "2025-12-31", "2025"),
        ("last month", "2026-10-01", "2026-10-31", "October 2026"),
        ("this month", "2026-11-01", "2026-11-22", "November 2026 to date"),
        ("last quarter", "2026-07-01", "2026-09-30", "Q3 2026"),
        ("this quarter", "2026-10-01", "2026-11-22", "Q4 2026 to date"),
        ("last year", "2025-01-01", "2025-12-31", "2025"),
        ("Year to date", "2026-01-01", "2026-11-22", "2026 to date"),
        ("YTD", "2026-01-01", "2026-11-22", "2026 to date"),
    ],
)
def test_a_period_is_read_as_people_name_it(text: str, start: str, end: str, label: str) -> None:
    period = parse_period(text, TODAY)
    assert (period.start.isoformat(), period.end.isoformat(), period.label) == (start, end, label)


def test_last_month_in_january_is_in_the_year_before() -> None:
    assert parse_period("last month", date(2026, 1, 31)).start == date(2025, 12, 1)
    assert parse_period("last quarter", date(2026, 1, 31)).start == date(2025, 10, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "August",
        "Q5 2025",
        "Q3",
        "H3 2025",
        "2025-13",
        "Augustus 2025",
        "1999",
        "yesterday",
        "2025-08-14",
        "2025; DROP",
    ],
)
def test_what_names_no_period_is_refused_with_what_would(text: str) -> None:
    with pytest.raises(PeriodError, match=r'not a period: use "2025-08", "August 2025"'):
        parse_period(text, TODAY)


@given(st.text(max_size=20), DAYS)
@settings(deadline=None)
def test_any_words_are_a_period_in_the_right_order_or_refused(text: str, today: date) -> None:
    try:
        period = parse_period(text, today)
    except PeriodError:
        return
    assert period.start <= period.end


@given(YEARS, st.integers(1, 12), DAYS)
@settings(deadline=None)
def test_every_spelling_of_a_month_is_the_same_month(year: int, month: int, today: date) -> None:
    name = MONTHS[month - 1]
    spellings = (
        f"{year}-{month:02}",
        f"{month}/{year}",
        f"{name} {year}",
        f"{name[:3].upper()} {year}",
        f"{year} {name.lower()}",
    )
    assert len({parse_period(text, today) for text in spellings}) == 1


@given(YEARS, DAYS)
@settings(deadline=None)
def test_the_parts_of_a_year_make_up_the_year(year: int, today: date) -> None:
    whole = parse_period(str(year), today)
    for parts in (
        [f"Q{n} {year}" for n in range(1, 5)],
        [f"H{n} {year}" for n in (1, 2)],
        [f"{year}-{n}" for n in range(1, 13)],
    ):
        periods = [parse_period(part, today) for part in parts]
        assert (periods[0].start, periods[-1].end) == (whole.start, whole.end)
        assert all(
            before.end + timedelta(days=1) == after.start for before, after in pairwise(periods)
        )


@pytest.mark.parametrize("what", ["month", "quarter", "year"])
@given(today=DAYS)
@settings(deadline=None)
def test_the_last_one_ends_the_day_before_this_one_begins(what: str, today: date) -> None:
    last = parse_period(f"last {what}", today)
    this = parse_period(f"this {what}", today)
    assert last.end + timedelta(days=1) == this.start
    assert this.end == today
