"""Faults on demand: of sockets and of responses."""

import json
from collections.abc import Callable

import pytest
import websocket

from sandbox.realtime.behaviour import BehaviourError
from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.client import Client, text_of


def test_a_socket_is_reset_at_its_age_even_when_it_was_open_before(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.cut_every_s = 0.05
    with pytest.raises((OSError, websocket.WebSocketException)):
        client.read()
    assert server.stats()["connections_cut"] == 1


def test_a_socket_is_reset_once_in_the_middle_of_an_answer(
    server: RealtimeServer, connect: Callable[..., Client]
) -> None:
    server.behaviour.cut_after_deltas = 1
    first = connect()
    first.create("say exactly: one two three four")
    with pytest.raises((OSError, websocket.WebSocketException)):
        first.until("response.done")
    second = connect()
    second.create("say exactly: one two three four")
    assert second.done()["status"] == "completed"
    assert server.stats()["connections_cut"] == 1


def test_a_server_that_accepts_and_drops(
    server: RealtimeServer, connect: Callable[..., Client]
) -> None:
    server.behaviour.accept_and_drop = True
    with pytest.raises((OSError, websocket.WebSocketException)):
        connect().read()


def test_a_server_that_accepts_and_closes_says_why(
    server: RealtimeServer, connect: Callable[..., Client]
) -> None:
    server.behaviour.close_with = "3000 invalid_request_error.invalid_api_key"
    _, frame = connect().socket.recv_data_frame(control_frame=True)
    assert frame.data == (3000).to_bytes(2, "big") + b"invalid_request_error.invalid_api_key"


def test_a_handshake_is_refused_with_any_status_and_code(
    server: RealtimeServer, connect: Callable[..., Client]
) -> None:
    server.behaviour.refuse_with = "403 unsupported_country_region_territory"
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        connect()
    code = json.loads(caught.value.resp_body or "")["error"]["code"]
    assert (caught.value.status_code, code) == (403, "unsupported_country_region_territory")


@pytest.mark.parametrize(
    "changes",
    [{"refuse_with": "200 fine"}, {"refuse_with": "403"}, {"close_with": "1005 no"}],
)
def test_what_no_refusal_and_no_close_may_say_is_no_behaviour(
    server: RealtimeServer, changes: dict[str, str]
) -> None:
    with pytest.raises(BehaviourError):
        server.behaviour.apply(changes)


def test_a_session_expires_with_an_error_and_1001(server: RealtimeServer, client: Client) -> None:
    server.behaviour.session_s = 0.05
    assert client.error()["code"] == "session_expired"
    _, frame = client.socket.recv_data_frame(control_frame=True)
    assert int.from_bytes(frame.data[:2], "big") == 1001


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("server_errors", "server_error"),
        ("rate_limit", "rate_limit_exceeded"),
        ("insufficient_quota", "insufficient_quota"),
    ],
)
def test_a_response_fails_with_its_code(
    server: RealtimeServer, client: Client, fault: str, code: str
) -> None:
    server.behaviour.apply({fault: fault == "insufficient_quota" or 1})
    client.create()
    done = client.done()
    assert (done["status"], done["status_details"]["error"]["code"]) == ("failed", code)


def test_a_used_up_rate_limit_says_when_it_resets_and_counts_down(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"rate_limit": 1, "rate_limit_reset_s": 7})
    client.create()
    limits = client.until("rate_limits.updated")[-1]["rate_limits"]
    assert {(limit["remaining"], limit["reset_seconds"]) for limit in limits} == {(0, 7)}
    client.done()
    client.create()
    assert client.done()["status"] == "completed"


def test_an_empty_response_is_completed_without_output(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.empty = 1
    client.create()
    done = client.done()
    assert (done["status"], done["output"]) == ("completed", [])


def test_a_silent_create_gets_nothing_and_the_next_one_is_answered(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.silent = 1
    client.create(event_id="unheard")
    client.create(event_id="heard")
    assert client.until("response.done")[0]["response"]["metadata"] == {"turn": "heard"}


def test_a_stalled_response_stops_midway_until_it_is_cancelled(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.stall_after_deltas = 1
    client.create("count to 4")
    response_id = client.until("response.output_text.delta")[-1]["response_id"]
    assert client.until("response.output_text.delta")[-1]["delta"] == "2 "
    client.create("say exactly: next", "turn-2")
    assert text_of(client.done()) == "next"
    client.send({"type": "response.cancel", "response_id": response_id})
    assert text_of(client.done()) == "1 2 "


def test_a_refused_create_is_an_error_with_its_event_id(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"refuse_create": 1, "refuse_create_code": "insufficient_quota"})
    client.create(event_id="turn-7")
    error = client.read()["error"]
    assert (error["code"], error["event_id"]) == ("insufficient_quota", "turn-7")


def test_pings_are_answered_unless_told_not_to(server: RealtimeServer, client: Client) -> None:
    client.socket.ping("a")
    assert client.socket.recv_data_frame(control_frame=True)[0] == websocket.ABNF.OPCODE_PONG
    server.behaviour.no_pong = True
    client.socket.ping("b")
    client.create()
    assert client.socket.recv_data_frame(control_frame=True)[0] == websocket.ABNF.OPCODE_TEXT
