"""The books add up, and the sample books are plausible and the same every time."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from knowledge.samples.ledger import BOOKS_FROM, Journal, lines_of, sample_journals
from models.database.columns import Base
from models.database.engine import Database
from models.ledger import LedgerEntry, booked_days, profit_and_loss
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


def book(database: Database, restaurant_id: int, journals: list[Journal]) -> None:
    rows = [
        {"restaurant_id": restaurant_id, **line}
        for journal in journals
        for line in lines_of(journal)
    ]
    with database.transaction() as session:
        session.execute(insert(LedgerEntry), rows)


def journal(day: date, reference: str, debit: str, credit: str, amount: str) -> Journal:
    return Journal(day, reference, "-", {debit: Decimal(amount)}, {credit: Decimal(amount)})


AUGUST = date(2025, 8, 1), date(2025, 8, 31)
FOUR_JOURNALS = [
    journal(date(2025, 8, 1), "A", "cash", "food_sales", "1000.10"),
    journal(date(2025, 8, 31), "B", "food_cost", "inventory", "300.20"),
    journal(date(2025, 8, 31), "C", "rent", "bank", "100.30"),
    journal(date(2025, 9, 1), "D", "cash", "food_sales", "5000"),
]


def test_a_profit_and_loss_sums_up_its_period_to_the_cent(database: Database) -> None:
    book(database, 1, FOUR_JOURNALS)
    with database.transaction() as session:
        result = profit_and_loss(session, 1, *AUGUST)
    assert (result.revenue, result.gross_profit) == (Decimal("1000.10"), Decimal("699.90"))
    assert (result.operating_expenses, result.ebitda, result.net) == (
        Decimal("100.30"),
        Decimal("599.60"),
        Decimal("599.60"),
    )
    assert [line.name for line in result.lines] == ["Food sales", "Cost of food sold", "Rent"]


def test_ebitda_stands_before_depreciation_interest_and_tax(database: Database) -> None:
    costs = [("depreciation", "worn"), ("interest", "bank"), ("income_tax", "bank")]
    extra = [journal(date(2025, 8, 31), debit, debit, credit, "50") for debit, credit in costs]
    book(database, 1, FOUR_JOURNALS + extra)
    with database.transaction() as session:
        result = profit_and_loss(session, 1, *AUGUST)
    assert (result.ebitda, result.net) == (Decimal("599.60"), Decimal("449.60"))


def test_a_refund_is_less_revenue(database: Database) -> None:
    book(
        database, 1, [*FOUR_JOURNALS, journal(date(2025, 8, 2), "E", "food_sales", "cash", "0.10")]
    )
    with database.transaction() as session:
        assert profit_and_loss(session, 1, *AUGUST).revenue == Decimal("1000.00")


def test_another_restaurants_books_stay_closed(database: Database) -> None:
    book(database, 1, FOUR_JOURNALS)
    with database.transaction() as session:
        result = profit_and_loss(session, 2, *AUGUST)
    assert result.revenue == result.net == 0
    assert not result.lines
    assert result.books_from is None


def test_the_books_say_what_they_cover(database: Database) -> None:
    book(database, 1, FOUR_JOURNALS)
    with database.transaction() as session:
        assert booked_days(session, 1) == (date(2025, 8, 1), date(2025, 9, 1))
        assert booked_days(session, 2) == (None, None)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_sample_journal_balances(slug: str) -> None:
    journals = list(sample_journals(slug, None, TODAY))
    assert [
        one.reference for one in journals if sum(one.debits.values()) != sum(one.credits.values())
    ] == []
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
    book(database, 1, list(sample_journals(slug, None, date(year, 12, 31))))
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
    book(database, 1, list(sample_journals(slug, None, date(2025, 12, 31))))
    with database.transaction() as session:
        revenue = {
            month: profit_and_loss(session, 1, date(2025, month, 1), date(2025, month, 28)).revenue
            for month in (high, low)
        }
    assert revenue[high] > revenue[low] * Decimal("1.2")


@given(cut=st.dates(BOOKS_FROM, date(2025, 7, 15)), slug=st.sampled_from(SLUGS))
@settings(max_examples=25, deadline=None)
def test_booking_in_two_goes_is_booking_in_one(cut: date, slug: str) -> None:
    today = date(2025, 7, 15)
    in_two = [*sample_journals(slug, None, cut), *sample_journals(slug, cut, today)]
    in_one = sample_journals(slug, None, today)
    assert sorted(in_two, key=lambda one: one.reference) == sorted(
        in_one, key=lambda one: one.reference
    )


def test_a_restaurant_that_is_no_sample_has_no_sample_books() -> None:
    with pytest.raises(KeyError):
        next(sample_journals("elsewhere", None, TODAY))
