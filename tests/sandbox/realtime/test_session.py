"""A session: its settings, its default conversation, and what it refuses."""

import pytest

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.client import Client, Json, text_of


def test_a_session_update_comes_back_and_holds(client: Client) -> None:
    session = {
        "type": "realtime",
        "output_modalities": ["text"],
        "instructions": "You are the waiter of Il-Gallarija, Valletta.",
    }
    client.send({"type": "session.update", "session": session})
    assert client.read()["session"]["instructions"] == session["instructions"]
    client.send({"type": "response.create", "response": {"conversation": "none", "input": []}})
    assert "*Il-Gallarija*" in text_of(client.done())


def test_the_default_conversation_takes_one_response_at_a_time(
    server: RealtimeServer, client: Client
) -> None:
    item = {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "say exactly: Bongu"}],
    }
    client.send({"type": "conversation.item.create", "item": item})
    client.until("conversation.item.done")
    server.behaviour.first_event_delay_s = 0.05
    for event_id in ("first", "second"):
        client.send(
            {
                "type": "response.create",
                "event_id": event_id,
                "response": {"output_modalities": ["text"]},
            }
        )
    error = client.error()
    assert (error["code"], error["event_id"]) == (
        "conversation_already_has_active_response",
        "second",
    )
    done = client.done()
    assert text_of(done) == "Bongu"
    assert done["conversation_id"].startswith("conv_")
    client.send({"type": "conversation.item.retrieve", "item_id": done["output"][0]["id"]})
    assert client.read()["item"] == done["output"][0]


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        ({}, "missing_required_parameter", "type"),
        ({"type": "response.make"}, "invalid_value", "type"),
        ({"type": "response.create", "respones": {}}, "unknown_parameter", "respones"),
        (
            {"type": "response.create", "response": {"modalities": ["text"]}},
            "unknown_parameter",
            "response.modalities",
        ),
        (
            {"type": "response.create", "response": {"instructions": 7}},
            "invalid_type",
            "response.instructions",
        ),
        (
            {"type": "response.create", "response": {"output_modalities": ["text", "audio"]}},
            "invalid_value",
            "response.output_modalities",
        ),
        (
            {"type": "response.create", "response": {"metadata": {str(n): "" for n in range(17)}}},
            "object_above_max_properties",
            "response.metadata",
        ),
        (
            {"type": "response.create", "response": {"metadata": {"k" * 65: ""}}},
            "string_above_max_length",
            "response.metadata",
        ),
        (
            {"type": "response.create", "response": {"metadata": {"k": "v" * 513}}},
            "string_above_max_length",
            "response.metadata.k",
        ),
        (
            {"type": "response.create", "response": {"metadata": {"k": 1}}},
            "invalid_type",
            "response.metadata.k",
        ),
        (
            {"type": "response.create", "response": {"max_output_tokens": 5_000}},
            "integer_above_max_value",
            "response.max_output_tokens",
        ),
        (
            {"type": "response.create", "response": {"conversation": "mine"}},
            "invalid_value",
            "response.conversation",
        ),
        (
            {
                "type": "response.create",
                "response": {"input": [{"type": "message", "role": "user"}]},
            },
            "missing_required_parameter",
            "response.input[0].content",
        ),
        (
            {
                "type": "response.create",
                "response": {
                    "input": [
                        {
                            "type": "message",
                            "role": "user",
                            "content": [{"type": "output_text", "text": ""}],
                        }
                    ],
                },
            },
            "invalid_value",
            "response.input[0].content[0].type",
        ),
        (
            {
                "type": "response.create",
                "response": {
                    "input": [{"type": "function_call_output", "call_id": "c", "output": ""}]
                },
            },
            "invalid_tool_call_id",
            "response.input[0].call_id",
        ),
        (
            {"type": "response.create", "response": {"tools": [{"type": "function"}]}},
            "missing_required_parameter",
            "response.tools[0].name",
        ),
        (
            {"type": "session.update", "session": {"output_modalities": ["text"]}},
            "missing_required_parameter",
            "session.type",
        ),
        ({"type": "response.cancel"}, "response_cancel_not_active", None),
        ({"type": "conversation.item.delete", "item_id": "nobody"}, "item_not_found", "item_id"),
    ],
)
def test_a_wrong_event_is_refused_by_name_and_the_session_goes_on(
    client: Client, event: Json, code: str, param: str | None
) -> None:
    client.send({**event, "event_id": "mine"})
    error = client.error()
    assert (error["type"], error["code"], error["param"], error["event_id"]) == (
        "invalid_request_error",
        code,
        param,
        "mine",
    )
    client.create()
    assert client.done()["status"] == "completed"


@pytest.mark.parametrize(("frame", "code"), [("{", "invalid_json"), ("[]", "invalid_type")])
def test_a_frame_that_is_no_event_is_refused(client: Client, frame: str, code: str) -> None:
    client.socket.send(frame)
    assert client.error()["code"] == code


def test_an_item_is_put_where_it_is_wanted(client: Client) -> None:
    def put(item_id: str, **place: str) -> Json:
        part = {"type": "input_text", "text": item_id}
        item = {"type": "message", "role": "user", "id": item_id, "content": [part]}
        client.send({"type": "conversation.item.create", "item": item, **place})
        return client.until("conversation.item.done")[-1]

    assert put("a")["previous_item_id"] is None
    assert put("b")["previous_item_id"] == "a"
    assert put("c", previous_item_id="a")["previous_item_id"] == "a"
    assert put("d", previous_item_id="root")["previous_item_id"] is None
    assert put("e")["previous_item_id"] == "b"
    client.send({"type": "conversation.item.delete", "item_id": "b"})
    client.until("conversation.item.deleted")
    assert put("g")["previous_item_id"] == "e"
    part = {"type": "input_text", "text": "h"}
    item = {"type": "message", "role": "user", "content": [part]}
    client.send({"type": "conversation.item.create", "item": item, "previous_item_id": "b"})
    assert client.error()["code"] == "item_not_found"
