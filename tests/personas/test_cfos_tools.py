"""The CFO's tools: the books for those who may see them, and rules with their source."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.database.engine import Database
from models.ledger import profit_and_loss
from models.restaurants import Restaurant
from personas.cfo import CFO
from personas.tool import ToolContext, answer_call


def call(context: ToolContext, name: str, **arguments: object) -> dict[str, Any]:
    # As a model might: fetch_financials is called whether it was offered or not.
    answer: dict[str, Any] = json.loads(
        answer_call(CFO.tools, name, json.dumps(arguments), context).text
    )
    return answer


def financials(context: ToolContext, period: str) -> dict[str, Any]:
    return call(context, "fetch_financials", period=period)


def test_a_months_figures_are_those_of_the_ledger(
    kigali: ToolContext, sample_database: Database
) -> None:
    answer = financials(kigali, "August 2025")
    with sample_database.transaction() as session:
        result = profit_and_loss(session, kigali.restaurant.id, date(2025, 8, 1), date(2025, 8, 31))
    assert answer["figures"]["revenue"]["amount"] == int(result.revenue)
    assert answer["figures"]["net"]["text"] == f"RWF {int(result.net):,}"
    assert answer["period"] == {"name": "August 2025", "start": "2025-08-01", "end": "2025-08-31"}


def test_the_figures_add_up(valletta: ToolContext) -> None:
    figures = {
        name: Decimal(str(figure["amount"]))
        for name, figure in financials(valletta, "Q3 2025")["figures"].items()
    }
    assert figures["gross_profit"] == figures["revenue"] - figures["cost_of_goods_sold"]
    assert figures["ebitda"] == figures["gross_profit"] - figures["operating_expenses"]
    below = figures["depreciation"] + figures["interest"] + figures["income_tax"]
    assert figures["net"] == figures["ebitda"] - below


def test_margins_and_accounts_stand_beside_the_figures(valletta: ToolContext) -> None:
    answer = financials(valletta, "2025")
    assert set(answer["margins"]) == {"gross_margin", "ebitda_margin", "net_margin"}
    assert answer["margins"]["gross_margin"].endswith("%")
    rent = {"section": "operating_expense", "account": "6100 Rent", "text": "€62,400.00"}
    assert rent in answer["accounts"]
    assert "note" not in answer


@pytest.mark.parametrize(
    ("period", "note"),
    [
        ("2026", "only that part"),
        ("H2 2026", "only that part"),
        ("this month", "may not be closed"),
        ("YTD", "may not be closed"),
    ],
)
def test_a_period_that_is_partly_outside_the_books_has_a_note(
    kigali: ToolContext, period: str, note: str
) -> None:
    answer = financials(kigali, period)
    assert note in answer["note"]
    assert "2025-01-01 to 2026-11-22" in answer["note"]
    assert answer["figures"]


@pytest.mark.parametrize("period", ["2024", "Q1 2027"])
def test_a_period_outside_the_books_has_a_note_and_no_figures(
    kigali: ToolContext, period: str
) -> None:
    answer = financials(kigali, period)
    assert "no figures for this period" in answer["note"]
    assert "figures" not in answer


def test_a_restaurant_without_books_says_so(kigali: ToolContext) -> None:
    unbooked = replace(kigali, restaurant=Restaurant(id=99, currency="RWF", locale="en_RW"))
    answer = financials(unbooked, "2025")
    assert answer["note"].startswith("Nothing is booked")
    assert "figures" not in answer


def test_words_that_are_no_period_are_answered_with_what_would_be_one(kigali: ToolContext) -> None:
    assert financials(kigali, "the good old days")["error"].startswith(
        'period: not a period: use "2025-08"'
    )


def test_a_diner_who_calls_for_the_books_gets_a_refusal_without_a_figure(
    diner_in_kigali: ToolContext,
) -> None:
    answer = financials(diner_in_kigali, "August 2025")
    assert set(answer) == {"error"}
    assert not any(sign.isdigit() for sign in answer["error"])


def test_a_rule_comes_with_its_authority_citation_and_date(diner_in_kigali: ToolContext) -> None:
    answer = call(diner_in_kigali, "check_tax_rule", jurisdiction="Rwanda", topic="VAT rate")
    rule = answer["rules"][0]
    assert "18" in rule["rule"]
    assert rule["authority"]
    assert rule["citation"].startswith("Law No.")
    assert date.fromisoformat(rule["checked_on"]) <= diner_in_kigali.today


def test_rules_of_somewhere_else_say_so(valletta: ToolContext) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction="Malta", topic="leases")
    assert {rule["jurisdiction"] for rule in answer["rules"]} == {"IFRS"}
    assert answer["note"].startswith("MT has no rule of its own")


def test_a_topic_without_a_rule_says_what_is_on_file(valletta: ToolContext) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction="Malta", topic="quantum physics")
    assert answer["rules"] == []
    assert "VAT standard rate" in answer["note"]


def test_an_unknown_jurisdiction_is_answered_with_those_on_file(valletta: ToolContext) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction="Atlantis", topic="VAT")
    assert "RW, MT, EU" in answer["error"]


def test_a_state_gets_the_federal_rule_and_hears_that_its_own_is_not_on_file(
    valletta: ToolContext,
) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction="California", topic="meals sales tax")
    assert answer["jurisdiction"] == "the US"
    assert answer["rules"][0]["topic"] == "State sales tax"
    assert "the rules of California itself are not on file" in answer["note"]
    member = call(valletta, "check_tax_rule", jurisdiction="France", topic="reverse charge")
    assert "the EU's rules" in member["note"]
    wales = call(valletta, "check_tax_rule", jurisdiction="Wales", topic="VAT")
    assert "the UK's rules, which hold in Wales too" in wales["note"]


def test_what_is_not_on_file_has_no_rules_and_names_the_nearest_as_such(
    valletta: ToolContext,
) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction="UK", topic="vehicle excise and VAT")
    assert answer["rules"] == []
    assert all(one["note"] == "not about this" for one in answer["nearest"])
    assert not any("rule" in one for one in answer["nearest"])
    assert "No rule on file" in answer["note"]


def test_a_general_rule_says_that_there_may_be_exemptions(kigali: ToolContext) -> None:
    answer = call(kigali, "check_tax_rule", jurisdiction="Rwanda", topic="VAT on rice")
    assert [rule["topic"] for rule in answer["rules"]] == ["VAT standard rate"]
    assert "Of rice these rules say nothing" in answer["note"]
    assert "exemptions" in answer["note"]
    about = call(kigali, "check_tax_rule", jurisdiction="Rwanda", topic="VAT on restaurant meals")
    assert "exemptions" not in about.get("note", "")


@pytest.mark.parametrize(
    ("jurisdiction", "topic", "has_rules"),
    [
        ("Wales", "business rates", False),
        ("UK", "business rates in Scotland", False),
        ("England", "business rates", True),
        ("UK", "business rates", True),
        ("Wales", "VAT on catering", True),
        ("Ontario", "QST registration", False),
        ("Quebec", "QST registration", True),
    ],
)
def test_a_rule_of_one_part_is_not_given_for_another(
    valletta: ToolContext, jurisdiction: str, topic: str, *, has_rules: bool
) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction=jurisdiction, topic=topic)
    assert bool(answer["rules"]) is has_rules


@pytest.mark.parametrize("name", ["Kenya", "Japan"])
def test_a_country_that_is_not_on_file_gets_no_rule_of_anothers(
    valletta: ToolContext, name: str
) -> None:
    answer = call(valletta, "check_tax_rule", jurisdiction=name, topic="VAT")
    assert answer["rules"] == []
    assert name in answer["error"]


def test_a_rule_that_is_not_in_force_on_the_day_says_so(valletta: ToolContext) -> None:
    def mileage(on: str) -> list[dict[str, Any]]:
        answer = call(valletta, "check_tax_rule", jurisdiction="US", topic="mileage rate", on=on)
        rules: list[dict[str, Any]] = answer["rules"]
        return rules

    spring, autumn = mileage("2026-03-01"), mileage("2026-09-01")
    assert "72.5 cents" in spring[0]["rule"]
    assert "in_force" not in spring[0]
    assert spring[1]["in_force"] == "not yet on 2026-03-01: from 2026-07-01"
    assert "76 cents" in autumn[0]["rule"]
    assert autumn[1]["in_force"] == "no longer on 2026-09-01: it ended on 2026-06-30"
    assert "72.5" not in mileage("2027-02-01")[0]["rule"] or mileage("2027-02-01")[0]["in_force"]


def test_a_rule_that_could_not_be_read_at_its_source_is_called_unverified(
    kigali: ToolContext,
) -> None:
    answer = call(kigali, "check_tax_rule", jurisdiction="Rwanda", topic="capital gains tax")
    assert answer["rules"][0]["unverified"] is True
    assert "unverified" in answer["note"]
    verified = call(kigali, "check_tax_rule", jurisdiction="Rwanda", topic="PAYE bands")
    assert "unverified" not in json.dumps(verified)


def test_a_day_that_is_none_is_refused_with_its_name(kigali: ToolContext) -> None:
    answer = call(kigali, "check_tax_rule", jurisdiction="RW", topic="VAT", on="yesterday")
    assert answer["error"].startswith("on: ")
