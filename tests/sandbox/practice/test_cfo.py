"""The practice CFO, in memory: what it asks the books and the rules, and what it says of them."""

import pytest

from sandbox.practice import Call, answer
from tests.sandbox.practice.talk import BOOK_TOOLS, CFO, RULE_TOOLS, cfo, result, said, user

VAT = {
    "jurisdiction": "RW",
    "topic": "VAT",
    "rule": "VAT is 18 %",
    "authority": "RRA",
    "citation": "Law 049/2023",
    "checked_on": "2026-11-01",
}
NOT_A_PERIOD = {"error": 'period: not a period: use "2025-08" or "August 2025"'}


def test_what_no_rule_is_about_is_quoted_and_not_answered_from_memory() -> None:
    nothing = {"jurisdiction": "Malta", "topic": "blorp fizz"}
    found = result("c1", "check_tax_rule", nothing, {"rules": [], "note": "No rule on file"})
    answer = said(cfo(user("blorp fizz in Malta?"), *found))
    assert "nothing on file about “blorp fizz” for Malta" in answer


@pytest.mark.parametrize(
    ("message", "period"),
    [
        ("P&L for August 2025", "august 2025"),
        ("how did we do last month?", "last month"),
        ("profit year to date", "year to date"),
        ("revenue Q3 2025", "q3 2025"),
        ("show me the books of 2025-08", "2025-08"),
        ("how are we doing?", "last month"),
        ("and in July 2025?", "july 2025"),
        ("what were our expenses in 2024?", "2024"),
        ("EBITDA for the Q3 of 2025", "q3 2025"),
        ("third quarter of 2025", "third quarter 2025"),
    ],
)
def test_the_books_are_asked_in_the_words_for_the_period(message: str, period: str) -> None:
    assert cfo(user(message)) == Call("fetch_financials", {"period": period})


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("last week", {"period": "last week"}),
        ("August", {"period": "august"}),
        ("how did we do today?", {"period": "today"}),
        ("sales from 1 to 15 March 2026", {"period": "1 to 15 march 2026"}),
        ("revenue since March", {"period": "since march"}),
        ("compare with last year", {"period": "last month", "compare_to": "a year earlier"}),
        (
            "P&L for August 2025 compared with last year",
            {"period": "august 2025", "compare_to": "a year earlier"},
        ),
        (
            "profit in Q3 2025 vs Q2 2025",
            {"period": "q3 2025", "compare_to": "q2 2025"},
        ),
        ("sales of 2025 by month", {"period": "2025", "by": "month"}),
        (
            "revenue Q3 2025 by month compared to the year before",
            {"period": "q3 2025", "by": "month", "compare_to": "a year earlier"},
        ),
    ],
)
def test_the_books_are_asked_to_compare_and_to_break_down(
    message: str, asked: dict[str, str]
) -> None:
    assert cfo(user(message)) == Call("fetch_financials", asked)


@pytest.mark.parametrize(
    "message", ["list accounts", "Which accounts are there?", "show me our accounts"]
)
def test_the_accounts_are_listed(message: str) -> None:
    tools = [*BOOK_TOOLS, {"type": "function", "name": "list_accounts"}]
    assert cfo(user(message), tools=tools) == Call("list_accounts", {})
    rent = {"code": "6100", "name": "Rent", "section": "operating_expense"}
    told = {"accounts": [rent], "last_entry": "2026-11-22"}
    answer = said(cfo(user(message), *result("c1", "list_accounts", {}, told), tools=tools))
    assert answer == "- 6100 Rent (operating expense)\n_Last entry: 2026-11-22_"


def test_a_comparison_its_rows_and_how_it_was_read_are_told() -> None:
    revenue = {"text": "RWF 100", "amount": 100}
    books = {
        "period": {"name": "August 2026", "assumed": "the latest that has begun: August 2026"},
        "currency": "RWF",
        "books": {"last_entry": "2026-11-22"},
        "figures": {"revenue": revenue},
        "margins": {},
        "ratios": {"food_cost": "30.0%", "average_cheque": "RWF 11", "covers": 9},
        "by_month": [{"name": "August 2026", "figures": {"revenue": revenue, "net": revenue}}],
        "compared": {
            "period": {"name": "August 2025"},
            "differences": {"revenue": {"text": "+RWF 20", "percent": "+25.0%"}},
        },
    }
    asked = {"period": "august", "by": "month", "compare_to": "a year earlier"}
    found = result("c1", "fetch_financials", asked, books)
    assert said(cfo(user("sales in August by month compared with last year"), *found)) == (
        "*August 2026*, compared with *August 2025*\n"
        "- *Revenue*: RWF 100, +RWF 20, +25.0%\n"
        "- August 2026: RWF 100, net RWF 100\n"
        "Food cost 30.0%, average cheque RWF 11.\n"
        "_Read as the latest that has begun: August 2026._\n"
        "_In RWF, last entry 2026-11-22._"
    )


def test_each_account_has_its_line_and_its_difference() -> None:
    books = {
        "period": {"name": "August 2026"},
        "currency": "RWF",
        "figures": {},
        "margins": {},
        "accounts": [
            {"account": "4000 Food", "text": "RWF 9", "difference": {"text": "+RWF 1"}},
            {"account": "2 smaller accounts are left out"},
        ],
    }
    asked = {"period": "august", "by": "account"}
    answer = said(cfo(user("august by account"), *result("c1", "fetch_financials", asked, books)))
    assert "- 4000 Food: RWF 9, +RWF 1\n- 2 smaller accounts are left out" in answer
    whole = result("c1", "fetch_financials", {"period": "august"}, books)
    assert "4000 Food" not in said(cfo(user("sales in august"), *whole))


