"""What the menu could not tell its diner is noted beside the answer, for the restaurant to see."""

import json
from typing import Any

import pytest

from personas.catalogue import PERSONAS
from personas.tool import ToolContext, answer_call


def missed(context: ToolContext, tool: str, **arguments: Any) -> list[tuple[str, str]]:
    answer = answer_call(PERSONAS["waiter"].tools, tool, json.dumps(arguments), context)
    return [(each.kind, each.words) for each in answer.missed]


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        ({"query": "sushi"}, [("dish", "sushi")]),
        ({"query": "lobster and sushi or beer"}, [("dish", "lobster"), ("dish", "sushi")]),
        ({"query": "xyzzy"}, [("word", "xyzzy")]),
        (
            {"query": "tilapia", "exclude_allergens": ["milk"]},
            [("contents", "Tilapia and chips (without milk)")],
        ),
        ({"query": "vegan goat"}, [("dish", "goat (vegan)")]),
        ({"query": "coffee under 100"}, [("dish", "coffee (<= 100)")]),
        # Of so many it was no question about one of them.
        ({"query": "wine", "exclude_allergens": ["milk"]}, []),
        # What is on the menu, or asks for nothing in particular.
        ({"query": "isombe"}, []),
        ({}, []),
        ({"contains": ["lupin"]}, []),
        ({"contains": ["milk"]}, []),
    ],
)
def test_a_look_at_the_menu_notes_what_it_does_not_have(
    kigali: ToolContext, asked: dict[str, Any], noted: list[tuple[str, str]]
) -> None:
    assert missed(kigali, "lookup_menu", **asked) == noted


def test_a_dish_that_is_to_be_paired_is_missed_where_there_is_none(kigali: ToolContext) -> None:
    assert missed(kigali, "recommend_pairing", item_id="sushi") == [("dish", "sushi")]
    assert missed(kigali, "recommend_pairing", item_id=999_999) == []
    assert missed(kigali, "recommend_pairing", item_id="tilapia") == []
