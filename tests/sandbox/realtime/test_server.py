"""The server: who may come in, what it remembers, and how it ends."""

import json
import threading
from collections.abc import Callable
from contextlib import closing

import pytest
import websocket

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.client import (
    KEY,
    Client,
)


def test_a_wrong_key_is_an_http_401_with_openais_body(server: RealtimeServer) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Client(server, key="sk-wrong")
    assert refused.value.status_code == 401
    assert json.loads(refused.value.resp_body or "")["error"]["code"] == "invalid_api_key"
    assert server.stats()["connections_refused"] == 1


@pytest.mark.parametrize(
    ("query", "header", "code"),
    [
        ("?model=gpt-realtime-2.1-mini", "OpenAI-Beta: realtime=v1", "beta_api_shape_disabled"),
        ("?model=gpt-unknown", "X-None: 1", "model_not_found"),
        ("", "X-None: 1", "missing_model"),
    ],
)
def test_a_session_that_cannot_be_is_closed_with_4000(
    server: RealtimeServer, connect: Callable[..., Client], query: str, header: str, code: str
) -> None:
    server.behaviour.unknown_models = ["gpt-unknown"]
    client = connect(query, KEY, header)
    assert client.error()["code"] == code
    _, frame = client.socket.recv_data_frame(control_frame=True)
    assert int.from_bytes(frame.data[:2], "big") == 4000


def test_two_of_three_handshakes_are_refused(server: RealtimeServer) -> None:
    server.behaviour.refuse_pattern = [1, 1, 0]
    assert [opens(server) for _ in range(6)] == [False, False, True] * 2


def test_a_share_of_handshakes_is_refused(server: RealtimeServer) -> None:
    server.behaviour.refuse_handshakes = 2 / 3
    assert [opens(server) for _ in range(6)].count(True) == 2


def test_a_bad_key_stays_bad_until_it_is_changed(server: RealtimeServer) -> None:
    server.behaviour.bad_key = True
    assert not opens(server)
    server.behaviour.bad_key = False
    assert opens(server)


def opens(server: RealtimeServer) -> bool:
    try:
        client = Client(server)
    except websocket.WebSocketBadStatusException:
        return False
    client.hang_up()
    return True


def test_creates_are_kept_with_their_connection_up_to_a_bound() -> None:
    server = RealtimeServer(KEY, kept_requests=2, clock=lambda: 12.5)
    server.start()
    with closing(server):
        client = Client(server)
        for number in range(3):
            client.create(event_id=f"turn-{number}")
            client.done()
        kept = [
            (each["connection"], each["at"], each["event"]["event_id"]) for each in server.requests
        ]
        client.hang_up()
    assert kept == [(1, 12.5, "turn-1"), (1, 12.5, "turn-2")]


def test_counts_tell_connections_and_responses(server: RealtimeServer, client: Client) -> None:
    server.behaviour.first_event_delay_s = 0.05
    for number in range(3):
        client.create(event_id=f"turn-{number}")
    for _ in range(3):
        client.done()
    stats = server.stats()
    assert (stats["connections_opened"], stats["connections_open"]) == (1, 1)
    assert (stats["responses_created"], stats["responses_done"]) == (3, 3)
    assert (stats["responses_in_flight"], stats["responses_in_flight_max"]) == (0, 3)


def test_closing_hangs_up_on_everyone_and_leaves_no_thread() -> None:
    before = threading.active_count()
    server = RealtimeServer(KEY)
    server.start()
    clients = [Client(server) for _ in range(3)]
    clients[0].create("count to 2000")
    server.close()
    assert threading.active_count() == before
    for client in clients:
        client.hang_up()


def test_a_client_that_reads_nothing_does_not_keep_the_server_from_closing() -> None:
    server = RealtimeServer(KEY)
    server.start()
    deaf = Client(server)
    for number in range(100):
        deaf.create("count to 2000", f"turn-{number}")
    until_nothing_more_fits(server)
    server.close()
    assert server.stats()["connections_open"] == 0
    deaf.hang_up()


def until_nothing_more_fits(server: RealtimeServer) -> None:
    """Wait until the server can't write: nothing sent for a while, with much left to send."""
    sent = [server.stats()["events_sent"]]
    while len(sent) < 30 or len(set(sent[-30:])) > 1:
        threading.Event().wait(0.01)
        sent.append(server.stats()["events_sent"])
