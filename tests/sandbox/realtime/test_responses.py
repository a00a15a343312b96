"""What a response consists of, in the order of the API, and how it is cancelled."""

import json
from itertools import pairwise

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.client import (
    MENU_TOOL,
    Client,
    Json,
    text_of,
    types,
)


def test_a_text_response_comes_in_the_order_of_the_api(client: Client) -> None:
    client.create("say exactly: Muraho, Alice!")
    events = client.until("response.done")
    assert types(events) == [
        "response.created",
        "rate_limits.updated",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]
    assert [event["delta"] for event in events if "delta" in event] == ["Muraho, ", "Alice!"]
    assert text_of(events[-1]["response"]) == "Muraho, Alice!"


def test_created_and_done_echo_the_metadata_and_name_no_conversation(client: Client) -> None:
    client.create(metadata={"turn": "42", "round": "1"})
    created, *_, done = client.until("response.done")
    for event in (created, done):
        assert event["response"]["metadata"] == {"turn": "42", "round": "1"}
        assert event["response"]["conversation_id"] is None


def test_a_tool_call_carries_its_arguments_in_deltas_and_whole(client: Client) -> None:
    client.create("what coffee do you have?", tools=[MENU_TOOL])
    events = client.until("response.done")
    pieces = [
        event["delta"]
        for event in events
        if event["type"] == "response.function_call_arguments.delta"
    ]
    (call,) = events[-1]["response"]["output"]
    assert (call["type"], call["name"], call["status"]) == (
        "function_call",
        "lookup_menu",
        "completed",
    )
    assert json.loads("".join(pieces)) == json.loads(call["arguments"]) == {"query": "coffee"}


def test_a_tools_output_goes_back_with_its_call_and_leads_to_the_answer(client: Client) -> None:
    client.create("what coffee do you have?", tools=[MENU_TOOL])
    (call,) = client.done()["output"]
    asked = {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "what coffee do you have?"}],
    }
    made = {name: call[name] for name in ("type", "call_id", "name", "arguments")}
    found = {
        "type": "function_call_output",
        "call_id": call["call_id"],
        "output": '{"items": [{"name": "Cortado"}], "found": 1}',
    }
    client.create(input=[asked, made, found], tools=[MENU_TOOL])
    assert "*Cortado*" in text_of(client.done())


def test_a_prompts_beginning_is_cached_the_second_time(client: Client) -> None:
    cached = []
    for _ in range(2):
        client.create(instructions="You are the waiter of Inzozi Kitchen, Kigali." * 10)
        cached.append(client.done()["usage"]["input_token_details"]["cached_tokens"])
    assert cached[0] == 0 < cached[1]


def test_a_long_answer_ends_at_max_output_tokens(client: Client) -> None:
    client.create("count to 100", max_output_tokens=3)
    done = client.done()
    assert (done["status"], done["status_details"]["reason"]) == ("incomplete", "max_output_tokens")
    assert text_of(done) == "1 2 3 "
    assert done["usage"]["output_tokens"] == 3


def test_parallel_responses_interleave_and_keep_their_own_text(client: Client) -> None:
    for number in range(20):
        client.create(f"say exactly: {' '.join([str(number)] * 30)}", f"turn-{number}")
    events: list[Json] = []
    while types(events).count("response.done") < 20:
        events.append(client.read())
    deltas = [
        event["response_id"] for event in events if event["type"] == "response.output_text.delta"
    ]
    assert sum(a != b for a, b in pairwise(deltas)) > 100
    for done in (event["response"] for event in events if event["type"] == "response.done"):
        assert text_of(done).split() == [done["metadata"]["turn"].removeprefix("turn-")] * 30


def test_tool_choice_none_leaves_the_tools_alone(client: Client) -> None:
    client.create("what coffee do you have?", tools=[MENU_TOOL], tool_choice="none")
    assert text_of(client.done())


def test_a_cancelled_response_ends_as_cancelled_with_what_was_said(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.delta_delay_s = 0.01
    client.create("count to 2000")
    response_id = client.until("response.output_text.delta")[-1]["response_id"]
    client.send({"type": "response.cancel", "response_id": response_id})
    done = client.done()
    assert (done["status"], done["status_details"]["reason"]) == ("cancelled", "client_cancelled")
    assert text_of(done).startswith("1 ")
    assert server.stats()["responses_cancelled"] == 1


def test_a_response_that_is_over_cannot_be_cancelled(client: Client) -> None:
    client.create()
    client.send({"type": "response.cancel", "event_id": "late", "response_id": client.done()["id"]})
    error = client.error()
    assert (error["code"], error["event_id"]) == ("response_cancel_not_active", "late")
