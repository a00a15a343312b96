"""Periods are read as people name them, and nothing else is taken for one."""

import tomllib
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.period import PeriodError, parse_period
from knowledge.period_words import LANGUAGES
from knowledge.spans import (
    MONTHS,
    a_year_earlier,
    before,
    months_from,
    plus_months,
    until,
)
from knowledge.words import fold
from tests.knowledge.phrasings import (
    READ,
    READ_FROM_JULY,
    READ_ON,
    REFUSED,
    REFUSED_FROM_JULY,
)

TODAY = date(2026, 11, 22)
IN_MAY = date(2026, 5, 20)  # a Wednesday
TEXTS = [*(text for text, *_ in READ), *(text for _, _, text, *_ in READ_ON)]
WORDS_OF_PERIODS = {word for text in TEXTS for word in text.split()}
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
        "Q5 2025",
        "H3 2025",
        "2025-13",
        "Augustus 2025",
        "1999",
        "2025; DROP",
    ],
)
def test_what_names_no_period_is_refused_with_what_would(text: str) -> None:
    with pytest.raises(PeriodError, match=r'not a period: use "2025-08", "August 2025"'):
        parse_period(text, TODAY)


@given(st.text(max_size=20), DAYS)
def test_any_words_are_a_period_in_the_right_order_or_refused(text: str, today: date) -> None:
    try:
        period = parse_period(text, today)
    except PeriodError:
        return
    assert period.start <= period.end


@given(YEARS, st.integers(1, 12), DAYS)
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
def test_the_last_one_ends_the_day_before_this_one_begins(what: str, today: date) -> None:
    last = parse_period(f"last {what}", today)
    this = parse_period(f"this {what}", today)
    assert last.end + timedelta(days=1) == this.start
    assert this.end == today


@pytest.mark.parametrize(("text", "start", "end"), READ)
def test_a_phrasing_is_read_as_it_is_meant(text: str, start: str, end: str) -> None:
    period = parse_period(text, IN_MAY)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(("text", "start", "end"), READ_FROM_JULY)
def test_a_fiscal_year_is_named_for_the_year_it_ends_in(text: str, start: str, end: str) -> None:
    period = parse_period(text, IN_MAY, fiscal_year_start=7)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(("today", "fiscal_start", "text", "start", "end"), READ_ON)
def test_a_phrasing_means_what_it_does_on_that_day(
    today: str, fiscal_start: int, text: str, start: str, end: str
) -> None:
    period = parse_period(text, date.fromisoformat(today), fiscal_start)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("end of July", "last week of July 2025"),
        ("fin juillet", "last week of July 2025"),
        ("the last two Fridays", "one at a time"),
        ("tous les vendredis", "one at a time"),
        ("the weekend", "last weekend"),
        ("this weekend", "last weekend"),
        ("last quarter last year", "Q4 2025"),
        ("semaine du 3 août", "week 32 2025"),
        ("last Friday", "Monday of last week"),
    ],
)
def test_a_refusal_says_what_can_be_asked(text: str, told: str) -> None:
    with pytest.raises(PeriodError, match=told):
        parse_period(text, IN_MAY)


@pytest.mark.parametrize(
    ("today", "label"),
    [(date(2026, 5, 23), "23 May 2026"), (date(2037, 2, 1), "31 January 2037 to 1 February 2037")],
)
def test_a_weekend_that_goes_on_is_named_by_its_days(today: date, label: str) -> None:
    assert parse_period("this weekend", today).label == label


@pytest.mark.parametrize("text", REFUSED)
def test_what_may_be_another_period_is_refused_with_a_way_to_write_it(text: str) -> None:
    with pytest.raises(PeriodError, match=r"use|has|may be|there is no|no fiscal|ends|end on"):
        parse_period(text, IN_MAY)


@pytest.mark.parametrize("text", REFUSED_FROM_JULY)
def test_fiscal_and_calendar_years_are_not_mixed(text: str) -> None:
    with pytest.raises(PeriodError, match=r"one fiscal year or more|not lie in fiscal year"):
        parse_period(text, IN_MAY, fiscal_year_start=7)


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("August", "the latest that has begun: August 2025"),
        ("May", "the latest that has begun: May 2026"),
        ("Q3", "the latest that has begun: Q3 2025"),
        ("from March to May", "the latest that has begun: March 2026 to May 2026"),
        ("since November", "the latest that has begun: November 2025"),
        ("Friday", "the latest one: 15 May 2026"),
        ("last 30 days", "the last 30 days, with today"),
        ("last 3 months", "whole months, without the one that is going on"),
        ("August 2025", ""),
    ],
)
def test_what_the_words_left_open_is_said(text: str, assumed: str) -> None:
    assert parse_period(text, IN_MAY).assumed == assumed