def test_words_that_the_books_take_for_no_period_are_asked_back() -> None:
    refused = result("c1", "fetch_financials", {"period": "august"}, NOT_A_PERIOD)
    text = said(cfo(user("profit in August"), *refused))
    assert "Which period is “august”?" in text
    assert "“August 2025”" in text


def test_books_that_are_not_offered_stay_closed() -> None:
    assert "owner's numbers only" in said(cfo(user("P&L for August 2025"), tools=RULE_TOOLS))


def test_a_sandbox_says_how_its_books_are_opened() -> None:
    how = "\n- They are told so, and also how to open them here: CFO_NUMBERS=NUMBER in .env\n"
    asked = [user("P&L for August 2025")]
    told = said(answer(CFO + how, RULE_TOOLS, asked))
    assert told.endswith("\n_In this sandbox: CFO_NUMBERS=NUMBER in .env._")
    assert "sandbox" not in said(answer(CFO, RULE_TOOLS, asked))


def test_figures_are_written_as_the_books_give_them() -> None:
    figures = {
        "revenue": {"text": "RWF 38,825,639", "amount": "38825639"},
        "net": {"text": "RWF 8,286,885"},
    }
    books = {
        "period": {"name": "August 2025"},
        "figures": figures,
        "margins": {"net_margin": "21.3%"},
    }
    text = said(
        cfo(
            user("P&L for August 2025"),
            *result("c1", "fetch_financials", {"period": "august 2025"}, books),
        )
    )
    assert "*August 2025*\n- *Revenue*: RWF 38,825,639\n- *Net*: RWF 8,286,885 (21.3%)" in text


def test_a_refusal_of_the_books_is_told_without_figures() -> None:
    refused = result(
        "c1", "fetch_financials", {"period": "august 2025"}, {"error": "not for this number"}
    )
    assert "not for this number" in said(cfo(user("P&L for August 2025"), *refused))


@pytest.mark.parametrize(
    ("message", "jurisdiction", "topic"),
    [
        ("what's the VAT rate in Malta?", "Malta", "vat rate"),
        ("VAT on restaurant meals", "Rwanda", "vat on restaurant meals"),
        ("IFRS 16 leases", "IFRS", "ifrs 16 leases"),
        ("tell us about tips in the US", "US", "tips"),
        ("tell us about tips", "Rwanda", "tips"),
        ("revenue recognition", "Rwanda", "revenue recognition"),
        ("is the food cost deductible in the UK?", "UK", "food cost deductible"),
    ],
)
def test_a_rule_is_looked_up_where_it_holds(message: str, jurisdiction: str, topic: str) -> None:
    asked = {"jurisdiction": jurisdiction, "topic": topic}
    assert cfo(user(message)) == Call("check_tax_rule", asked)


def test_a_rule_comes_with_its_source_and_the_day_it_was_checked() -> None:
    found = result(
        "c1", "check_tax_rule", {"jurisdiction": "Rwanda", "topic": "vat"}, {"rules": [VAT]}
    )
    answer = said(cfo(user("VAT?"), *found))
    assert "VAT is 18 %.\n_Source: RRA, Law 049/2023_\n_Checked on 2026-11-01_" in answer


def test_a_rule_of_another_place_is_called_so() -> None:
    note = "MT has no rule of its own on file about this; these are from EU."
    asked = {"jurisdiction": "Malta", "topic": "vat"}
    found = result("c1", "check_tax_rule", asked, {"rules": [VAT], "note": note})
    assert f"_{note}_" in said(cfo(user("VAT in Malta?"), *found))


def test_two_places_are_looked_up_one_after_the_other() -> None:
    asked = {"jurisdiction": "Malta", "topic": "vat"}
    found = result("c1", "check_tax_rule", asked, {"rules": [VAT]})
    second = Call("check_tax_rule", {"jurisdiction": "UK", "topic": "vat"})
    assert cfo(user("VAT: Malta or the UK?"), *found) == second


def test_a_rule_that_is_unverified_or_not_in_force_is_called_so() -> None:
    rule = {**VAT, "unverified": True, "in_force": "not yet on 2026-11-01: from 2027-01-01"}
    found = result(
        "c1", "check_tax_rule", {"jurisdiction": "Rwanda", "topic": "vat"}, {"rules": [rule]}
    )
    answer = said(cfo(user("VAT?"), *found))
    assert "_Unverified: please confirm it at the authority_" in answer
    assert "_In force: not yet on 2026-11-01: from 2027-01-01_" in answer


def test_what_is_nearest_is_told_as_not_about_it() -> None:
    asked = {"jurisdiction": "Malta", "topic": "dog licence"}
    near = {"jurisdiction": "MT", "topic": "Trade licence", "note": "not about this"}
    found = result("c1", "check_tax_rule", asked, {"rules": [], "nearest": [near]})
    answer = said(cfo(user("dog licence in Malta"), *found))
    assert "Nearest on file, and not about this: MT – Trade licence." in answer


def test_what_a_note_asks_of_the_model_is_not_said_to_the_diner() -> None:
    note = "The rules of Texas itself are not on file. Say so. What is unverified: say so, please."
    asked = {"jurisdiction": "Texas", "topic": "vat"}
    found = result("c1", "check_tax_rule", asked, {"rules": [VAT], "note": note})
    answer = said(cfo(user("VAT in Texas?"), *found))
    assert "_The rules of Texas itself are not on file. What is unverified._" in answer
