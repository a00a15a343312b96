"""Clients that send or read a byte a second: they cost nobody else anything, and are ended."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

import pytest
import requests

from handlers.limits import MINUTE_S
from knowledge import menu_pictures
from tests.scenarios.kept import Kept
from tests.scenarios.world import API_TOKEN, House, running_houses, until

PATIENCE_S = 3
PLACES = 700
HEADS, BODIES, READERS = 220, 220, 60
PIPELINED = 60  # answers that a reader asks for: more than the kernel keeps for it
AT_ONCE = 500
MUCH = 2**22
DRIP_S = 1.0
OF_ANY = {"server", "date", "connection", "content-type", "content-length", "keep-alive"}
EVERY_S = 0.02
# A slow machine may take so long for one of them.
IN_TIME_S = 5.0


@pytest.fixture(scope="module")
def house(migrated_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file = tmp_path_factory.mktemp("slow") / "tableside.db"
    file.write_bytes(migrated_sqlite_file.read_bytes())
    settings = {
        "SLOW_CLIENT_S": str(PATIENCE_S),
        "GUNICORN_CMD_ARGS": f"--worker-connections {PLACES}",
    }
    with running_houses(f"sqlite:///{file}", settings) as (_, [house]):
        yield house


def test_500_clients_of_a_byte_a_second_hold_up_no_webhook(house: House) -> None:
    before = open_files(house)
    with dripping(house) as clients, closing(Kept(house)) as kept:
        until(lambda: open_files(house) >= before + len(clients))
        began = time.monotonic()
        took_s = []
        while open_files(house) > before + 10:
            assert time.monotonic() - began < 5 * PATIENCE_S
            took_s += [delivery_s(kept), delivery_s(house)]
            time.sleep(EVERY_S)
        centiles = quantiles(took_s, n=100)
        print(
            f"{len(took_s)} webhooks beside {len(clients)} slow clients, which were ended after"
            f" {time.monotonic() - began:.1f} s: acknowledged in"
            f" {centiles[49] * 1e3:.1f} ms (p50), {centiles[98] * 1e3:.1f} ms (p99)"
        )
        assert max(took_s) < IN_TIME_S


def test_who_sends_nothing_gives_their_place_to_a_webhook(house: House) -> None:
    with ExitStack() as stack:
        for _ in range(PLACES + 100):
            stack.enter_context(socket.create_connection(("127.0.0.1", house.port)))
        assert delivery_s(house) < IN_TIME_S


def test_a_webhook_is_taken_between_requests_that_came_at_once(house: House) -> None:
    with closing(Kept(house)) as kept, socket.socket() as client:
        kept.deliver()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MUCH)
        client.connect(("127.0.0.1", house.port))
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * AT_ONCE)
        kept.deliver()
        answers = client.recv(MUCH, socket.MSG_DONTWAIT)
        assert 0 < answers.count(b"HTTP/1.1 200") < AT_ONCE


def test_half_a_request_is_told_what_became_of_it(house: House) -> None:
    with socket.create_connection(("127.0.0.1", house.port)) as client:
        client.sendall(BODY)
        client.settimeout(10 * PATIENCE_S)
        answer = client.recv(2**16)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert names_in(answer) >= guarding(house)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"GET /{'x' * 4_100} HTTP/1.1\r\n\r\n", 414),
        (f"GET / HTTP/1.1\r\nCookie: {'x' * 8_200}\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\n" + "X: x\r\n" * 101 + "\r\n", 431),
        ("GET / HTTP/1.1\r\n: x\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
    ],
)
def test_a_head_too_large_or_malformed_is_refused(house: House, head: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", house.port), IN_TIME_S) as client:
        client.sendall(head.encode())
        answer = client.recv(2**16)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert names_in(answer) >= guarding(house)


def test_a_head_without_an_end_is_not_waited_for(house: House) -> None:
    with socket.create_connection(("127.0.0.1", house.port), IN_TIME_S) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            send_for_ever(client, b"X: " + b"x" * 8_000 + b"\r\n")


def test_a_body_that_is_too_large_is_refused_and_not_waited_for(house: House) -> None:
    head = (
        "POST /ai/say HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {API_TOKEN}\r\nContent-Length: 1000000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", house.port), IN_TIME_S) as client:
        client.sendall(head.encode())
        answer = b""
        while b"}" not in answer and (more := client.recv(2**16)):
            answer += more
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"The body is too large: it may have 64 KiB." in answer
        with pytest.raises(ConnectionError):
            send_for_ever(client, b"x" * 2**16)


def test_who_calls_too_often_is_told_when_to_come_back(house: House) -> None:
    with requests.Session() as caller:
        url = f"{house.url}/ai/healthz"
        while (answer := caller.get(url)).ok:
            pass
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= MINUTE_S
    assert answer.json() == {
        "error": f"Too many calls: try again in {answer.headers['Retry-After']} seconds.",
        "details": [],
    }
    assert delivery_s(house) < IN_TIME_S  # Twilio's are not counted


HEAD = b"POST /whatsapp HTTP/1.1\r\nX-Slow: "
# Signed in form: what follows is read.
BODY = (
    b"POST /whatsapp HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: " + b"A" * 27 + b"=\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
)


def guarding(house: House) -> set[str]:
    """What the application's own answers have for the browser."""
    told = requests.get(f"{house.url}/nowhere", timeout=IN_TIME_S).headers
    return {name.lower() for name in told} - OF_ANY


def names_in(answer: bytes) -> set[str]:
    head = answer.partition(b"\r\n\r\n")[0].decode().splitlines()[1:]
    return {line.partition(":")[0].lower() for line in head}


@contextmanager
def dripping(house: House) -> Iterator[list[socket.socket]]:
    """Half of a request from each, and from then on a byte a second, or that much of an answer."""
    picture = min(menu_pictures.ours())
    asked = f"GET /media/menu/{picture}.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    stopping = Event()
    with ExitStack() as stack:
        senders, readers = (
            [stack.enter_context(connected(house, begun)) for begun in kind]
            for kind in ([HEAD] * HEADS + [BODY] * BODIES, [asked * PIPELINED] * READERS)
        )
        dripping = Thread(target=drip, args=(senders, readers, stopping))
        dripping.start()
        try:
            yield [*senders, *readers]
        finally:
            stopping.set()
            dripping.join()


def connected(house: House, begun: bytes) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    # By it the other end's kernel decides how much it keeps for us: little.
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    client.connect(("127.0.0.1", house.port))
    client.sendall(begun)
    client.setblocking(False)
    return client


def drip(senders: list[socket.socket], readers: list[socket.socket], stopping: Event) -> None:
    while not stopping.wait(DRIP_S):
        for each in senders:
            with suppress(OSError):
                each.send(b"a")
        for each in readers:
            with suppress(OSError):
                each.recv(1)


def send_for_ever(client: socket.socket, sent: bytes) -> None:
    while True:
        client.sendall(sent)


def delivery_s(to: Kept | House) -> float:
    """How long the acknowledgement of a message takes, on a kept connection or a new one."""
    began = time.monotonic()
    if isinstance(to, House):
        with closing(Kept(to)) as kept:
            assert kept.deliver()[0] == 204
    else:
        assert to.deliver()[0] == 204
    return time.monotonic() - began


def open_files(house: House) -> int:
    (worker,) = house.workers()
    return len(list(Path(f"/proc/{worker}/fd").iterdir()))
