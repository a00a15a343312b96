"""The websocket's end in gunicorn, over real sockets, against websockets' own client."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection
from werkzeug.serving import make_server

from handlers.websocket import MAX_BYTES, ServerSocket
from tests.handlers import websocket_house
from tests.handlers.sockets import closed_with, opened
from tests.ports import free_port
from tests.scenarios.world import end, until

ROOT = Path(__file__).parents[2]
PATIENCE_S = 1.0
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


class House:
    def __init__(self, *more: str) -> None:
        self.port = free_port()
        self.url = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gevent.monkey", "--module", "gunicorn"),
                *("--bind", self.url, "--worker-class", "web_worker.WebWorker"),
                *("--keep-alive", "1", "--graceful-timeout", "20", "--log-level", "error"),
                *("--config", "python:sandbox"),  # which has none: not the service's own
                *more,
                *("--no-control-socket", f"tests.handlers.websocket_house:app({PATIENCE_S})"),
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        try:
            until(self._answers)
        except BaseException:
            end(self.process, signal.SIGKILL)
            raise

    def opened(self) -> ClientConnection:
        return opened(f"ws://{self.url}/stream")

    def seen(self) -> dict[str, Any]:
        return dict(requests.get(f"http://{self.url}/seen", timeout=30).json())

    def _answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"http://{self.url}/seen", timeout=1).ok
        return False


@contextmanager
def served(*more: str) -> Iterator[House]:
    house = House(*more)
    try:
        yield house
    finally:
        end(house.process)
        assert house.process.stderr
        house.process.stderr.close()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with served() as house:
        yield house


def test_what_is_sent_comes_back(house: House) -> None:
    with house.opened() as client:
        for text in ("muraho", "", "é🍞", "x" * MAX_BYTES):
            client.send(text)
            assert client.recv(30) == text


def test_a_message_in_pieces_is_one_with_a_ping_between_them(house: House) -> None:
    with house.opened() as client:
        client.send(iter(["mu", "ra", "ho"]))
        assert client.recv(30) == "muraho"
        assert client.ping().wait(30)


def test_many_messages_at_once_come_back_in_their_order(house: House) -> None:
    with house.opened() as client:
        for number in range(500):
            client.send(str(number))
        assert [client.recv(30) for _ in range(500)] == [str(number) for number in range(500)]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("x" * (MAX_BYTES + 1), 1009),
        (iter(["x" * MAX_BYTES, "x"]), 1009),
        (b"sound", 1003),
    ],
    ids=["too large", "too large in pieces", "no text"],
)
def test_what_is_not_read_here_ends_it_with_a_reason(house: House, sent: Any, code: int) -> None:
    with house.opened() as client:
        with suppress(ConnectionClosed):
            client.send(sent)
        assert closed_with(client)[0] == code


def test_a_text_that_is_none_ends_it(house: House) -> None:
    with house.opened() as client:
        client.socket.sendall(Frame(Opcode.TEXT, b"\xff").serialize(mask=True))
        assert closed_with(client)[0] == 1007


def test_what_breaks_the_protocol_ends_it(house: House) -> None:
    with house.opened() as client:
        client.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert closed_with(client)[0] == 1002


def test_a_goodbye_is_answered_from_either_end(house: House) -> None:
    with house.opened() as client:
        client.close(4001)
        assert client.protocol.close_rcvd is not None
        assert client.protocol.close_rcvd.code == 4001
    with house.opened() as client:
        client.send("close")
        code, reason = closed_with(client)
        assert (code, reason[:14]) == (4000, "as you wish — ")
    until(lambda: house.seen()["open"] == 0)


def test_where_the_application_fails_the_other_end_is_told(house: House) -> None:
    with house.opened() as client:
        client.send("fall over")
        assert closed_with(client)[0] == 1011


def test_it_outlives_what_ends_a_slow_request_or_an_idle_connection(house: House) -> None:
    with house.opened() as quiet, house.opened() as half:
        frame = Frame(Opcode.TEXT, b"muraho").serialize(mask=True)
        half.socket.sendall(frame[:5])
        until_others_are_ended(house)
        half.socket.sendall(frame[5:])
        assert half.recv(30) == "muraho"
        quiet.send("still here")
        assert quiet.recv(30) == "still here"


def test_who_reads_slowly_has_the_patience_of_the_websocket(house: House) -> None:
    with closing(raw(house, "?patience_s=60")) as client:
        client.sendall(Frame(Opcode.TEXT, b"flood").serialize(mask=True))
        until_others_are_ended(house)
        left = 1_000 * len(websocket_house.FLOOD)
        while left > 0:
            received = client.recv(2**20)
            assert received, "it was ended"
            left -= len(received)


def test_who_reads_nothing_is_left_and_keeps_nobody_waiting(house: House) -> None:
    """All but the first of a thousand writes are none: each would wait for a second."""
    ended = ended_by_now(house)
    with closing(raw(house, "?patience_s=1")) as client:
        client.sendall(Frame(Opcode.TEXT, b"flood").serialize(mask=True))
        assert until(lambda: house.seen()["ended"] - ended, 30) == 1


def test_others_are_answered_beside_a_flood_that_is_read(house: House) -> None:
    with house.opened() as client, house.opened() as other:
        client.send("flood")
        other.send("muraho")
        assert other.recv(30) == "muraho"
        assert all(client.recv(30) == websocket_house.FLOOD for _ in range(1_000))


def test_who_is_silent_for_long_is_gone(house: House) -> None:
    ended = ended_by_now(house)
    with closing(raw(house, "?quiet_s=1")):
        until(lambda: house.seen()["ended"] > ended, 30)


def test_who_hangs_up_without_a_word_is_gone(house: House) -> None:
    ended = ended_by_now(house)
    raw(house).close()
    until(lambda: house.seen()["ended"] > ended, 30)


def test_a_request_that_is_no_websocket_is_told_what_is_wanted(house: House) -> None:
    answer = requests.get(f"http://{house.url}/stream", timeout=30)
    assert (answer.status_code, answer.headers["Upgrade"]) == (426, "websocket")
    assert "This is a websocket" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upgrade": "h2c"}, 426),
        ({"Connection": "close"}, 426),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Sec-WebSocket-Key": ""}, 400),
        ({"Sec-WebSocket-Version": "8"}, 400),
        ({"Content-Length": "4"}, 400),
        ({"Transfer-Encoding": "chunked"}, 400),
    ],
)
def test_a_handshake_that_is_malformed_is_refused(
    house: House, headers: dict[str, str], status: int
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in (HANDSHAKE | headers).items())
    with socket.create_connection(("127.0.0.1", house.port), 30) as client:
        client.sendall(f"GET /stream HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        assert client.recv(2**16).startswith(f"HTTP/1.1 {status} ".encode())


def test_a_stop_waits_for_what_is_open_and_lets_it_say_goodbye() -> None:
    with served() as house:
        with house.opened() as client:
            house.process.terminate()
            until(lambda: not accepts(house))
            client.send("goodbye")
            assert client.recv(30) == "goodbye"
        _, told = house.process.communicate(timeout=30)
        assert (house.process.returncode, told) == (0, b"")


def test_it_keeps_its_place_where_others_crowd_in() -> None:
    with served("--worker-connections", "10") as house, house.opened() as client:
        client.send("flood")  # of which nothing is read yet
        with ExitStack() as others:
            for _ in range(30):
                others.enter_context(socket.create_connection(("127.0.0.1", house.port), 30))
            until(lambda: house.seen()["open"] == 1)
            assert all(client.recv(30) == websocket_house.FLOOD for _ in range(1_000))


def test_flasks_own_server_has_websockets_too() -> None:
    server = make_server("127.0.0.1", 0, websocket_house.app(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"ws://127.0.0.1:{server.server_port}/stream"
        with opened(url) as client:
            client.send("muraho")
            assert client.recv(30) == "muraho"
            client.send("close")
            assert closed_with(client)[0] == 4000
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def raw(house: House, query: str = "") -> socket.socket:
    """A client that has been let in, and does nothing by itself."""
    client = socket.create_connection(("127.0.0.1", house.port), 30)
    head = "".join(f"{name}: {value}\r\n" for name, value in HANDSHAKE.items())
    client.sendall(f"GET /stream{query} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
    assert client.recv(2**16).startswith(b"HTTP/1.1 101 ")
    return client


def until_others_are_ended(house: House) -> None:
    """An idle connection, then a slow request: both came later, and are no websockets."""
    for begun in (b"GET /seen HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /seen HTTP/1.1\r\nHost"):
        with socket.create_connection(("127.0.0.1", house.port), 30) as client:
            client.sendall(begun)
            while client.recv(2**16):
                pass


def ended_by_now(house: House) -> int:
    """How many have ended, once those of the tests before have."""
    seen = until(lambda: (seen := house.seen())["open"] == 0 and seen)
    return int(seen["ended"])


def accepts(house: House) -> bool:
    try:
        socket.create_connection(("127.0.0.1", house.port), 1).close()
    except OSError:
        return False
    return True


def test_a_write_waits_no_longer_than_who_is_on_the_telephone() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ServerSocket(ours)
        assert 0 < (ours.gettimeout() or 0) <= 2
