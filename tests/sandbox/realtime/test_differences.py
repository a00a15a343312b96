"""Servers that speak the protocol a little differently, as the stand-in can be told to."""

import json

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.client import MENU_TOOL, Client, types


def test_one_at_a_time_names_its_error_in_the_type(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"one_at_a_time": True, "first_event_delay_s": 0.05})
    client.create(event_id="first")
    client.create(event_id="second")
    error = client.read()["error"]
    assert (error["type"], error["code"], error["event_id"]) == (
        "conversation_already_has_active_response",
        None,
        "second",
    )
    assert client.done()["metadata"] == {"turn": "first"}


def test_metadata_and_event_ids_can_stay_unsaid(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"echo_metadata": False, "error_event_ids": False})
    client.create()
    assert client.done()["metadata"] is None
    client.send({"type": "response.cancel", "event_id": "mine"})
    assert client.error()["event_id"] is None


def test_without_optional_events_only_the_bones_are_left(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.optional_events = False
    client.create()
    assert types(client.until("response.done")) == [
        "response.created",
        "response.output_text.delta",
        "response.done",
    ]
    client.create("what coffee do you have?", tools=[MENU_TOOL])
    assert types(client.until("response.done")) == ["response.created", "response.done"]


def test_status_details_as_a_bare_string(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"string_status_details": True, "server_errors": 1})
    client.create()
    done = client.until("response.done", known=False)[-1]
    assert done["response"]["status_details"] == "server_error"


def test_events_that_nobody_knows(server: RealtimeServer, client: Client) -> None:
    server.behaviour.unknown_events = True
    client.create()
    assert "sandbox.weather.updated" in types(client.until("response.done", known=False))


def test_cancelled_as_an_event_of_its_own(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"response_cancelled_event": True, "stall_after_deltas": 1})
    client.create("count to 2")
    response_id = client.until("response.output_text.delta")[-1]["response_id"]
    client.send({"type": "response.cancel", "response_id": response_id})
    assert client.until("response.cancelled", known=False)[-1]["response_id"] == response_id


def test_events_can_come_in_binary_frames_and_noise_between_them(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"binary_frames": True, "binary_noise": True})
    client.create()
    opcode, event = client.socket.recv_data()
    assert (opcode, json.loads(event)["type"]) == (2, "response.created")
    assert client.socket.recv_data() == (2, b"\x00\xff{")
