"""A response of the model as a span: what it took, how it ended; words where one opted in."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from realtime.client import RealtimeClient, RealtimeError
from realtime.connection import Connection
from realtime.events import FunctionCall
from realtime.fleet.limits import Limits
from realtime.request import (
    EXTRAS,
    Request,
    call_answered,
    call_made,
    said_by_diner,
    said_by_system,
    said_by_us,
)
from realtime.speak import Speaker
from realtime.traces import server_of
from realtime.transcribe import Transcriber
from sandbox.practice.speech import spoken
from sandbox.realtime.server import RealtimeServer
from telemetry.tracing import tracing
from tests.realtime.conftest import KEY
from tests.spans import Seen, Spans, collected

MODEL, WAIT_S = "gpt-realtime-2.1-mini", 10
LATE_S = 0.05
SPAN = f"realtime_inference {MODEL}"
QUICK = Limits(backoff_base_s=0.02, backoff_cap_s=0.1, tries=2)
ASKED = Request("Be brief.", (), (said_by_diner("say exactly: Murakoze"),), 600, effort="low")


@pytest.fixture
def client(server: RealtimeServer) -> Iterator[RealtimeClient]:
    connect = lambda: Connection(server.url, MODEL, KEY)  # noqa: E731
    named = server_of("wss://api.openai.com/v1/realtime", MODEL)
    with closing(RealtimeClient(connect, lambda *_: None, QUICK, EXTRAS, named)) as client:
        yield client


def span_of(work: Callable[[], Any], **options: Any) -> Seen:
    """The first span of the model's in a turn that does this."""
    with collected(**options) as spans:
        with tracing.begin("turn"):
            work()
        (span,) = spans.named(SPAN)
        return span


def test_a_response_is_a_span_with_all_that_it_took(
    server: RealtimeServer, client: RealtimeClient
) -> None:
    server.behaviour.first_event_delay_s = LATE_S
    span = span_of(lambda: client.ask(ASKED, diner=7, timeout_s=WAIT_S).result())
    response_id = span.attributes.pop("gen_ai.response.id")
    assert response_id.startswith("resp_")
    assert LATE_S <= span.attributes.pop("gen_ai.response.time_to_first_chunk") < WAIT_S
    assert 0 < span.attributes.pop("tableside.realtime.queued_s") < WAIT_S
    assert span.attributes.pop("gen_ai.usage.input_tokens") > 0
    assert span.attributes == {
        "gen_ai.operation.name": "realtime_inference",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": MODEL,
        "gen_ai.conversation.id": "7",
        "gen_ai.output.type": "text",
        "gen_ai.request.max_tokens": 600,
        "gen_ai.request.reasoning.level": "low",
        "server.address": "api.openai.com",
        "server.port": 443,
        "gen_ai.response.finish_reasons": ("completed",),
        "gen_ai.usage.cache_read.input_tokens": 0,
        "gen_ai.usage.output_tokens": 1,
        "tableside.realtime.tries": 1,
    }
    assert (span.kind, span.is_failed) == ("CLIENT", False)


def test_what_no_turn_asks_is_of_no_trace(client: RealtimeClient) -> None:
    with collected() as spans:
        client.ask(ASKED, diner=7, timeout_s=WAIT_S).result()
        with tracing.begin("turn"):
            client.ask(ASKED, diner=7, timeout_s=WAIT_S).result()
        spans.named(SPAN, "turn")
        assert len(spans.all()) == 2


def test_one_that_fails_tells_why(server: RealtimeServer, client: RealtimeClient) -> None:
    server.behaviour.insufficient_quota = True

    def ask() -> None:
        with pytest.raises(RealtimeError):
            client.ask(ASKED, diner=7, timeout_s=WAIT_S).result()

    span = span_of(ask)
    assert (span.is_failed, span.attributes["error.type"]) == (True, "unavailable")


def test_one_that_its_turn_withdraws_has_not_failed(
    server: RealtimeServer, client: RealtimeClient
) -> None:
    server.behaviour.first_event_delay_s = 5.0

    def ask() -> None:
        assert client.ask(ASKED, diner=7, timeout_s=WAIT_S).withdraw()

    span = span_of(ask)
    assert (span.is_failed, span.attributes["gen_ai.response.finish_reasons"]) == (
        False,
        ("cancelled",),
    )


def test_sound_is_told_by_its_tokens(client: RealtimeClient) -> None:
    heard = span_of(
        lambda: Transcriber(client).transcribe(spoken("Murakoze"), diner=7, timeout_s=WAIT_S)
    )
    assert heard.attributes["gen_ai.usage.audio.input_tokens"] > 0
    said = span_of(lambda: Speaker(client).speak("Murakoze", diner=7, timeout_s=WAIT_S))
    assert said.attributes["gen_ai.output.type"] == "speech"
    assert said.attributes["gen_ai.usage.audio.output_tokens"] > 0


def test_words_are_left_out(client: RealtimeClient) -> None:
    with collected() as spans:
        with tracing.begin("turn"):
            client.ask(ASKED, diner=7, timeout_s=WAIT_S).result()
        spans.named(SPAN)
        assert "Murakoze" not in spans.text()
        assert "Be brief" not in spans.text()


def test_words_are_told_as_the_conventions_have_them(client: RealtimeClient) -> None:
    call = FunctionCall("call_1", "lookup_menu", '{"query": "goat"}')
    asked = ASKED.with_items(
        said_by_us("One moment."),
        call_made(call),
        call_answered("call_1", '{"items": []}'),
        said_by_system("Be kind."),
        said_by_diner("Is it this one?", [b"JPEG"]),
    )
    span = span_of(lambda: client.ask(asked, diner=7, timeout_s=WAIT_S).result(), takes_words=True)
    told = {name: json.loads(span.attributes[f"gen_ai.{name}"]) for name in MESSAGES}
    assert told["system_instructions"] == [{"type": "text", "content": "Be brief."}]
    _, ours, made, answered, system, seen = told["input.messages"]
    assert ours == {"role": "assistant", "parts": [{"type": "text", "content": "One moment."}]}
    assert made["parts"][0] | {"type": "tool_call"} == {
        "type": "tool_call",
        "id": "call_1",
        "name": "lookup_menu",
        "arguments": call.arguments,
    }
    assert answered["parts"][0]["response"] == '{"items": []}'
    assert system["role"] == "system"
    assert [each["type"] for each in seen["parts"]] == ["text", "input_image"]
    (said,) = told["output.messages"]
    assert (said["role"], said["parts"][0]["type"]) == ("assistant", "text")
    assert "SlBFRw" not in str(span)  # the picture


MESSAGES = ("system_instructions", "input.messages", "output.messages")


def test_spans_of_two_turns_stay_apart(client: RealtimeClient) -> None:
    with collected() as spans:
        asked, traces = [], []
        for _ in range(2):
            with tracing.begin("turn") as turn:
                asked.append(client.ask(ASKED, diner=7, timeout_s=WAIT_S))
            traces.append(str(turn.trace_id))
        for each in asked:
            each.result()
        _two_of_them(spans, traces)


def _two_of_them(spans: Spans, traces: list[str]) -> None:
    spans.named(SPAN, "turn")
    assert sorted(each.trace for each in spans.all() if each.name == SPAN) == sorted(traces)
