"""The requests to Twilio are its own client's, over kept connections never trusted blindly."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from twilio.http.http_client import HttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client
from werkzeug.wrappers import Request, Response

from tests.sandbox.twilio.world import ACCOUNT_SID, ALICE, AUTH_TOKEN, KIGALI, serving
from tests.whatsapp.test_outbound import find, opened, send
from whatsapp.hosts import API_URL, MESSAGING_URL

ROOT = Path(__file__).parents[2]
CALLBACK = "https://kigali.example/whatsapp/status?part=7"
BODY = "Muraho! 👋 1 + 1 = 2 & more\r\n~*é*"
SENT = b'{"sid": "SM1"}'
NONE_SENT = b'{"messages": [], "next_page_uri": null}'
ANSWER = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (len(SENT), SENT)
)


@dataclass
class Desk:
    """A server that takes requests by hand: it closes each connection after `requests_each`."""

    requests_each: int
    connections: int = 0
    requests: int = 0
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    server: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,)).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            for _ in range(self.requests_each):
                received = b""
                while not received.endswith(b"part%3D7"):
                    piece = connection.recv(65_536)
                    if not piece:
                        return
                    received += piece
                self.requests += 1
                connection.sendall(ANSWER)
        self.closed.release()


@contextmanager
def desk(requests_each: int) -> Iterator[tuple[Desk, str]]:
    desk = Desk(requests_each)
    thread = threading.Thread(target=desk.serve)
    thread.start()
    try:
        yield desk, f"http://127.0.0.1:{desk.server.getsockname()[1]}"
    finally:
        desk.server.shutdown(socket.SHUT_RDWR)
        desk.server.close()
        thread.join()


class Recorder(HttpClient):  # type: ignore[misc]
    """What twilio's own client would send."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, Any], dict[str, Any], Any]] = []

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        **_: Any,
    ) -> TwilioResponse:
        self.requests.append((method, url, dict(params or {}), dict(data or {}), auth))
        if method == "GET":
            return TwilioResponse(200, NONE_SENT.decode())
        return TwilioResponse(201, SENT.decode())


def test_the_requests_are_those_of_twilios_own_client() -> None:
    theirs, ours = Recorder(), []
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=theirs)
    client.messages.create(to=ALICE, from_=KIGALI, body=BODY, status_callback=CALLBACK)
    client.messages.list(to=ALICE, from_=KIGALI, limit=50)
    client.messaging.v2.typing_indicator.create(channel="whatsapp", message_id="SM1")

    def take(request: Request) -> Response:
        login = request.authorization
        assert login is not None
        query = {
            name: int(value) if name == "PageSize" else value
            for name, value in request.args.items()
        }
        ours.append(
            (
                request.method,
                request.path,
                query,
                request.form.to_dict(),
                (login.username, login.password),
            )
        )
        return Response(NONE_SENT if request.method == "GET" else SENT)

    with serving(Request.application(take)) as url, opened(f"{url}/twilio/") as door:
        send(door, BODY, callback=CALLBACK)
        find(door)
        door.show_typing("SM1")
    hosts = [API_URL, API_URL, MESSAGING_URL]
    assert theirs.requests == [
        (method, host + path.removeprefix("/twilio"), *rest)
        for host, (method, path, *rest) in zip(hosts, ours, strict=True)
    ]


def test_a_look_goes_on_to_the_next_page() -> None:
    pages = {
        "": (
            '{"messages": [{"sid": "SM1", "body": "Yego"}], "next_page_uri":'
            ' "/next?Page=1&PageToken=PA1"}'
        ),
        "1": '{"messages": [{"sid": "SM2", "body": "Muraho!"}], "next_page_uri": null}',
    }
    answering = Request.application(lambda request: Response(pages[request.args.get("Page", "")]))
    with serving(answering) as url, opened(url) as door:
        assert find(door) == ["SM2"]
        assert find(door, "Oya") == []


def test_a_connection_is_kept_for_the_next_message() -> None:
    with desk(requests_each=5) as (twilio, url), opened(url) as door:
        for _ in range(5):
            send(door, callback=CALLBACK)
        assert (twilio.connections, twilio.requests) == (1, 5)


def test_a_connection_that_twilio_closed_meanwhile_is_not_used() -> None:
    assert_no_message_goes_into_a_closed_connection()


def test_nor_is_it_under_gevent() -> None:
    """Where the pool's look at a connection is gevent's."""
    check = f"import {__name__} as tests; tests.assert_no_message_goes_into_a_closed_connection()"
    patched = f"from gevent import monkey; monkey.patch_all(); {check}"
    subprocess.run([sys.executable, "-c", patched], cwd=ROOT, check=True, timeout=30)


def assert_no_message_goes_into_a_closed_connection() -> None:
    with desk(requests_each=2) as (twilio, url), opened(url) as door:
        for _ in range(10):
            for _ in range(2):
                assert send(door, callback=CALLBACK) == "SM1"
            assert twilio.closed.acquire(timeout=5)
        assert (twilio.connections, twilio.requests) == (10, 20)


def test_no_log_line_has_an_address(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        serving(Request.application(lambda _: Response(NONE_SENT))) as url,
        opened(url) as door,
    ):
        find(door)
    told = [
        record.getMessage() for record in caplog.records if record.name != "werkzeug"
    ]  # which is the server's
    assert not [line for line in told if ALICE.removeprefix("whatsapp:+") in line]
