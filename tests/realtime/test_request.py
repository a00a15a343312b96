"""What is asked, held to the types of `openai.types.realtime`."""

import json
from dataclasses import replace
from typing import Annotated, Any

import pytest
from hypothesis import given
from openai.types.realtime import ConversationItem, RealtimeClientEvent, RealtimeFunctionTool
from pydantic import BaseModel, Field, TypeAdapter

from realtime.events import FunctionCall
from realtime.request import (
    OF_REASONING,
    PICTURES,
    UNSEEN,
    Item,
    Request,
    call_answered,
    call_made,
    extras_left_out,
    function_tool,
    response_cancel,
    response_create,
    said_by_diner,
    said_by_system,
    said_by_us,
    spoken_by_diner,
)
from tests.realtime.samples import LETTERS_AND_HALVES

CLIENT = TypeAdapter[Any](RealtimeClientEvent)
ITEM = TypeAdapter[Any](ConversationItem)
SEARCH = function_tool("search_menu", "Search", {"type": "object", "properties": {}})
QUESTION = said_by_diner("Murakoze! 🍲")
CALL = FunctionCall("call_1", "search_menu", '{"query": "fish"}')
ITEMS = {
    "system": (
        said_by_system("Today is Monday."),
        {
            "type": "message",
            "role": "system",
            "content": [{"type": "input_text", "text": "Today is Monday."}],
        },
    ),
    "diner": (
        QUESTION,
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": "Murakoze! 🍲"}],
        },
    ),
    "seen": (
        said_by_diner("What is this?", [b"\xff\xd8\xff"]),
        {
            "type": "message",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What is this?"},
                {"type": "input_image", "image_url": "data:image/jpeg;base64,/9j/"},
            ],
        },
    ),
    "spoken": (
        spoken_by_diner(b"\x01\x00\xff\x7f"),
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_audio", "audio": "AQD/fw=="}],
        },
    ),
    "us": (
        said_by_us("Karibu."),
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "Karibu."}],
        },
    ),
    "call": (
        call_made(CALL),
        {
            "type": "function_call",
            "call_id": "call_1",
            "name": "search_menu",
            "arguments": '{"query": "fish"}',
        },
    ),
    "answer": (
        call_answered("call_1", "[]"),
        {"type": "function_call_output", "call_id": "call_1", "output": "[]"},
    ),
}


def waiting_on(*items: Item, tools: Any = ()) -> Request:
    return Request("You are the waiter.", tools, items, 600)


def sent(request: Request) -> dict[str, Any]:
    """The event that asks for it, as OpenAI takes it."""
    event: dict[str, Any] = json.loads(response_create("42.1", request, OF_REASONING))
    CLIENT.validate_python(event, extra="forbid")
    return event


@pytest.mark.parametrize(("item", "shape"), ITEMS.values(), ids=ITEMS)
def test_every_item_is_one_that_openai_takes(item: Item, shape: dict[str, Any]) -> None:
    ITEM.validate_python(item, extra="forbid")
    assert item == shape


@pytest.mark.parametrize("tools", [(), [SEARCH]])
@pytest.mark.parametrize("items", [(), (QUESTION,), tuple(item for item, _ in ITEMS.values())])
def test_every_create_is_one_that_openai_takes(
    items: tuple[Item, ...], tools: list[dict[str, Any]]
) -> None:
    response = sent(waiting_on(*items, tools=tools))["response"]
    assert response == {
        "conversation": "none",
        "output_modalities": ["text"],
        "instructions": "You are the waiter.",
        "tools": list(tools),
        "tool_choice": "auto",
        "max_output_tokens": 600,
        "input": list(items),
        "metadata": {"event_id": "42.1"},
    }


def test_a_create_carries_its_id_beside_the_metadata_of_its_turn() -> None:
    event = sent(waiting_on(QUESTION).labelled(turn="42").labelled(round="1"))
    assert event["response"]["metadata"] == {"turn": "42", "round": "1", "event_id": "42.1"}
    assert event["event_id"] == "42.1"


def test_a_request_as_a_response_is_all_that_sets_it_apart_from_others() -> None:
    assert waiting_on(QUESTION, tools=[SEARCH]).labelled(turn="42").as_response() == {
        "output_modalities": ["text"],
        "instructions": "You are the waiter.",
        "tools": [SEARCH],
        "tool_choice": "auto",
        "max_output_tokens": 600,
        "input": [QUESTION],
        "metadata": {"turn": "42"},
    }


def test_items_are_added_after_the_others_to_a_request_of_its_own() -> None:
    first = waiting_on(QUESTION)
    second = first.with_items(call_made(CALL), call_answered("call_1", "[]"))
    assert [item["type"] for item in second.items] == [
        "message",
        "function_call",
        "function_call_output",
    ]
    assert first.items == (QUESTION,)


