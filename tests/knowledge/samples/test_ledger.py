"""The sample books balance, are plausible, and the same every time."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.samples.businesses import BUSINESSES
from knowledge.samples.ledger import BOOKS_FROM, lines_of, sample_covers, sample_journals
from models.database.columns import Base
from models.database.engine import Database
from models.ledger import book, profit_and_loss
from models.restaurants import Restaurant

TODAY = date(2026, 11, 22)
SLUGS = ["kigali", "valletta"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    Base.metadata.create_all(database.engine)
    texts = dict.fromkeys(
        ("name", "country", "currency", "locale", "timezone", "city", "address", "hours", "about"),
        "-",
    )
    with database.transaction() as session:
        session.add_all(
            [
                Restaurant(id=number, slug=slug, number=slug, **texts)
                for number, slug in enumerate(SLUGS, 1)
            ]
        )
    yield database
    database.close()


def book_sample(database: Database, slug: str, last: date) -> None:
    journals = sample_journals(slug, None, last)
    with database.transaction() as session:
        book(session, 1, [line for journal in journals for line in lines_of(journal)])


@pytest.mark.parametrize("slug", SLUGS)
def test_every_sample_journal_balances(slug: str) -> None:
    journals = list(sample_journals(slug, None, TODAY))
    for one in journals:
        assert sum(one.debits.values()) == sum(one.credits.values()), one.reference
    assert len({one.reference for one in journals}) == len(journals)


@pytest.mark.parametrize("slug", SLUGS)
def test_sample_amounts_are_never_negative_and_francs_are_whole(slug: str) -> None:
    amounts = [
        amount
        for one in sample_journals(slug, None, TODAY)
        for side in (one.debits, one.credits)
        for amount in side.values()
    ]
    assert min(amounts) >= 0
    assert all(amount == round(amount, 0 if slug == "kigali" else 2) for amount in amounts)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_sample_books_have_every_day_up_to_today(slug: str) -> None:
    days = {one.day for one in sample_journals(slug, None, TODAY)}
    assert days == {
        BOOKS_FROM + timedelta(days=number) for number in range((TODAY - BOOKS_FROM).days + 1)
    }


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("slug", SLUGS)
def test_a_sample_year_is_plausible(database: Database, slug: str, year: int) -> None:
    book_sample(database, slug, date(year, 12, 31))
    with database.transaction() as session:
        result = profit_and_loss(session, 1, date(year, 1, 1), date(year, 12, 31))
    assert Decimal("0.28") < result.cost_of_goods_sold / result.revenue < Decimal("0.34")
    assert Decimal("0.05") < result.net / result.revenue < Decimal("0.15")


@pytest.mark.parametrize(
    ("slug", "high", "low"), [("valletta", 8, 2), ("kigali", 8, 4), ("kigali", 12, 2)]
)
def test_the_seasons_show_in_the_sample_books(
    database: Database, slug: str, high: int, low: int
) -> None:
    book_sample(database, slug, date(2025, 12, 31))
    with database.transaction() as session:
        revenue = {
            month: profit_and_loss(session, 1, date(2025, month, 1), date(2025, month, 28)).revenue
            for month in (high, low)
        }
    assert revenue[high] > revenue[low] * Decimal("1.2")


@given(cut=st.dates(BOOKS_FROM, date(2025, 7, 15)), slug=st.sampled_from(SLUGS))
@settings(max_examples=25)
def test_booking_in_two_goes_is_booking_in_one(cut: date, slug: str) -> None:
    today = date(2025, 7, 15)
    in_two = [*sample_journals(slug, None, cut), *sample_journals(slug, cut, today)]
    in_one = sample_journals(slug, None, today)
    by_reference = attrgetter("reference")
    assert sorted(in_two, key=by_reference) == sorted(in_one, key=by_reference)


def test_a_restaurant_that_is_no_sample_has_no_sample_books() -> None:
    with pytest.raises(KeyError):
        next(sample_journals("elsewhere", None, TODAY))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_sample_covers_are_of_every_day_and_spend_what_guests_spend(slug: str) -> None:
    covers = sample_covers(slug, None, TODAY)
    assert len(covers) == (TODAY - BOOKS_FROM).days + 1
    sold = sum(
        sum(journal.credits[account] for account in ("food_sales", "drink_sales"))
        for journal in sample_journals(slug, None, TODAY)
        if journal.title == "Sales of the day"
    )
    assert 0.95 < float(sold) / sum(covers.values()) / BUSINESSES[slug].cheque < 1.05
    later = sample_covers(slug, TODAY - timedelta(days=2), TODAY)
    assert later == {day: covers[day] for day in sorted(covers)[-2:]}
