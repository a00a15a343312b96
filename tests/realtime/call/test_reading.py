"""What a call's session says, held to `openai.types.realtime`, and whatever else may come."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter

from models.tokens import NO_TOKENS, Tokens
from realtime.call import events
from realtime.call.reading import read
from realtime.events import FunctionCall
from sandbox.realtime import events as server
from tests.realtime.fuzz import GARBAGE, JUNK, spoiled
from tests.realtime.samples import SERVER_EVENTS, event_type, sample

SERVER = TypeAdapter[Any](RealtimeServerEvent)
TRANSCRIPTION = "conversation.item.input_audio_transcription"
# What each event of OpenAI's means for a call; all others are none of its business.
MEANINGS = {
    "session.created": events.Ready,
    "input_audio_buffer.speech_started": events.SpeechStarted,
    "input_audio_buffer.speech_stopped": events.SpeechStopped,
    "input_audio_buffer.committed": events.Committed,
    f"{TRANSCRIPTION}.completed": events.Transcribed,
    f"{TRANSCRIPTION}.failed": events.Transcribed,
    "response.created": events.ResponseBegun,
    "response.output_audio.delta": events.Sound,
    "response.output_audio_transcript.delta": events.Words,
    "response.output_audio_transcript.done": events.WordsDone,
    "response.done": events.ResponseOver,
    "error": events.Refused,
}


def heard(kind: str, **fields: Any) -> events.CallEvent:
    """As OpenAI sends it."""
    event = {"type": kind, "event_id": "event_1", **fields}
    SERVER.validate_python(event)
    return read(json.dumps(event))


def over(**response: Any) -> events.ResponseOver:
    event = {"type": "response.done", "response": {"id": "resp_1", "status": "completed"}}
    event["response"].update(response)  # type: ignore[attr-defined] # of a dict in a dict
    ended = read(json.dumps(event))
    assert isinstance(ended, events.ResponseOver)
    return ended


def test_a_tools_output_in_the_conversation_is_told_of() -> None:
    output = {"type": "function_call_output", "call_id": "call_1", "output": "{}"}
    assert heard("conversation.item.added", item=output) == events.OutputTaken("call_1")
    words = {"type": "message", "role": "user", "content": []}
    assert isinstance(heard("conversation.item.added", item=words), events.Passed)


@pytest.mark.parametrize("optional", [True, False], ids=["whole", "bare"])
@pytest.mark.parametrize("event", SERVER_EVENTS, ids=event_type)
def test_every_event_of_openai_is_read_for_what_it_means(
    event: type[BaseModel], optional: bool
) -> None:
    sent = sample(event, optional=optional)
    if event_type(event) == "response.output_audio.delta":
        sent["delta"] = b64encode(b"\x7f" * 160).decode()
    SERVER.validate_python(sent)
    assert type(read(json.dumps(sent))) is MEANINGS.get(event_type(event), events.Passed)


def test_no_meaning_is_given_to_an_event_that_openai_does_not_have() -> None:
    assert MEANINGS.keys() <= {event_type(event) for event in SERVER_EVENTS}


def test_a_session_tells_how_long_it_lasts() -> None:
    session = {"id": "sess_1", "type": "realtime", "expires_at": 1_795_003_600}
    frame = json.dumps({"type": "session.created", "session": session})
    assert read(frame, 1_795_000_000.5) == events.Ready(3_599.5)
    assert read(frame) == events.Ready()


@pytest.mark.parametrize("expires_at", [None, 0, 1, True, "soon", [], 10**400, float("inf")])
def test_an_end_that_makes_no_sense_is_none(expires_at: object) -> None:
    event = {"type": "session.created", "session": {"id": "sess_1", "expires_at": expires_at}}
    assert read(json.dumps(event), 1_795_000_000.0) == events.Ready()


def test_what_the_caller_does_is_told_by_its_item() -> None:
    kind = "input_audio_buffer"
    assert heard(
        f"{kind}.speech_started", item_id="item_1", audio_start_ms=1_200
    ) == events.SpeechStarted("item_1")
    assert (
        heard(f"{kind}.speech_stopped", item_id="item_1", audio_end_ms=2_400)
        == events.SpeechStopped()
    )
    assert heard(f"{kind}.committed", item_id="item_1", previous_item_id=None) == events.Committed(
        "item_1"
    )


def test_what_the_caller_said_comes_in_words_or_fails_to() -> None:
    usage = {
        "type": "tokens",
        "input_tokens": 14,
        "output_tokens": 6,
        "total_tokens": 20,
        "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
    }
    place = {"item_id": "item_1", "content_index": 0}
    assert heard(
        f"{TRANSCRIPTION}.completed", **place, transcript=" Muraho!\0\n", usage=usage
    ) == events.Transcribed("item_1", "Muraho!")
    by_time = {"type": "duration", "seconds": 2.4}
    assert heard(
        f"{TRANSCRIPTION}.completed", **place, transcript="Yego", usage=by_time
    ) == events.Transcribed("item_1", "Yego")
    error = {"type": "server_error", "code": "audio_unintelligible", "message": "No."}
    assert heard(f"{TRANSCRIPTION}.failed", **place, error=error) == events.Transcribed(
        "item_1", "", is_failed=True
    )


def test_what_we_say_comes_as_sound_and_words_of_one_item() -> None:
    place = {"response_id": "resp_1", "item_id": "item_2", "output_index": 0}
    sound = bytes(range(160))
    assert heard(
        "response.output_audio.delta", **place, content_index=1, delta=b64encode(sound).decode()
    ) == events.Sound("resp_1", "item_2", sound)
    kind = "response.output_audio_transcript"
    assert heard(f"{kind}.delta", **place, content_index=0, delta="Good ") == events.Words(
        "resp_1", "item_2", "Good "
    )
    assert heard(
        f"{kind}.done", **place, content_index=0, transcript="Good evening."
    ) == events.WordsDone("resp_1", "item_2", "Good evening.")


def test_sound_that_is_none_is_passed_over() -> None:
    event = {"type": "response.output_audio.delta", "item_id": "item_2", "delta": "not base64!"}
    assert read(json.dumps(event)) == events.Passed("response.output_audio.delta")


def test_a_response_ends_with_its_messages_its_calls_and_its_tokens() -> None:
    call = server.function_call("item_3", "call_1", "lookup_menu", '{"q": "fish"}', "completed")
    spoken: list[dict[str, Any]] = [
        {"id": each, "type": "message", "role": "assistant", "status": "completed", "content": []}
        for each in ("item_1", "item_2")
    ]
    usage = server.usage(
        input_tokens=120, cached_tokens=64, output_tokens=9, audio_input=30, audio_output=4
    )
    response = server.response(
        "resp_1",
        "completed",
        status_details=None,
        output=[spoken[0], call, spoken[1]],
        conversation_id="conv_1",
        metadata=None,
        max_output_tokens="inf",
        usage=usage,
    )
    event = SERVER.validate_python(server.response_done(response)).to_dict()
    assert read(json.dumps(event)) == events.ResponseOver(
        "resp_1",
        "completed",
        ("item_1", "item_2"),
        (FunctionCall("call_1", "lookup_menu", '{"q": "fish"}'),),
        Tokens(120, 64, 9, audio_input=30, audio_output=4),
    )


def test_a_response_that_failed_says_why() -> None:
    details = {"type": "failed", "error": {"type": "server_error", "code": "rate_limit_exceeded"}}
    ended = over(status="failed", status_details=details)
    assert (ended.status, ended.code) == ("failed", "rate_limit_exceeded")
    assert read('{"type": "response.cancelled", "response_id": "resp_1"}') == events.ResponseOver(
        "resp_1", "cancelled", (), (), NO_TOKENS
    )


def test_a_call_that_the_caller_cut_off_is_not_run() -> None:
    whole = server.function_call("item_1", "call_1", "lookup_menu", "{}", "completed")
    cut = server.function_call("item_2", "call_2", "lookup_menu", '{"query": "fi', "completed")
    marked = server.function_call("item_3", "call_3", "lookup_menu", '{"query": "fi', "incomplete")
    ended = over(status="cancelled", output=[whole, cut, marked])
    assert [call.call_id for call in ended.calls] == ["call_1"]


def test_a_call_that_can_not_be_run_is_answered_with_its_error_all_the_same() -> None:
    nameless = {"type": "function_call", "call_id": "call_1", "arguments": "{}"}
    assert over(output=[nameless]).calls == (FunctionCall("call_1", "", ""),)


def test_an_error_tells_which_event_it_answers() -> None:
    refused = read(json.dumps(server.error("invalid_value", "Too short.", client_event_id="cut.7")))
    assert isinstance(refused, events.Refused)
    assert (refused.code, refused.event_id, refused.is_last) == ("invalid_value", "cut.7", False)
    expired = read(json.dumps(server.error("session_expired", "60 minutes.")))
    assert isinstance(expired, events.Refused)
    assert expired.is_last


@pytest.mark.parametrize("frame", [*GARBAGE, "", "{", "[]", "{}", '{"type": 7}', b"\xff\xfe\xfa"])
def test_a_frame_that_is_no_event_is_passed_over(frame: str | bytes) -> None:
    assert isinstance(read(frame), events.Passed)


def test_a_strangers_type_is_fit_for_a_log() -> None:
    assert read('{"type": "odd\\n\\u001b one"}') == events.Passed("odd___one")


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SERVER_EVENTS), st.booleans(), st.randoms())
def test_an_event_of_any_shape_is_read(kind: Any, optional: bool, random: Any) -> None:
    for frame in spoiled([sample(kind, optional=optional)] * 5, random):
        read(frame, random.choice([None, 0.0, 1_795_000_000.0]))


@given(st.binary(max_size=500) | st.text(max_size=500))
def test_no_bytes_make_it_raise(frame: bytes | str) -> None:
    assert isinstance(read(frame), events.Passed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(JUNK),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "session", "item_id", "response_id", "response", "delta", "transcript", "usage", "error",
    "audio_start_ms", "audio_end_ms", "content_index",
]  # fmt: skip


@given(st.sampled_from(sorted(MEANINGS)), st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_fields_make_it_raise(kind: str, fields: dict[str, Any]) -> None:
    event = read(json.dumps({"type": kind, **fields}), 1_795_000_000.0)
    assert isinstance(event, events.Passed | MEANINGS[kind])
