"""The books beside another period, in rows, with ratios and notes; on both databases."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import covers
from models.accounts import set_kinds
from models.books import lines_by
from models.database.engine import Database
from models.database.upsert import Row
from models.diners import WHATSAPP, Known
from models.ledger import RESULT_SECTIONS, book, profit_and_loss
from models.restaurants import all_of_them, store
from personas.cfo import CFO
from personas.tool import ToolContext, answer_call
from tests.models.test_ledger import ACCOUNTS, journal

TODAY = date(2026, 11, 22)
FIRST = date(2025, 1, 1)
DAYS = st.dates(date(2024, 12, 1), date(2026, 12, 31))
ROWS = ("revenue", "cost_of_goods_sold", "gross_profit", "operating_expenses", "ebitda", "net")
CARD = {
    "name": "Nyama",
    "number": "whatsapp:+250788000009",
    "country": "RW",
    "timezone": "Africa/Kigali",
    **dict.fromkeys(("city", "address", "hours", "about"), "-"),
}
EVERYONES = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def owner_of(database: Database, currency: str) -> ToolContext:
    """The owner of a restaurant without books."""
    locale = {"RWF": "en_RW", "EUR": "en_MT"}[currency]
    with database.transaction() as session:
        store(session, {"slug": "nyama", "currency": currency, "locale": locale, **CARD})
        [restaurant] = all_of_them(session)
    diner = Known(1, WHATSAPP, "whatsapp:+250788000001", restaurant.number, "Alice", None)
    noon = datetime.combine(TODAY, time(12), UTC)
    return ToolContext(database, restaurant, diner, 1, "call_1", frozenset({"books"}), noon)


@pytest.fixture(params=["RWF", "EUR"])
def owner(database: Database, request: pytest.FixtureRequest) -> ToolContext:
    return owner_of(database, request.param)


@pytest.fixture
def in_francs(database: Database) -> ToolContext:
    return owner_of(database, "RWF")


def booked(context: ToolContext, *journals: list[Row]) -> None:
    with context.database.transaction() as session:
        book(session, context.restaurant.id, [line for lines in journals for line in lines])


def monthly(
    debit: str, credit: str, amount: str, months: range, *, day: int = 28, every: int = 1
) -> list[list[Row]]:
    """A journal in each month, counted from January 2025 as 0, or in every third of them."""
    return [
        journal(
            date(2025 + month // 12, month % 12 + 1, day), f"{debit}{month}", debit, credit, amount
        )
        for month in months
        if (month + 1) % every == 0
    ]


def chance_books(currency: str) -> list[list[Row]]:
    """Two years of journals, in whole francs or in cents."""
    chance = Random(currency)
    of_result = [name for name, (_, _, section) in ACCOUNTS.items() if section in RESULT_SECTIONS]
    journals = []
    for nth in range(600):
        day = FIRST + timedelta(days=chance.randrange((TODAY - FIRST).days + 1))
        cents = chance.randrange(1, 10_000_000)
        amount = str(cents // 100) if currency == "RWF" else f"{cents // 100}.{cents % 100:02}"
        account = chance.choice(of_result)
        debit, credit = ("cash", account) if account == "food_sales" else (account, "cash")
        journals.append(journal(day, f"J{nth}", debit, credit, amount))
    return journals


def ask(context: ToolContext, **arguments: object) -> dict[str, Any]:
    answer = answer_call(CFO.tools, "fetch_financials", json.dumps(arguments), context)
    told: dict[str, Any] = json.loads(answer.text)
    return told


def amount(answer: dict[str, Any], figure: str) -> Decimal:
    return Decimal(str(answer["figures"][figure]["amount"]))


def test_the_rows_of_any_period_add_up_to_it_to_the_cent(owner: ToolContext) -> None:
    booked(owner, *chance_books(owner.restaurant.currency))

    @given(DAYS, DAYS, st.sampled_from(["month", "week", "day"]))
    @EVERYONES
    def add_up(one: date, other: date, step: str) -> None:
        start, end = sorted((one, other))
        answer = ask(owner, start=start.isoformat(), end=end.isoformat(), by=step)
        if f"by_{step}" not in answer:
            assert "too many rows" in answer.get("error", "no figures") or "note" in answer
            return
        for figure in ROWS:
            rows = [amount(row, figure) for row in answer[f"by_{step}"]]
            assert sum(rows) == amount(answer, figure)
        last = answer[f"by_{step}"][-1]
        alone = ask(owner, start=last["start"], end=last["end"])
        assert [amount(last, each) for each in ROWS] == [amount(alone, each) for each in ROWS]

    add_up()


def test_every_account_adds_up_over_the_months_and_days(owner: ToolContext) -> None:
    booked(owner, *chance_books(owner.restaurant.currency))
    own = owner.restaurant.id

    @given(DAYS, DAYS, st.sampled_from(["month", "day"]))
    @EVERYONES
    def add_up(one: date, other: date, step: Any) -> None:
        start, end = sorted((one, other))
        with owner.database.transaction() as session:
            whole = profit_and_loss(session, own, start, end)
            parts = lines_by(session, own, (start, end), step)
        sums: Counter[str] = Counter()
        for lines in parts.values():
            for line in lines:
                sums[line.code] += line.amount  # type: ignore[assignment]
        assert sums == {line.code: line.amount for line in whole.lines}

    add_up()


def test_it_stands_beside_the_period_before_with_the_difference(in_francs: ToolContext) -> None:
    booked(
        in_francs,
        journal(date(2025, 7, 1), "A", "cash", "food_sales", "800"),
        journal(date(2025, 8, 1), "B", "cash", "food_sales", "1000"),
        journal(date(2025, 8, 2), "C", "rent", "bank", "100"),
        journal(date(2025, 9, 2), "D", "rent", "bank", "100"),
    )
    answer = ask(in_francs, period="August 2025", compare_to="previous")
    assert answer["compared"]["period"]["name"] == "July 2025"
    assert amount(answer["compared"], "revenue") == 800
    assert answer["compared"]["differences"]["revenue"] == {
        "text": "+RWF 200",
        "amount": 200,
        "percent": "+25.0%",
    }
    # Nothing was spent in July, and more is more, of a cost too.
    assert answer["compared"]["differences"]["operating_expenses"] == {
        "text": "+RWF 100",
        "amount": 100,
        "percent": None,
    }
    assert "of a cost too" in answer["compared"]["signs"]
    [rent] = [
        row
        for row in ask(in_francs, period="2025-09", compare_to="2025-08", by="account")["accounts"]
        if row["account"] == "6100 Rent"
    ]
    assert (rent["compared"], rent["difference"]["text"]) == ("RWF 100", "RWF 0")


def test_a_loss_that_shrinks_is_more(in_francs: ToolContext) -> None:
    booked(
        in_francs,
        journal(date(2025, 7, 1), "A", "rent", "bank", "200"),
        journal(date(2025, 8, 1), "B", "rent", "bank", "50"),
        journal(date(2025, 9, 1), "C", "rent", "bank", "50"),
    )
    answer = ask(in_francs, period="2025-08", compare_to="the period before")
    assert answer["compared"]["differences"]["net"]["text"] == "+RWF 150"
    assert answer["compared"]["differences"]["net"]["percent"] == "+75.0%"


def test_what_goes_on_is_compared_as_far_as_it_is_booked(in_francs: ToolContext) -> None:
    days = (FIRST, date(2026, 10, 20), date(2026, 10, 21), date(2026, 11, 20))
    booked(in_francs, *(journal(day, str(day), "cash", "food_sales", "10") for day in days))
    answer = ask(in_francs, period="November 2026", compare_to="previous")
    assert answer["period"]["name"] == "1 to 20 November 2026"
    assert answer["compared"]["period"]["name"] == "1 to 20 October 2026"
    assert amount(answer["compared"], "revenue") == 10
    assert "compared with as many days" in answer["note"]


def test_what_may_be_compared_with_two_things_is_asked_back(in_francs: ToolContext) -> None:
    booked(in_francs, journal(FIRST, "A", "cash", "food_sales", "1000"))
    answer = ask(in_francs, period="January 2025", compare_to="last year")
    assert answer["error"].startswith("compare_to: it may be the whole of 2025")
    assert "compare_to: not a period" in ask(in_francs, period="2025", compare_to="soon")["error"]


def test_what_is_compared_with_a_time_before_the_books_says_so(in_francs: ToolContext) -> None:
    booked(
        in_francs,
        journal(date(2025, 1, 15), "A", "cash", "food_sales", "1000"),
        journal(date(2025, 3, 15), "B", "cash", "food_sales", "1000"),
    )
    answer = ask(in_francs, period="2025-01", compare_to="previous")
    assert "there are no figures for December 2024" in answer["note"]
    assert "compared" not in answer
    answer = ask(in_francs, period="2025-02", compare_to="previous")
    assert "they have only a part of January 2025" in answer["note"]


def test_a_period_is_told_by_its_days_or_in_words_and_not_by_both(in_francs: ToolContext) -> None:
    booked(in_francs, journal(FIRST, "A", "cash", "food_sales", "1000"))
    days = {"start": "2025-01-01", "end": "2025-01-31"}
    assert ask(in_francs, **days)["period"]["name"] == "January 2025"
    assert ask(in_francs, period="January 2025", **days)["figures"]
    assert "another one" in ask(in_francs, period="May 2025", **days)["error"]
    assert "come together" in ask(in_francs, start="2025-01-01")["error"]
    assert "missing: use" in ask(in_francs)["error"]
    assert "end on" in ask(in_francs, start="2025-02-01", end="2025-01-01")["error"]


def test_currency_and_last_entry_are_always_stated(in_francs: ToolContext) -> None:
    empty = ask(in_francs, period="2025")
    assert (empty["currency"], empty["books"]) == ("RWF", {"first_day": None, "last_entry": None})
    booked(in_francs, journal(FIRST, "A", "cash", "food_sales", "1000"))
    for period in ("2024", "2025"):
        answer = ask(in_francs, period=period)
        assert (answer["currency"], answer["books"]["last_entry"]) == ("RWF", "2025-01-01")


def test_the_latest_august_is_said_to_be_it(in_francs: ToolContext) -> None:
    booked(in_francs, journal(FIRST, "A", "cash", "food_sales", "1000"))
    told = ask(in_francs, period="August")["period"]
    assert told["assumed"] == "the latest that has begun: August 2026"


def test_the_ratios_are_of_what_the_accounts_are_marked_as(in_francs: ToolContext) -> None:
    booked(
        in_francs,
        journal(date(2025, 8, 1), "A", "cash", "food_sales", "1000"),
        journal(date(2025, 8, 2), "B", "food_cost", "inventory", "300"),
        journal(date(2025, 8, 3), "C", "rent", "bank", "250"),
    )
    left_out = ask(in_francs, period="2025-08")["ratios"]["left_out"]
    assert set(left_out) == {
        *("food_cost", "beverage_cost", "labour", "prime_cost", "average_cheque"),
    }
    with in_francs.database.transaction() as session:
        set_kinds(session, in_francs.restaurant.id, {"4000": "food", "5000": "food"})
        set_kinds(session, in_francs.restaurant.id, {"6100": "labour"})
        covers.store(session, in_francs.restaurant.id, {date(2025, 8, 1): 8})
    told = ask(in_francs, period="2025-08")["ratios"]
    assert (told["food_cost"], told["labour"], told["prime_cost"]) == ("30.0%", "25.0%", "55.0%")
    assert (told["average_cheque"], told["covers"]) == ("RWF 125", 8)
    assert set(told["left_out"]) == {"beverage_cost"}


SALES = monthly("cash", "food_sales", "1000", range(23), day=1)
TAX = monthly("income_tax", "bank", "90", range(23), every=3)


def test_tax_that_is_booked_each_quarter_misleads_but_over_quarters(
    in_francs: ToolContext,
) -> None:
    booked(in_francs, *SALES, *TAX)
    note = ask(in_francs, period="August 2025", compare_to="September 2025")
    assert "none of it is in this period, so net looks too good" in note["note"]
    assert "3 months of it are in this period" in note["compared"]["note"]
    assert "note" not in ask(in_francs, period="Q3 2025", compare_to="Q2 2025")


def test_too_many_rows_are_refused_with_what_to_ask(in_francs: ToolContext) -> None:
    booked(in_francs, *SALES)
    assert "by week" in ask(in_francs, period="2025", by="day")["error"]
    assert len(ask(in_francs, period="2025", by="week")["by_week"]) == 53
    # The books end in November: there are no rows beyond.
    assert len(ask(in_francs, period="2026", by="month")["by_month"]) == 11


def test_the_accounts_are_listed_and_by_section(in_francs: ToolContext) -> None:
    def listed(**arguments: object) -> dict[str, Any]:
        answer = answer_call(CFO.tools, "list_accounts", json.dumps(arguments), in_francs)
        told: dict[str, Any] = json.loads(answer.text)
        return told

    assert listed()["note"].startswith("Nothing is booked")
    booked(in_francs, *SALES)
    assert [row["code"] for row in listed()["accounts"]] == ["1000", "4000"]
    [sales] = listed(section="revenue")["accounts"]
    days = {"first_day": "2025-01-01", "last_day": "2026-11-01"}
    assert sales == {"code": "4000", "name": "Food sales", "section": "revenue", "of": None, **days}
    assert "the books have: asset, revenue" in listed(section="interest")["note"]
    stranger = replace(in_francs, rights=frozenset())
    assert "accounts" not in json.loads(
        answer_call(CFO.tools, "list_accounts", "{}", stranger).text
    )
