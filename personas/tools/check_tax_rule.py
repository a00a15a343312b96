"""The CFO's `check_tax_rule`: rules of tax and accounting, with the authority and the source."""

from datetime import date
from functools import partial
from typing import Annotated

from pydantic import Field

from knowledge.tax_search import JURISDICTIONS, jurisdiction_code, search_rules
from models.tax import TaxRule, rules_of, topics_of
from personas.tool import Arguments, Tool, ToolContext

NAMES = "Rwanda, Malta, EU, UK, US, Canada, IFRS or US GAAP"


class CheckTaxRule(Arguments):
    jurisdiction: Annotated[
        str, Field(min_length=1, max_length=60, description=f"Whose rule: {NAMES}.")
    ]
    topic: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            description='What about, in English: "VAT on restaurant meals", "leases", "inventory".',
        ),
    ]


def run(context: ToolContext, arguments: CheckTaxRule) -> dict[str, object]:
    code = jurisdiction_code(arguments.jurisdiction)
    if code is None:
        on_file = ", ".join(JURISDICTIONS)
        return {"error": f"jurisdiction: none of those on file; use one of {on_file}"}
    rules = search_rules(partial(_rules_on_file, context), code, arguments.topic)
    answer: dict[str, object] = {"rules": [_shown(rule) for rule in rules]}
    if not rules:
        with context.database.transaction() as session:
            on_file = ", ".join(topics_of(session, code)) or "nothing"
        answer["note"] = (
            "No rule on file about this: say so, and call nothing from memory checked."
            f" On file: {on_file}."
        )
    elif rules[0].jurisdiction != code:
        answer["note"] = (
            f"{code} has no rule of its own on file about this;"
            f" these are from {rules[0].jurisdiction}."
        )
    return answer


def _rules_on_file(context: ToolContext, code: str) -> list[TaxRule]:
    # A transaction of their own: to search them takes a while.
    with context.database.transaction() as session:
        return rules_of(session, code)


def _shown(rule: TaxRule) -> dict[str, object]:
    return {
        "jurisdiction": rule.jurisdiction,
        "topic": rule.topic,
        "rule": rule.rule,
        "authority": rule.authority,
        "citation": rule.citation,
        "source_url": rule.source_url,
        "checked_on": rule.checked_on.isoformat(),
        **{bound: day.isoformat() for bound, day in _bounds(rule) if day},
        **({"unverified": True} if rule.unverified else {}),
    }


def _bounds(rule: TaxRule) -> list[tuple[str, date | None]]:
    return [("effective_from", rule.effective_from), ("effective_to", rule.effective_to)]


check_tax_rule = Tool(
    name="check_tax_rule",
    description=(
        "Tax and accounting rules on a topic, each with its authority,"
        " its exact citation and the date it was checked."
    ),
    arguments=CheckTaxRule,
    run=run,
)
