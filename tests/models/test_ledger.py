"""The books add up, each restaurant's for itself, and a booked line stays as it is."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from models import covers
from models.accounts import Account, accounts_of, set_kinds
from models.covers import Served
from models.database.engine import Database
from models.database.upsert import Row
from models.ledger import book, booked_days, profit_and_loss
from models.restaurants import Restaurant

ACCOUNTS = {
    "cash": ("1000", "Cash", "asset"),
    "bank": ("1010", "Bank", "asset"),
    "inventory": ("1200", "Inventory", "asset"),
    "worn": ("1590", "Worn", "asset"),
    "food_sales": ("4000", "Food sales", "revenue"),
    "food_cost": ("5000", "Cost of food sold", "cost_of_goods_sold"),
    "rent": ("6100", "Rent", "operating_expense"),
    "depreciation": ("7000", "Depreciation", "depreciation"),
    "interest": ("7100", "Interest", "interest"),
    "income_tax": ("7200", "Income tax", "income_tax"),
}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with two restaurants and no books."""
    database = Database(database_url)
    texts = dict.fromkeys(
        ("name", "country", "currency", "locale", "timezone", "city", "address", "hours", "about"),
        "-",
    )
    with database.transaction() as session:
        session.add_all(
            [
                Restaurant(id=number, slug=f"r{number}", number=f"{number}", **texts)
                for number in (1, 2)
            ]
        )
    yield database
    database.close()


def journal(day: date, reference: str, debit: str, credit: str, amount: str) -> list[Row]:
    """The two lines of a journal."""
    sides = ((debit, amount, "0"), (credit, "0", amount))
    return [
        {
            "entry_date": day,
            "journal": reference,
            "line": number,
            **dict(
                zip(("account_code", "account_name", "section"), ACCOUNTS[account], strict=True)
            ),
            "description": "-",
            "debit": Decimal(debited),
            "credit": Decimal(credited),
        }
        for number, (account, debited, credited) in enumerate(sides, 1)
    ]


def booked(database: Database, *journals: list[Row]) -> None:
    """Book them for the first restaurant."""
    with database.transaction() as session:
        book(session, 1, [line for lines in journals for line in lines])


AUGUST = date(2025, 8, 1), date(2025, 8, 31)
FOUR_JOURNALS = [
    journal(date(2025, 8, 1), "A", "cash", "food_sales", "1000.10"),
    journal(date(2025, 8, 31), "B", "food_cost", "inventory", "300.20"),
    journal(date(2025, 8, 31), "C", "rent", "bank", "100.30"),
    journal(date(2025, 9, 1), "D", "cash", "food_sales", "5000"),
]


def test_a_profit_and_loss_sums_up_its_period_to_the_cent(database: Database) -> None:
    booked(database, *FOUR_JOURNALS)
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
    booked(database, *FOUR_JOURNALS, *extra)
    with database.transaction() as session:
        result = profit_and_loss(session, 1, *AUGUST)
    assert (result.ebitda, result.net) == (Decimal("599.60"), Decimal("449.60"))


def test_a_refund_is_less_revenue(database: Database) -> None:
    refund = journal(date(2025, 8, 2), "E", "food_sales", "cash", "0.10")
    booked(database, *FOUR_JOURNALS, refund)
    with database.transaction() as session:
        assert profit_and_loss(session, 1, *AUGUST).revenue == Decimal("1000.00")


def test_another_restaurants_books_stay_closed(database: Database) -> None:
    booked(database, *FOUR_JOURNALS)
    with database.transaction() as session:
        result = profit_and_loss(session, 2, *AUGUST)
    assert result.revenue == result.net == 0
    assert not result.lines
    assert result.books_from is None


def test_the_books_say_what_they_cover(database: Database) -> None:
    booked(database, *FOUR_JOURNALS)
    with database.transaction() as session:
        assert booked_days(session, 1) == (date(2025, 8, 1), date(2025, 9, 1))
        assert booked_days(session, 2) == (None, None)


def test_a_day_of_which_nothing_is_left_is_none_of_the_books(database: Database) -> None:
    slips = [
        journal(day, name, *sides, amount)
        for day in (date(1926, 8, 1), date(2062, 8, 1))
        for amount in ("0.10", "0.20")
        for name, sides in (
            (f"{day}{amount}", ("cash", "food_sales")),
            (f"{day}{amount} back", ("food_sales", "cash")),
        )
    ]
    booked(database, *FOUR_JOURNALS, *slips)
    with database.transaction() as session:
        assert booked_days(session, 1) == (date(2025, 8, 1), date(2025, 9, 1))


def test_a_booked_line_stays_as_it_is(database: Database) -> None:
    booked(database, *FOUR_JOURNALS)
    again = journal(date(2025, 8, 1), "A", "cash", "food_sales", "2000")
    late = journal(date(2025, 8, 2), "E", "cash", "food_sales", "0.90")
    booked(database, again, late)
    with database.transaction() as session:
        assert profit_and_loss(session, 1, *AUGUST).revenue == Decimal("1001.00")


def test_the_accounts_are_listed_with_their_days_and_what_they_are_of(database: Database) -> None:
    booked(database, *FOUR_JOURNALS)
    with database.transaction() as session:
        set_kinds(session, 1, {"4000": "beverage", "5000": "food"})
        set_kinds(session, 1, {"4000": "food"})
        set_kinds(session, 2, {"6100": "labour"})
        found = {account.code: account for account in accounts_of(session, 1)}
        assert not accounts_of(session, 2)
    days = date(2025, 8, 1), date(2025, 9, 1)
    assert found["4000"] == Account("4000", "Food sales", "revenue", "food", *days)
    assert found["6100"].kind is None
    assert list(found) == ["1000", "1010", "1200", "4000", "5000", "6100"]


def test_covers_come_with_what_their_days_brought_in(database: Database) -> None:
    uncounted = journal(date(2025, 8, 2), "E", "cash", "food_sales", "77")
    booked(database, *FOUR_JOURNALS, uncounted)
    with database.transaction() as session:
        covers.store(session, 1, {date(2025, 8, 1): 9, date(2025, 8, 2): 0, date(2025, 9, 1): 30})
        covers.store(session, 1, {date(2025, 8, 1): 10})
        assert covers.served(session, 1, *AUGUST) == Served(1, 10, Decimal("1000.10"))
        assert covers.served(session, 2, *AUGUST) == Served(0, 0, Decimal(0))
        assert covers.last_day(session, 1) == date(2025, 9, 1)
