"""One proxy for all whom we call, or none: a tunnel through it, and no library's own rules."""

import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from proxies import proxy_for
from realtime.connection import Connection, HandshakeError
from sandbox.realtime.server import RealtimeServer
from service import Service
from settings import SettingsError, load_settings
from whatsapp.host import SendError
from whatsapp.outbound import TwilioDoor

OPENAI = "wss://api.openai.com/v1/realtime"
TWILIO = "https://api.twilio.com"
PROXY = "http://proxy.inzozi.example:3128"
VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
KEYS = {
    "OPENAI_API_KEY": "sk-test",
    "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "PUBLIC_URL": "https://inzozi.example",
}
WAIT_S = 10
KEY = "sk-sandbox"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without a proxy."""
    for name in (*VARIABLES, "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": PROXY}, PROXY),
        ({"https_proxy": PROXY}, PROXY),
        ({"HTTPS_PROXY": "proxy.inzozi.example:3128"}, PROXY),
        ({"ALL_PROXY": PROXY}, PROXY),
        ({"HTTPS_PROXY": PROXY, "ALL_PROXY": "socks5://nobody"}, PROXY),
        ({"HTTP_PROXY": PROXY}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "localhost,.openai.com, twilio.com"}, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "example.com"}, PROXY),
    ],
)
def test_both_parties_are_called_through_the_same_proxy_or_through_none(
    environment: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)
    assert [proxy_for(url) for url in (OPENAI, TWILIO)] == [proxy] * 2


@pytest.mark.parametrize("url", ["ws://127.0.0.1:9/v1/realtime", "http://127.0.0.1:9"])
def test_what_is_not_encrypted_goes_directly(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("HTTPS_PROXY", PROXY)
    environment.setenv("ALL_PROXY", PROXY)
    assert proxy_for(url) is None


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://me:secret@proxy:1080",
        "https://me:secret@proxy:3128",
        "http://me:secret@",
        "http://me:secret@proxy:99999",
        "http://me:secret@proxy:no",
        "http://me:secret@[::1",
    ],
)
def test_a_proxy_that_can_t_be_used_stops_the_start_without_being_shown(
    environment: pytest.MonkeyPatch, tmp_path: Path, proxy: str
) -> None:
    environment.chdir(tmp_path)
    for name, value in (KEYS | {"HTTPS_PROXY": proxy}).items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError, match=r"^HTTPS_PROXY: must be http://HOST:PORT") as refusal:
        Service(load_settings())
    assert "secret" not in str(refusal.value)


class Proxy:
    """It opens a tunnel to wherever it was told to, or answers something else; and remembers."""

    def __init__(self, listener: socket.socket, target: int | None, answer: bytes) -> None:
        self.url = f"http://me:p%40ss@127.0.0.1:{listener.getsockname()[1]}"
        self.asked = b""
        self.through = b""  # what came through first
        self._listener = listener
        self._target = target
        self._answer = answer

    def serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            client.settimeout(WAIT_S)
            while b"\r\n\r\n" not in self.asked:
                self.asked += client.recv(4_096)
            client.sendall(self._answer)
            if self._target is None:
                self.through = client.recv(4_096)
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                back = Thread(target=_pass_on, args=(server, client))
                back.start()
                _pass_on(client, server)
                back.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # either may hang up first
        while piece := source.recv(4_096):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(target: int | None = None, answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(WAIT_S)
        found = Proxy(listener, target, answer)
        thread = Thread(target=found.serve)
        thread.start()
        yield found
        thread.join()


AUTHORIZATION = b"Basic " + b64encode(b"me:p@ss")


def test_the_socket_to_the_model_goes_through_a_tunnel() -> None:
    server = RealtimeServer(KEY)
    server.start()
    with closing(server):
        port = int(server.url.split(":")[2].split("/")[0])
        with proxy(port) as between:
            connection = Connection(server.url, "gpt-mini", KEY, proxy=between.url)
            connection.close()
            connection.read(lambda _: None, lambda: None, lambda _: None)
    assert between.asked.startswith(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n" % port)
    assert b"Proxy-Authorization: %b\r\n" % AUTHORIZATION in between.asked


def test_what_goes_to_twilio_goes_through_a_tunnel_too() -> None:
    with proxy() as between:
        door = TwilioDoor("AC1", "token", timeout_s=WAIT_S, proxy_of=lambda _: between.url)
        with pytest.raises(SendError):
            door.account_status()
        door.close()
    assert between.asked.startswith(b"CONNECT api.twilio.com:443 HTTP/1")
    assert AUTHORIZATION in between.asked
    assert between.through.startswith(b"\x16\x03"), "TLS begins within the tunnel"


def test_each_host_of_twilios_is_asked_about_by_itself() -> None:
    asked: list[str] = []
    TwilioDoor("AC1", "token", proxy_of=asked.append).close()
    hosts = ("api", "messaging", "content")
    assert asked == [f"https://{host}.twilio.com" for host in hosts]


def test_a_proxy_that_refuses_is_named_and_nothing_was_sent() -> None:
    refusal = b"HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n"
    with proxy(answer=refusal) as between, pytest.raises(HandshakeError, match="407"):
        Connection("ws://127.0.0.1:9/v1/realtime", "gpt-mini", KEY, proxy=between.url)
    with proxy(answer=refusal) as between:
        door = TwilioDoor("AC1", "token", timeout_s=WAIT_S, proxy_of=lambda _: between.url)
        with pytest.raises(SendError) as caught:
            door.show_typing("SM1")
        door.close()
    assert (str(caught.value), caught.value.maybe_sent) == ("ProxyError", False)


def test_who_was_given_none_uses_none_whatever_the_environment_says(
    environment: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        environment.setenv(name, "http://127.0.0.1:9")
    server = RealtimeServer(KEY)
    server.start()
    with closing(server):
        connection = Connection(server.url, "gpt-mini", KEY)
        connection.close()
        connection.read(lambda _: None, lambda: None, lambda _: None)
