"""What a call says to its session, held to the types of `openai.types.realtime`."""

import json
from base64 import b64decode
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.realtime import AudioTranscription, RealtimeClientEvent
from pydantic import TypeAdapter

from conversation.call.actions import SessionSetup
from realtime.call import frames
from realtime.events import FunctionCall
from realtime.request import (
    Item,
    call_made,
    function_tool,
    said_by_diner,
    said_by_system,
    said_by_us,
)
from realtime.shutdowns import announced
from tests.realtime.samples import LETTERS_AND_HALVES

CLIENT = TypeAdapter[Any](RealtimeClientEvent)
MENU = function_tool("lookup_menu", "Looks it up.", {"type": "object", "properties": {}})


def taken(frame: str) -> dict[str, Any]:
    """The event, as OpenAI takes it."""
    event: dict[str, Any] = json.loads(frame)
    CLIENT.validate_python(event, extra="forbid")
    return event


def session(**setup: Any) -> dict[str, Any]:
    given = {"instructions": "You are the waiter.", "tools": (MENU,), "voice": "marin", **setup}
    updated: dict[str, Any] = taken(frames.session_update(**given))["session"]
    return updated


def test_an_update_says_who_answers_and_how_sound_comes_and_goes() -> None:
    assert session() == {
        "type": "realtime",
        "output_modalities": ["audio"],
        "instructions": "You are the waiter.",
        "tools": [MENU],
        "tool_choice": "auto",
        "audio": {
            "input": {
                "format": {"type": "audio/pcmu"},
                "noise_reduction": {"type": "near_field"},
                "transcription": {"model": "gpt-transcribe"},
                "turn_detection": {
                    "type": "semantic_vad",
                    "eagerness": "auto",
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcmu"}, "voice": "marin"},
        },
    }


def test_whoever_answers_is_told_to_a_session_as_the_call_has_it() -> None:
    setup = SessionSetup("You are the CFO.", (), "cedar")
    fields = {name: getattr(setup, name) for name in SessionSetup.__slots__}
    updated = session(**fields)
    assert updated["instructions"] == "You are the CFO."
    assert updated["audio"]["output"]["voice"] == "cedar"


def test_an_effort_is_told_to_models_that_reason_and_to_no_other() -> None:
    assert session(effort=frames.effort_for("gpt-realtime-2.1-mini", "low"))["reasoning"] == {
        "effort": "low"
    }
    bare = session(effort=frames.effort_for("gpt-realtime-1.5", "low"))
    assert not {"reasoning", "parallel_tool_calls"} & bare.keys()


def test_what_writes_down_the_caller_is_known_and_no_shutdown_of_it() -> None:
    known = get_args(get_args(AudioTranscription.model_fields["model"].annotation)[1])
    assert frames.TRANSCRIPTION_MODEL in known
    assert announced(frames.TRANSCRIPTION_MODEL) is None


@given(st.binary(max_size=2_000))
def test_sound_goes_as_it_is(sound: bytes) -> None:
    event = taken(frames.append(sound))
    assert event["type"] == "input_audio_buffer.append"
    assert b64decode(event["audio"], validate=True) == sound


@pytest.mark.parametrize(
    "item",
    [
        said_by_system("Today is Monday."),
        said_by_diner("Murakoze! 🍲"),
        said_by_us("Karibu."),
        call_made(FunctionCall("call_1", "lookup_menu", "{}")),
    ],
    ids=["system", "diner", "us", "call"],
)
def test_what_was_said_before_is_told_item_by_item(item: Item) -> None:
    assert taken(frames.item_create(item))["item"] == item


@given(LETTERS_AND_HALVES)
def test_any_words_are_told_as_they_are_halves_of_characters_too(text: str) -> None:
    assert json.loads(frames.item_create(said_by_diner(text)))["item"] == said_by_diner(text)


def test_a_tool_answers_by_an_item_of_its_own() -> None:
    assert taken(frames.tool_output("call_1", '{"dishes": []}'))["item"] == {
        "type": "function_call_output",
        "call_id": "call_1",
        "output": '{"dishes": []}',
    }


def test_words_are_asked_for_with_the_sessions_own_instructions_or_others() -> None:
    assert taken(frames.response_create()) == {"type": "response.create"}
    assert taken(frames.response_create("Say goodbye.", "bye.1")) == {
        "type": "response.create",
        "event_id": "bye.1",
        "response": {"instructions": "Say goodbye."},
    }


def test_a_cancel_is_taken() -> None:
    assert taken(frames.cancel("resp_1"))["response_id"] == "resp_1"


def test_a_truncation_says_how_much_was_heard_and_can_be_told_by_its_name() -> None:
    assert taken(frames.truncate("item_1", 1_240, "cut.7")) == {
        "type": "conversation.item.truncate",
        "event_id": "cut.7",
        "item_id": "item_1",
        "content_index": 0,
        "audio_end_ms": 1_240,
    }
