"""A turn as the practice model sees it: instructions, tools, what was written and found."""

import json
from typing import Any

from sandbox.practice import Call, Say, answer

Json = dict[str, Any]


WAITER = (
    "You are the waiter of Inzozi Kitchen, Kigali.\n"
    "- Hours: daily 07:00-23:00\n"
    "Books are the CFO's: write /cfo."
)
CFO = (
    "You are the CFO of Inzozi Kitchen, Kigali.\n"
    "- If no jurisdiction is named, take Rwanda's, and say so.\n"
    "The menu is the waiter's: write /waiter."
)
MENU_TOOLS = [
    {"type": "function", "name": "lookup_menu"},
    {"type": "function", "name": "recommend_pairing"},
]
RULE_TOOLS = [{"type": "function", "name": "check_tax_rule"}]
BOOK_TOOLS = [{"type": "function", "name": "fetch_financials"}, *RULE_TOOLS]


def tool(name: str) -> Json:
    return {"type": "function", "name": name}


CAPPUCCINO = {
    "item_id": 7,
    "name": "Cappuccino",
    "price": "RWF 3,000",
    "category": "Coffee",
    "description": "A double shot under milk foam.",
    "allergens": ["milk"],
    "dietary": ["halal"],
}
CAKE = {"item_id": 9, "name": "Carrot cake", "price": "RWF 4,000", "category": "Desserts"}


def user(text: str) -> Json:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def reply(text: str) -> Json:
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text}],
    }


def result(call_id: str, name: str, arguments: Json, output: Json) -> list[Json]:
    call = {
        "type": "function_call",
        "call_id": call_id,
        "name": name,
        "arguments": json.dumps(arguments),
    }
    return [
        call,
        {"type": "function_call_output", "call_id": call_id, "output": json.dumps(output)},
    ]


def waiter(*items: Json, also: tuple[str, ...] = ()) -> Say | Call:
    """`also`: the names of further tools that it is offered."""
    return answer(WAITER, [*MENU_TOOLS, *map(tool, also)], list(items))


def cfo(*items: Json, tools: list[Json] = BOOK_TOOLS) -> Say | Call:
    return answer(CFO, tools, list(items))


def said(spoken: Say | Call) -> str:
    assert isinstance(spoken, Say)
    return spoken.text