def test_without_calls_the_tools_stay_and_none_may_be_called() -> None:
    response = sent(waiting_on(QUESTION, tools=[SEARCH]).without_calls())["response"]
    assert (response["tools"], response["tool_choice"]) == ([SEARCH], "none")


def test_a_tool_that_it_must_call_is_named() -> None:
    response = sent(replace(waiting_on(QUESTION, tools=[SEARCH]), must_call="search_menu"))
    assert response["response"]["tool_choice"] == {"type": "function", "name": "search_menu"}


def test_what_is_to_be_spoken_is_asked_for_as_pcm_in_one_voice() -> None:
    response = sent(replace(waiting_on(QUESTION), modality="audio"))["response"]
    assert response["output_modalities"] == ["audio"]
    sound = {"type": "audio/pcm", "rate": 24_000}
    assert response["audio"] == {"output": {"format": sound, "voice": "marin"}}


def test_a_cancel_is_one_that_openai_takes_and_names_its_response() -> None:
    event = json.loads(response_cancel("resp_1"))
    assert CLIENT.validate_python(event, extra="forbid").response_id == "resp_1"


@given(LETTERS_AND_HALVES)
def test_any_text_is_asked_as_it_is_halves_of_characters_too(text: str) -> None:
    asked = json.loads(response_create("42.1", waiting_on(said_by_diner(text)), OF_REASONING))
    assert asked["response"]["input"] == [said_by_diner(text)]


class Booking(BaseModel):
    """For who reads the code."""

    title: Annotated[str, Field(min_length=1, max_length=80, description="Of whom.")]
    seats: list[Annotated[int, Field(ge=1, le=9)]] = []
    default: Annotated[str | None, Field(max_length=9, description="If all is taken.")] = None
    at: int | str | None = None


def test_a_tool_is_one_that_openai_takes_and_short() -> None:
    tool = function_tool("book", "Books a table.", Booking.model_json_schema())
    RealtimeFunctionTool.model_validate(tool, extra="forbid")
    assert tool == {
        "type": "function",
        "name": "book",
        "description": "Books a table.",
        "parameters": {
            "type": "object",
            "properties": {
                "title": {"type": "string", "description": "Of whom."},
                "seats": {"type": "array", "items": {"type": "integer"}},
                "default": {"type": "string", "description": "If all is taken."},
                "at": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            },
            "required": ["title"],
        },
    }


def test_a_schema_is_left_as_it_was_by_its_tool() -> None:
    schema = Booking.model_json_schema()
    function_tool("book", "Books a table.", schema)
    assert schema == Booking.model_json_schema()


def test_a_model_that_reasons_is_told_how_much_and_that_it_may_call_at_once() -> None:
    request = replace(waiting_on(QUESTION, tools=[SEARCH]), effort="medium")
    event = json.loads(response_create("42.1", request, left_out=frozenset()))
    CLIENT.validate_python(event, extra="forbid")
    assert event["response"]["reasoning"] == {"effort": "medium"}
    assert event["response"]["parallel_tool_calls"] is True
    without = json.loads(response_create("42.1", request, left_out=frozenset({"reasoning"})))
    assert "reasoning" not in without["response"]
    assert without["response"]["parallel_tool_calls"] is True
    bare = json.loads(response_create("42.1", waiting_on(QUESTION), left_out=frozenset()))
    assert not OF_REASONING & bare["response"].keys()


@pytest.mark.parametrize(
    ("model", "takes"),
    [
        ("gpt-realtime-2.1-mini", True),
        ("gpt-realtime-2.1", True),
        ("gpt-realtime-2", True),
        ("gpt-realtime-2-2026-05-01", True),
        ("gpt-realtime", False),
        ("gpt-realtime-mini", False),
        ("gpt-realtime-1.5", False),
        ("gpt-realtime-2025-08-28", False),
        ("gpt-4o-realtime-preview", False),
        ("somebody-elses", False),
    ],
)
def test_a_models_name_tells_whether_it_reasons(model: str, takes: bool) -> None:
    assert extras_left_out(model) == (frozenset() if takes else OF_REASONING)


def test_what_can_not_see_is_told_of_pictures_in_words() -> None:
    asked = waiting_on(QUESTION, said_by_diner("What is this?", [b"1", b"2"]))
    told = json.loads(response_create("42.1", asked, frozenset({PICTURES})))["response"]["input"]
    assert told[0] == QUESTION
    assert [part["text"] for part in told[1]["content"]] == ["What is this?", UNSEEN]
