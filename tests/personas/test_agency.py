"""What a model can do at all: these tools, these effects, and nothing that writes."""

import json
import sqlite3
from dataclasses import replace
from typing import get_args

import pytest

from personas.catalogue import PERSONAS
from personas.effects import ToolEffect
from personas.tool import InCall, ToolContext, answer_call
from personas.tools.hand_over import hand_over_to
from personas.tools.send_on_whatsapp import sends_on_whatsapp

TOOLS = tuple({tool.name: tool for each in PERSONAS.values() for tool in each.tools}.values())
# Of each tool a call that does what it is for; of `call_staff`, that nobody is there.
CALLS = {
    "lookup_menu": {"query": "brochette"},
    "recommend_pairing": {"item_id": 1},
    "remember_diet": {"allergens": ["peanuts"]},
    "offer_choices": {"choices": ["Yes", "No"]},
    "call_staff": {"reason": "a birthday"},
    "fetch_financials": {"period": "August 2025"},
    "list_accounts": {},
    "check_tax_rule": {"jurisdiction": "Rwanda", "topic": "VAT"},
    "hand_over": {"persona": "cfo"},
    "send_on_whatsapp": {"text": "Goat brochette: 6,500 RWF"},
}
OF_A_SPEAKER = {"hand_over", "send_on_whatsapp"}


def test_a_tool_or_an_effect_that_is_new_is_looked_at_here() -> None:
    assert {tool.name for tool in TOOLS} | OF_A_SPEAKER == set(CALLS)
    is_once = {each.__name__: each.is_once_a_turn for each in get_args(ToolEffect)}
    assert is_once == {
        "SwitchTo": True,
        "RememberDiet": False,
        "CallStaff": True,
        "CalledInVain": False,
        "OfferChoices": False,
        "SendAfterCall": False,
        "PutThrough": True,
    }


@pytest.mark.parametrize("name", CALLS)
def test_a_tool_writes_nothing(kigali: ToolContext, name: str) -> None:
    tools = (*TOOLS, hand_over_to((PERSONAS["cfo"],)), sends_on_whatsapp(None))
    in_call = InCall(puts_through=False, writes_after=True)
    context = replace(kigali, in_call=in_call) if name == "send_on_whatsapp" else kigali
    watching = sqlite3.connect(f"file:{kigali.database.url.database}?mode=ro", uri=True)
    before = watching.execute("PRAGMA data_version").fetchone()
    told = answer_call(tools, name, json.dumps(CALLS[name]), context).told
    assert ("error" in told) == (name == "call_staff"), told
    assert watching.execute("PRAGMA data_version").fetchone() == before
    watching.close()
