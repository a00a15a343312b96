"""A proxy keeps connections to us: none ends under a request, and a stop waits for no idle one."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import pytest

from tests.scenarios.kept import Kept
from tests.scenarios.promise import rows
from tests.scenarios.world import (
    API_TOKEN,
    House,
    diners,
    running_houses,
    until,
)

PAUSES_S = (1.0, 1.5, 2.0, 2.5, 2.9, 3.0, 3.1, 4.0, 5.0, 7.0, 10.0)
PLAYED_S = 10.0
CROWD = 20
# A stop with nothing to do: what the processes take for themselves, and no connection's time-out.
AT_ONCE_S = 10.0
SHORT_KEEP_ALIVE_S = 2.0
SIGTERM_IS_PENDING = 1 << (signal.SIGTERM - 1)


@pytest.fixture
def ending(seeded_sqlite_url: str) -> Iterator[House]:
    """A service of the test's own, which it stops."""
    with running_houses(seeded_sqlite_url, {}) as (_, [house]):
        yield house


def test_a_connection_is_kept_through_pauses_of_one_to_ten_seconds(house: House) -> None:
    def play(pause_s: float) -> set[tuple[int, str | None]]:
        with closing(Kept(house)) as kept:
            answers = {kept.deliver()}
            for _ in range(round(PLAYED_S / pause_s)):
                time.sleep(pause_s)  # the pause is what is tried
                answers.add(kept.deliver())
            return answers

    with ThreadPoolExecutor(len(PAUSES_S)) as pool:
        assert set.union(*pool.map(play, PAUSES_S)) == {(204, "keep-alive")}


def test_a_stop_waits_for_no_idle_connection(ending: House) -> None:
    kept = [Kept(ending) for _ in range(CROWD)]
    assert {each.deliver() for each in kept} == {(204, "keep-alive")}
    began = time.monotonic()
    assert ending.stop() == 0
    assert time.monotonic() - began < AT_ONCE_S
    assert all(each.has_ended() for each in kept)
    close(*kept)


def test_a_request_on_its_way_at_a_stop_is_answered_and_ends_its_connection(ending: House) -> None:
    whole, halved, idle, new = (Kept(ending) for _ in range(4))
    for each in (whole, halved, idle):
        each.deliver()
    request = whole.webhook()
    with told_to_stop_while_frozen(ending):
        whole.send(whole.webhook())
        halved.send(request[:100])
    halved.send(request[100:])
    new.send(new.webhook())
    assert [each.answer() for each in (whole, halved, new)] == [(204, "close")] * 3
    assert idle.has_ended()
    assert ending.stop() == 0
    close(whole, halved, idle, new)


def test_what_meets_a_stop_is_acknowledged_and_stored_or_neither(
    seeded_postgresql_url: str,
) -> None:
    # On PostgreSQL a request waits for its commit, and the stop comes in between.
    with (
        running_houses(seeded_postgresql_url, {}) as (_, [house]),
        ThreadPoolExecutor(CROWD) as pool,
    ):
        played = [pool.submit(deliver_until_it_ends, house, diner) for diner in diners(CROWD)]
        until(
            lambda: rows(seeded_postgresql_url, "SELECT count(*) FROM messages")[0][0] > 2 * CROWD
        )
        assert house.stop() == 0
    stored = {sid for (sid,) in rows(seeded_postgresql_url, "SELECT sid FROM messages")}
    acknowledged = set.union(*(each.result()[0] for each in played))
    cut_off = set.union(*(each.result()[1] for each in played))
    assert (acknowledged - stored, cut_off & stored) == (set(), set())


def deliver_until_it_ends(house: House, diner: str) -> tuple[set[str], set[str]]:
    """The SIDs of what was acknowledged on one connection, and of what was not."""
    acknowledged = set[str]()
    with closing(Kept(house)) as kept:
        while True:
            sid = f"SM{uuid4().hex}"
            try:
                status, then = kept.deliver(sid, diner)
            except (HTTPException, ConnectionError):
                return acknowledged, {sid}
            assert status == 204
            acknowledged.add(sid)
            if then == "close":
                return acknowledged, set()


def test_a_request_that_comes_in_two_halves_outlasts_the_time_out(seeded_sqlite_url: str) -> None:
    with running_houses(
        seeded_sqlite_url, {"GUNICORN_CMD_ARGS": f"--keep-alive {SHORT_KEEP_ALIVE_S:.0f}"}
    ) as (_, [house]):
        kept, idle = Kept(house), Kept(house)
        request = kept.webhook()
        time.sleep(SHORT_KEEP_ALIVE_S * 0.6)
        kept.send(request[:100])
        time.sleep(SHORT_KEEP_ALIVE_S * 0.6)
        kept.send(request[100:])
        assert kept.answer() == (204, "keep-alive")
        assert idle.has_ended()
        close(kept, idle)


@contextmanager
def told_to_stop_while_frozen(house: House) -> Iterator[None]:
    """The block's bytes lie in the kernel's buffers when the worker sees the signal."""
    (worker,) = house.workers()
    os.kill(worker, signal.SIGSTOP)
    # Else it would get the later signal first: its number is lower.
    until(lambda: "State:\tT" in status_of(worker))
    try:
        yield
        house.process.terminate()
        until(lambda: pending_signals(worker) & SIGTERM_IS_PENDING)
    finally:
        os.kill(worker, signal.SIGCONT)


def pending_signals(pid: int) -> int:
    return int(status_of(pid).partition("ShdPnd:")[2].split()[0], 16)


def status_of(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


def test_a_body_whose_chunks_are_malformed_is_the_callers_fault(house: House) -> None:
    form, json = "application/x-www-form-urlencoded", "application/json"
    for path, kind in (("/whatsapp", form), ("/ai/say", json)):
        for body in ("zz\r\nhi\r\n0\r\n\r\n", "2\r\nhello\r\n0\r\n\r\n"):
            kept = Kept(house)
            kept.send(
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: {'A' * 27}=\r\n"
                f"Authorization: Bearer {API_TOKEN}\r\nContent-Type: {kind}\r\n"
                f"Transfer-Encoding: chunked\r\n\r\n{body}".encode()
            )
            assert (path, body, kept.answer()[0]) == (path, body, 400)
            close(kept)


def test_a_body_that_is_refused_unread_ends_its_connection_with_one_answer(house: House) -> None:
    chunked, large = b"Transfer-Encoding: chunked\r\n\r\n", 180_000
    for path, rest, status in (
        ("/nowhere", chunked + b"zz\r\n", 404),
        ("/whatsapp", chunked + b"ff\r\nabc", 403),
        ("/console/sign-in", b"Content-Length: %d\r\n\r\n" % large + b"x" * large, 413),
    ):
        with socket.create_connection(("127.0.0.1", house.port), AT_ONCE_S) as client:
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + rest)
            client.shutdown(socket.SHUT_WR)
            answer = until_its_end(client)
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"\r\nConnection: close\r\n" in answer
        assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_whose_chunks_are_read_keeps_its_connection(house: House) -> None:
    with closing(Kept(house)) as kept:
        kept.send(
            f"POST /ai/say HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {API_TOKEN}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            "2\r\n{}\r\n0\r\n\r\n".encode()
        )
        assert kept.answer() == (422, "keep-alive")
        assert kept.deliver() == (204, "keep-alive")


def until_its_end(client: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionResetError):  # what we sent was not read to its end
        while more := client.recv(2**16):
            received += more
    return received


def close(*connections: Kept) -> None:
    for each in connections:
        each.close()
