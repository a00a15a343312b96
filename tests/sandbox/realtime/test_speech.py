"""What is said otherwise than it should be, as the stand-in can be told to; each event is valid."""

import json
from typing import Any

import pytest

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.client import MENU_TOOL, Client, Json, text_of, types

COFFEE = "what coffee do you have?"


def said(client: Client, words: str = "one two three four", **response: Any) -> list[Json]:
    client.create(f"say exactly: {words}", **response)
    return client.until("response.done")


def deltas(events: list[Json]) -> list[str]:
    return [event["delta"] for event in events if event["type"].endswith(("text.delta", "t.delta"))]


def output(events: list[Json]) -> list[Json]:
    items: list[Json] = events[-1]["response"]["output"]
    return items


def test_a_preamble_is_a_message_of_its_own(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"preamble": "Let me look.", "phases": True})
    events = said(client, "Yes.")
    assert [(each["phase"], text_of({"output": [each]})) for each in output(events)] == [
        ("commentary", "Let me look."),
        ("final_answer", "Yes."),
    ]
    begun = [each for each in events if each["type"] == "response.output_item.added"]
    assert [each["output_index"] for each in begun] == [0, 1]


def test_a_preamble_stands_beside_a_call_too(server: RealtimeServer, client: Client) -> None:
    server.behaviour.preamble = "Let me look."
    client.create(COFFEE, tools=[MENU_TOOL])
    assert [item["type"] for item in client.done()["output"]] == ["message", "function_call"]


def test_an_answer_can_come_twice(server: RealtimeServer, client: Client) -> None:
    server.behaviour.repeat_messages = True
    first, second = output(said(client, "Yes."))
    assert first["id"] != second["id"]
    assert first["content"] == second["content"]


@pytest.mark.parametrize(
    ("kind", "pieces"),
    [
        ("doubled", ["one ", "one ", "two ", "two "]),
        ("cumulative", ["one ", "one two "]),
        ("lost", ["one "]),
        ("none", []),
    ],
)
def test_deltas_can_be_wrong_where_the_whole_is_right(
    server: RealtimeServer, client: Client, kind: str, pieces: list[str]
) -> None:
    server.behaviour.deltas = kind
    events = said(client)
    assert deltas(events)[: len(pieces)] == pieces
    assert text_of(events[-1]["response"]) == "one two three four"
    assert [event["text"] for event in events if "text" in event] == ["one two three four"]


def test_deltas_can_come_before_the_beginning(server: RealtimeServer, client: Client) -> None:
    server.behaviour.early_deltas = True
    events = said(client)
    assert types(events).index("response.created") == 3
    assert deltas(events) == ["one ", "two ", "three ", "four"]


def test_the_end_can_leave_out_what_was_said(server: RealtimeServer, client: Client) -> None:
    server.behaviour.empty_output = True
    events = said(client)
    assert output(events) == []
    assert "response.output_text.done" in types(events)


def test_words_can_be_those_of_an_audio(server: RealtimeServer, client: Client) -> None:
    server.behaviour.transcripts = True
    events = said(client, "Yes.")
    assert output(events)[0]["content"] == [{"type": "output_audio", "transcript": "Yes."}]
    assert "response.output_audio_transcript.done" in types(events)
    assert deltas(events) == ["Yes."]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("cut_off", "max_output_tokens"), ("content_filter", "content_filter")],
)
def test_half_of_an_answer_is_cut_once(
    server: RealtimeServer, client: Client, fault: str, reason: str
) -> None:
    server.behaviour.apply({fault: 1, "preamble": "Well."})
    end = said(client)[-1]["response"]
    assert (end["status"], end["status_details"]["reason"]) == ("incomplete", reason)
    assert [item["status"] for item in end["output"]] == ["completed", "incomplete"]
    assert text_of(end) == "Well.one two "
    assert said(client)[-1]["response"]["status"] == "completed"


def test_a_call_is_cut_too(server: RealtimeServer, client: Client) -> None:
    server.behaviour.cut_off = 1
    client.create(COFFEE, tools=[MENU_TOOL])
    events = client.until("response.done")
    (call,) = output(events)
    assert call["status"] == "incomplete"
    told = [each for each in events if each["type"] == "response.function_call_arguments.done"]
    assert [each["arguments"] for each in told] == [call["arguments"]]
    with pytest.raises(json.JSONDecodeError):
        json.loads(call["arguments"])


def test_an_answer_can_hold_what_no_table_does(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"suffix": " \x00\ud83c", "huge_counts": True})
    end = said(client, "Yes.")[-1]["response"]
    assert text_of(end) == "Yes. \x00\ud83c"
    assert end["usage"]["output_tokens"] > 2**31


def test_an_error_can_have_any_name(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"server_errors": 1, "server_error_code": "gremlins"})
    client.create()
    assert client.done()["status_details"]["error"]["code"] == "gremlins"


def test_a_thought_is_an_item_before_the_answer(server: RealtimeServer, client: Client) -> None:
    server.behaviour.reasons = True
    client.create("say exactly: Yes.")
    # OpenAI's package has no type for such an item.
    events = client.until("response.done", known=False)
    assert [item["type"] for item in output(events)] == ["reasoning", "message"]
    assert deltas(events) == ["Yes."]


def test_two_calls_come_in_one_response_where_they_may(client: Client) -> None:
    tool = {"type": "function", "name": "check_tax_rule", "parameters": {"type": "object"}}
    question = "VAT: Malta or the UK?"
    client.create(question, tools=[tool], parallel_tool_calls=True)
    calls = client.done()["output"]
    assert [call["type"] for call in calls] == ["function_call"] * 2
    assert [json.loads(call["arguments"])["jurisdiction"] for call in calls] == ["Malta", "UK"]
    assert len({call["call_id"] for call in calls}) == 2
    client.create(question, "turn-2", tools=[tool])
    assert len(client.done()["output"]) == 1


@pytest.mark.parametrize("asked", [{"reasoning": {"effort": "low"}}, {"parallel_tool_calls": True}])
def test_an_older_model_refuses_what_it_does_not_know(
    server: RealtimeServer, client: Client, asked: dict[str, Any]
) -> None:
    said(client, **asked)
    server.behaviour.older_model = True
    client.create("say exactly: Yes.", **asked)
    error = client.error()
    [name] = asked
    assert (error["code"], error["param"]) == ("unknown_parameter", f"response.{name}")
    assert text_of(said(client, "Yes.")[-1]["response"]) == "Yes."


def test_an_effort_that_there_is_none_of_is_refused(client: Client) -> None:
    client.create("say exactly: Yes.", reasoning={"effort": "utmost"})
    assert client.error()["code"] == "invalid_value"
