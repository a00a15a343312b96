"""The CFO's `check_tax_rule`: rules of tax and accounting, with the authority and the source."""

from datetime import date
from functools import partial
from typing import Annotated

from pydantic import Field

from knowledge.jurisdictions import (
    ON_FILE,
    Jurisdiction,
    doubt_about,
    jurisdiction_of,
    places_in,
)
from knowledge.tax_search import search
from models.tax import TaxRule, rules_of, topics_of
from personas.tool import Arguments, Tool, ToolContext

NAMES = "Rwanda, Malta, EU, UK, US, Canada, IFRS or US GAAP, or a state or member of one"
# Most of the UK's rules are its own, so that as a name it stands for the UK.
ENGLAND = "england"
UNVERIFIED = (
    "What is unverified could not be read at its source: say so, and that it must be confirmed."
)


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
    on: Annotated[
        date | None,
        Field(description="The day it is asked for, as 2026-06-30, if not today."),
    ] = None


def run(context: ToolContext, arguments: CheckTaxRule) -> dict[str, object]:
    whose = jurisdiction_of(arguments.jurisdiction, arguments.topic)
    if whose is None:
        return _nothing_there(arguments.jurisdiction)
    on = arguments.on or context.today
    found = search(partial(_rules_on_file, context, whose.part), whose.code, arguments.topic)
    rules = sorted(found.rules, key=lambda rule: not _is_in_force(rule, on))
    notes = [whose.doubt, _whose_they_are(whose)]
    if not rules:
        with context.database.transaction() as session:
            on_file = ", ".join(topics_of(session, whose.code)) or "nothing"
        notes.append(
            "No rule on file about this: say so, and call nothing from memory checked."
            f" On file: {on_file}."
        )
    elif rules[0].jurisdiction != whose.code:
        notes.append(
            f"{whose.code} has no rule of its own on file about this;"
            f" these are from {rules[0].jurisdiction}."
        )
    if found.unsaid:
        notes.append(
            f"Of {' and '.join(found.unsaid)} these rules say nothing: they are the general ones;"
            " exemptions and other rates may apply, and are not on file. Say so."
        )
    if any(rule.unverified for rule in rules):
        notes.append(UNVERIFIED)
    answer: dict[str, object] = {
        "jurisdiction": ON_FILE[whose.code],
        "rules": [_shown(rule, on) for rule in rules],
    }
    if found.nearest:
        answer["nearest"] = [_nearest(rule) for rule in found.nearest]
    note = " ".join(filter(None, notes))
    return answer | {"note": note} if note else answer


def _nothing_there(name: str) -> dict[str, object]:
    doubt = doubt_about(name) or f"nothing is on file for {name!r}"
    on_file = ", ".join(ON_FILE)
    return {"error": f"jurisdiction: {doubt.rstrip('.')}; on file are {on_file}", "rules": []}


def _whose_they_are(whose: Jurisdiction) -> str:
    if not whose.part:
        return ""
    if whose.code == "UK":
        # VAT, corporation tax and National Insurance are the same in all of it.
        return (
            f"These are the UK's rules, which hold in {whose.part} too unless they name another"
            f" part; what {whose.part} alone has, as local and property taxes, is not on file."
        )
    kind = "EU's" if whose.code == "EU" else "federal"
    return (
        f"These are the {kind} rules: beyond what they say of {whose.part},"
        f" the rules of {whose.part} itself are not on file. Say so."
    )


def _rules_on_file(context: ToolContext, part: str, code: str) -> list[TaxRule]:
    """Those of `code`, without the ones whose topic says that they are of another part of it."""
    # A transaction of their own: to search them takes a while.
    with context.database.transaction() as session:
        rules = rules_of(session, code)
    return [rule for rule in rules if not part or _parts_in(rule.topic) <= {part}]


def _parts_in(topic: str) -> set[str]:
    return {
        place.part or place.name
        for place in places_in(topic)
        if place.part or place.name == ENGLAND
    }


def _shown(rule: TaxRule, on: date) -> dict[str, object]:
    bounds = {"effective_from": rule.effective_from, "effective_to": rule.effective_to}
    return {
        "jurisdiction": rule.jurisdiction,
        "topic": rule.topic,
        "rule": rule.rule,
        "authority": rule.authority,
        "citation": rule.citation,
        "source_url": rule.source_url,
        "checked_on": rule.checked_on.isoformat(),
        **{bound: day.isoformat() for bound, day in bounds.items() if day},
        **({} if _is_in_force(rule, on) else {"in_force": _why_not(rule, on)}),
        **({"unverified": True} if rule.unverified else {}),
    }


def _is_in_force(rule: TaxRule, on: date) -> bool:
    return (rule.effective_from or on) <= on <= (rule.effective_to or on)


def _why_not(rule: TaxRule, on: date) -> str:
    if rule.effective_from and on < rule.effective_from:
        return f"not yet on {on}: from {rule.effective_from}"
    return f"no longer on {on}: it ended on {rule.effective_to}"


def _nearest(rule: TaxRule) -> dict[str, object]:
    """Its name alone: a figure that is not about the question would be taken for its answer."""
    return {"jurisdiction": rule.jurisdiction, "topic": rule.topic, "note": "not about this"}


check_tax_rule = Tool(
    name="check_tax_rule",
    description=(
        "Tax and accounting rules on a topic, each with its authority, its exact citation,"
        " when it holds and when it was checked."
    ),
    arguments=CheckTaxRule,
    run=run,
)