def test_a_word_means_the_same_in_every_language() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for file in LANGUAGES.glob("*.toml"):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        table.pop("compared", None)
        for meaning, words in table.items():
            for word in words.split(", "):
                meanings[fold(word)].add(meaning)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("file", sorted(LANGUAGES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_language_has_its_twelve_months(file: Path) -> None:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for number in range(1, 13):
        for word in table[f"m{number}"].split(", "):
            period = parse_period(f"{word} 2025", IN_MAY)
            assert (period.start, period.months) == (date(2025, number, 1), 1), word


FRENCH_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
SPELLINGS_OF_A_DAY = (
    "{day.day} {english} {day.year}",
    "{english} {day.day}, {day.year}",
    "{day:%Y-%m-%d}",
    "{day.day}/{day.month}/{day.year}",
    "{day:%d.%m.%Y}",
    "{day.day} {french} {day.year}",
    "le {day.day} {french} {day.year}",
)
SPELLINGS_OF_A_RANGE = (
    "{first} to {last}",
    "from {first} to {last}",
    "between {first} and {last}",
    "{first} - {last}",
    "{first} – {last}",
    "du {first} au {last}",
    "entre {first} et {last}",
)


def spelled(day: date, form: str) -> str:
    names = {"english": MONTHS[day.month - 1], "french": FRENCH_MONTHS[day.month - 1]}
    return form.format(day=day, **names)


@given(DAYS, DAYS)
def test_every_spelling_of_a_day_is_that_day(day: date, today: date) -> None:
    for form in SPELLINGS_OF_A_DAY:
        period = parse_period(spelled(day, form), today)
        assert (period.start, period.end) == (day, day), form


@given(DAYS, DAYS, DAYS, st.sampled_from(SPELLINGS_OF_A_RANGE), st.data())
def test_a_range_goes_from_its_first_day_to_its_last(
    one: date, other: date, today: date, form: str, data: st.DataObject
) -> None:
    first, last = sorted((one, other))
    day_form = data.draw(st.sampled_from(SPELLINGS_OF_A_DAY))
    text = form.format(first=spelled(first, day_form), last=spelled(last, day_form))
    period = parse_period(text, today)
    assert (period.start, period.end) == (first, last)
    if first < last:
        backwards = form.format(first=spelled(last, day_form), last=spelled(first, day_form))
        with pytest.raises(PeriodError):
            parse_period(backwards, today)


@given(DAYS, st.integers(1, 12), st.integers(1, 12), st.booleans())
def test_months_without_a_year_are_of_one_that_has_begun(
    today: date, first: int, last: int, is_french: bool
) -> None:
    names = FRENCH_MONTHS if is_french else MONTHS
    latest = parse_period(names[first - 1], today)
    assert latest.start <= today < plus_months(latest.start, 12)
    try:
        period = parse_period(f"{names[first - 1]} to {names[last - 1]}", today)
    except PeriodError:
        # It goes on, and how far is not said.
        assert date(today.year, last, 1) > today
        return
    assert (period.start.month, period.end.month) == (first, last)
    assert period.start <= today
    assert (period.end - period.start).days < 366
    assert plus_months(period.end.replace(day=1), 12) > today


# From 2016: "2011/12" is a month before it is a fiscal year.
@given(
    st.sampled_from(TEXTS),
    st.dates(date(2016, 1, 1), date(2098, 12, 31)),
    st.integers(1, 12),
)
@settings(max_examples=300)
def test_a_period_is_read_again_by_its_own_name(text: str, today: date, fiscal_start: int) -> None:
    try:
        period = parse_period(text, today, fiscal_start)
    except PeriodError:
        return
    again = parse_period(period.label, today, fiscal_start)
    assert (again.start, again.end) == (period.start, period.end), period.label


@given(st.lists(st.sampled_from(sorted(WORDS_OF_PERIODS)), min_size=1, max_size=6), DAYS)
@settings(max_examples=500)
def test_any_words_of_periods_are_a_period_or_refused(words: list[str], today: date) -> None:
    try:
        period = parse_period(" ".join(words), today)
    except PeriodError:
        return
    assert period.start <= period.end


@given(DAYS, st.sampled_from([1, 3, 6, 12]))
def test_the_one_before_ends_where_it_begins_and_is_as_long(day: date, months: int) -> None:
    period = months_from(day, months)
    assert before(period).end + timedelta(days=1) == period.start
    assert before(period) == months_from(plus_months(period.start, -months), months)
    assert a_year_earlier(period).start == plus_months(period.start, -12)


@pytest.mark.parametrize(
    ("text", "previous", "earlier"),
    [
        ("August 2025", "July 2025", "August 2024"),
        ("February 2024", "January 2024", "February 2023"),
        ("February 2025", "January 2025", "February 2024"),
        ("Q1 2026", "Q4 2025", "Q1 2025"),
        ("2025", "2024", "2024"),
        ("this month", "1 to 20 April 2026", "1 to 20 May 2025"),
        ("YTD", "1 January 2025 to 20 May 2025", "1 January 2025 to 20 May 2025"),
        ("this week", "11 to 13 May 2026", "19 to 21 May 2025"),
        ("last week", "4 to 10 May 2026", "12 to 18 May 2025"),
        ("1 to 15 March 2026", "14 to 28 February 2026", "1 to 15 March 2025"),
        ("1 to 14 March 2026", "15 to 28 February 2026", "1 to 14 March 2025"),
        ("14 August 2025", "13 August 2025", "14 August 2024"),
        ("last 30 days", "22 March 2026 to 20 April 2026", "21 April 2025 to 20 May 2025"),
        ("last weekend", "9 to 10 May 2026", "17 to 18 May 2025"),
    ],
)
def test_it_is_compared_with_its_like(text: str, previous: str, earlier: str) -> None:
    period = parse_period(text, IN_MAY)
    assert (before(period).label, a_year_earlier(period).label) == (previous, earlier)


def test_a_month_that_goes_on_is_compared_as_far_as_it_is_booked() -> None:
    so_far = until(parse_period("May 2026", IN_MAY), date(2026, 5, 18))
    assert (so_far.label, before(so_far).label) == ("1 to 18 May 2026", "1 to 18 April 2026")
    assert until(so_far, IN_MAY) == so_far
