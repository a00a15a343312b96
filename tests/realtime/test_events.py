"""What a server says, held to `openai.types.realtime`, and what other servers make of that."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter

from models.tokens import Tokens
from realtime import events
from realtime.events import FunctionCall
from realtime.output import Message, Place
from realtime.reading import parse
from sandbox.realtime import events as server
from tests.realtime.samples import LETTERS_AND_HALVES, SERVER_EVENTS, event_type, sample

SERVER = TypeAdapter[Any](RealtimeServerEvent)
# What each event of OpenAI's means for this client; all others are none of its business.
MEANINGS = {
    "session.created": events.SessionCreated,
    "response.created": events.ResponseCreated,
    "response.output_item.added": events.Progress,
    "response.output_item.done": events.Progress,
    "response.content_part.added": events.Progress,
    "response.content_part.done": events.TextDone,
    "response.output_text.delta": events.TextDelta,
    "response.output_text.done": events.TextDone,
    "response.output_audio.delta": events.AudioDelta,
    "response.output_audio_transcript.delta": events.TextDelta,
    "response.output_audio_transcript.done": events.TextDone,
    "response.function_call_arguments.delta": events.Progress,
    "response.function_call_arguments.done": events.CallDone,
    "response.done": events.ResponseDone,
    "rate_limits.updated": events.RateLimits,
    "error": events.ServerError,
}


def parsed(event: dict[str, Any]) -> events.ServerEvent:
    return parse(json.dumps(event))


def done(**response: Any) -> events.ResponseDone:
    event = parsed(
        {"type": "response.done", "response": {"id": "resp_1", "status": "completed", **response}}
    )
    assert isinstance(event, events.ResponseDone)
    return event


@pytest.mark.parametrize("optional", [True, False], ids=["whole", "bare"])
@pytest.mark.parametrize("event", SERVER_EVENTS, ids=event_type)
def test_every_event_of_openai_is_read_for_what_it_means(
    event: type[BaseModel], optional: bool
) -> None:
    sent = sample(event, optional=optional)
    SERVER.validate_python(sent)
    assert type(parsed(sent)) is MEANINGS.get(event_type(event), events.Unknown)


def test_no_meaning_is_given_to_an_event_that_openai_does_not_have() -> None:
    assert MEANINGS.keys() <= {event_type(event) for event in SERVER_EVENTS}


def test_a_created_response_tells_its_id_and_ours() -> None:
    response = {"id": "resp_1", "metadata": {"event_id": "42.1"}}
    created = parsed({"type": "response.created", "response": response})
    assert created == events.ResponseCreated("resp_1", "42.1")


@pytest.mark.parametrize("metadata", [None, {}, {"turn": "42"}, {"event_id": 42}, "42.1"])
def test_a_server_that_echoes_no_metadata_tells_only_its_own_id(metadata: object) -> None:
    response = {"id": "resp_1", "metadata": metadata}
    created = parsed({"type": "response.created", "response": response})
    assert created == events.ResponseCreated("resp_1", None)


def test_done_tells_text_calls_and_tokens() -> None:
    call = server.function_call("item_2", "call_1", "search_menu", '{"query": "fish"}', "completed")
    response = server.response(
        "resp_1",
        "completed",
        status_details=None,
        output=[server.assistant_message("item_1", "Let me look.", "completed"), call],
        conversation_id=None,
        metadata={"event_id": "42.1"},
        max_output_tokens=600,
        usage=server.usage(
            input_tokens=120,
            cached_tokens=64,
            output_tokens=9,
            audio_input=30,
            audio_output=4,
            image_input=20,
            audio_cached=24,
        ),
    )
    event = SERVER.validate_python(server.response_done(response)).to_dict()
    assert parsed(event) == events.ResponseDone(
        response_id="resp_1",
        event_id="42.1",
        status="completed",
        code=None,
        reason=None,
        messages=(Message("item_1", "Let me look."),),
        calls=(FunctionCall("call_1", "search_menu", '{"query": "fish"}'),),
        broken_calls=(),
        usage=Tokens(120, 64, 9, audio_input=30, audio_output=4, image_input=20, audio_cached=24),
    )


@pytest.mark.parametrize(
    ("details", "code", "reason"),
    [
        (
            {"type": "failed", "error": {"type": "server_error", "code": "rate_limit_exceeded"}},
            "rate_limit_exceeded",
            None,
        ),
        ({"type": "failed", "error": {"type": "server_error", "code": None}}, "server_error", None),
        ({"type": "failed", "error": "server_error"}, "server_error", None),
        ({"type": "incomplete", "reason": "max_output_tokens"}, None, "max_output_tokens"),
        ("server_error", "server_error", "server_error"),
        ({"error": 7, "reason": 8}, None, None),
        (["what"], None, None),
        (None, None, None),
    ],
)
def test_the_reason_of_an_end_is_found_wherever_it_stands(
    details: object, code: str | None, reason: str | None
) -> None:
    event = done(status="failed", status_details=details)
    assert (event.code, event.reason) == (code, reason)


@pytest.mark.parametrize(
    "event", [{"response_id": "resp_1"}, {"response": {"id": "resp_1", "status": "in_progress"}}]
)
def test_response_cancelled_of_other_servers_is_an_end(event: dict[str, Any]) -> None:
    ended = parsed({"type": "response.cancelled", **event})
    assert isinstance(ended, events.ResponseDone)
    assert (ended.response_id, ended.status) == ("resp_1", "cancelled")


def test_a_part_that_other_servers_type_differently_is_still_text() -> None:
    content = [
        {"type": "text", "text": "Good "},
        {"type": "output_text", "text": "evening"},
        {"type": "input_text", "text": "!"},
    ]
    assert done(output=[{"type": "message", "content": content}]).messages == (
        Message("", "Good evening"),
    )


def test_the_status_may_stand_in_its_details_and_other_names_mean_the_same() -> None:
    assert done(status=None, status_details={"type": "incomplete"}).status == "incomplete"
    for reason, meant in {"max_tokens": "max_output_tokens", "length": "max_output_tokens",
                          "incomplete": None, "safety": "safety"}.items():  # fmt: skip
        assert done(status="incomplete", status_details={"reason": reason}).reason == meant
        assert done(status="incomplete", status_details=reason).reason == meant


def test_an_end_without_a_status_is_a_completed_one() -> None:
    event = parsed({"type": "response.done", "response": {"id": "resp_1", "output": []}})
    assert isinstance(event, events.ResponseDone)
    assert event.status == "completed"


def test_arguments_without_a_name_show_only_that_the_response_lives() -> None:
    event = {
        "type": "response.function_call_arguments.done",
        "response_id": "resp_1",
        "call_id": "call_1",
        "arguments": "{}",
    }
    assert parsed(event) == events.Progress("resp_1")
    call = FunctionCall("call_1", "search_menu", "{}")
    assert parsed({**event, "name": "search_menu"}) == events.CallDone("resp_1", call)


def test_a_call_that_was_cut_off_is_not_run() -> None:
    whole = server.function_call("item_1", "call_1", "search_menu", "{}", "completed")
    cut_off = server.function_call("item_2", "call_2", "take_order", '{"dish": "fi', "incomplete")
    calls = done(status="incomplete", output=[whole, cut_off]).calls
    assert [call.call_id for call in calls] == ["call_1"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"type": "invalid_request_error", "code": "invalid_value"}, "invalid_value"),
        (
            {"type": "conversation_already_has_active_response", "code": None},
            "conversation_already_has_active_response",
        ),
        (
            {"code": "conversation_already_has_active_response"},
            "conversation_already_has_active_response",
        ),
        ({}, "unknown_error"),
        ("broken", "unknown_error"),
    ],
)
def test_the_name_of_an_error_is_found_in_code_or_type(error: object, code: str) -> None:
    assert parsed({"type": "error", "error": error}) == events.ServerError(code, "", None)


def test_an_error_tells_which_event_it_answers() -> None:
    event = server.error("invalid_value", "No.", client_event_id="42.1")
    error = parsed(SERVER.validate_python(event).to_dict())
    assert error == events.ServerError("invalid_value", "No.", "42.1")


@pytest.mark.parametrize(
    ("limits", "wait_s"),
    [
        ([{"name": "requests", "remaining": 9, "reset_seconds": 60}], 0.0),
        (
            [
                {"name": "requests", "remaining": 0, "reset_seconds": 1.5},
                {"name": "tokens", "remaining": 0, "reset_seconds": 3},
            ],
            3.0,
        ),
        ([{"name": "requests", "remaining": 0}], 0.0),
        (
            [
                {"remaining": 0, "reset_seconds": float("inf")},
                {"remaining": 0, "reset_seconds": float("nan")},
            ],
            0.0,
        ),
        (
            [
                {"remaining": 0, "reset_seconds": 10**400},
                {"remaining": 0, "reset_seconds": -1},
                "none",
            ],
            0.0,
        ),
        (None, 0.0),
    ],
)
def test_the_longest_of_the_used_up_limits_counts(limits: object, wait_s: float) -> None:
    updated = parsed({"type": "rate_limits.updated", "rate_limits": limits})
    assert updated == events.RateLimits(wait_s)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        {"input_tokens": -1},
        {"input_tokens": "many", "input_token_details": 3},
        {"input_tokens": True, "output_tokens": float("nan")},
    ],
)
def test_tokens_that_make_no_sense_are_none(usage: object) -> None:
    assert done(usage=usage).usage == Tokens(0, 0, 0)


@pytest.mark.parametrize("digits", ["2147483648", "9" * 25, "9" * 5_000, "Infinity", "1e300"])
def test_more_tokens_than_a_column_holds_are_as_many_as_it_holds(digits: str) -> None:
    frame = (
        '{"type": "response.done", "response": {"id": "resp_1", "usage":'
        f' {{"input_tokens": 7.0, "output_tokens": {digits}}}}}}}'
    )
    event = parse(frame)
    assert isinstance(event, events.ResponseDone)
    assert event.usage == Tokens(7, 0, 2**31 - 1)


def test_a_name_of_the_servers_is_short_and_plain() -> None:
    event = parsed({"type": "error", "error": {"code": "a b\n\x1b[31mé" + "x" * 1_000}})
    assert event == events.ServerError("a_b___31m_" + "x" * 54, "", None)
    assert done(status="dressed up\n").status == "dressed_up_"
    assert parsed({"type": "ħ" * 100}) == events.Unknown("_" * 64, "")


def test_an_unknown_event_keeps_its_name_and_its_response() -> None:
    event = {"type": "response.reasoning.delta", "response_id": "resp_1", "delta": "Hm"}
    assert parsed(event) == events.Unknown("response.reasoning.delta", "resp_1")
    kind = "sandbox.weather.updated"
    assert parsed({"type": kind}) == events.Unknown(kind, "")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        '{"type": 7}',
        "{}",
        b"\xff\xfe\xfa",
        b'{"type": "\xe9"}',
        "[" * 200_000,
    ],
)
def test_a_frame_that_is_no_event_is_a_value_error(frame: str | bytes) -> None:
    # Which one does not matter: the socket is replaced.
    with pytest.raises(ValueError):  # noqa: PT011
        parse(frame)


def test_bytes_are_read_like_text() -> None:
    event = {
        "type": "response.output_text.delta",
        "response_id": "resp_1",
        "delta": "Iħobb il-ħobż 🍞",
    }
    delta = parse(json.dumps(event, ensure_ascii=False).encode())
    assert delta == events.TextDelta("resp_1", Place(), "Iħobb il-ħobż 🍞")


@given(LETTERS_AND_HALVES, st.booleans(), st.booleans())
def test_any_text_is_read_as_it_was_sent_halves_of_characters_too(
    text: str, ascii_only: bool, as_bytes: bool
) -> None:
    frame = json.dumps(
        {"type": "response.output_text.delta", "response_id": "r", "delta": text},
        ensure_ascii=ascii_only,
    )
    sent = frame.encode(errors="surrogatepass") if as_bytes else frame
    assert parse(sent) == events.TextDelta("r", Place(), json.loads(frame)["delta"])


@pytest.mark.parametrize(
    "frame",
    [b'\xef\xbb\xbf{"type": "session.created"}', '{"type": "session.created", "lag": Infinity}'],
)
def test_what_only_pythons_own_parser_takes_is_taken(frame: str | bytes) -> None:
    assert parse(frame) == events.SessionCreated()
