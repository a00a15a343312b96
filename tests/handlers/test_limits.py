"""How often one may call: whoever counts, from wherever one calls, and what one then reads."""

import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Blueprint, Flask, request
from limits.storage import Storage
from structlog.testing import capture_logs

from handlers.ai import AiRoutes
from handlers.counting import APART_S, MOST_KEYS, Counting, InDatabase, InMemory, in_redis
from handlers.limits import AI_BY_ADDRESS, AI_BY_TOKEN, MINUTE_S, Limit, Limits
from knowledge.clock import Clock
from models.database.engine import Database
from models.windows import Window
from tests.engine.clock import ManualClock, soon
from tests.engine.world import House
from tests.handlers.web import client_of
from tests.redis_server import RedisServer, SelfSigned

TWO = Limit("dishes", 2)
TWO_A_SECOND = Limit("crumbs", 2, 1)
ANNA, BEN = "192.0.2.1", "192.0.2.2"
SECRET, OTHER = "0123456789" * 4, "9876543210" * 4
PEER = {"REMOTE_ADDR": "127.0.0.1"}


def limits_on(storage: Storage, clock: Clock | None = None, *, proxies: int = 0) -> Limits:
    clock = clock or Clock()
    return Limits(partial(Counting, storage, clock), clock, trusted_proxies=proxies)


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    with server.running():
        yield server


@pytest.fixture(params=["sqlite_url", "postgresql_url", "redis"])
def storages(request: pytest.FixtureRequest) -> Iterator[list[Storage]]:
    """Of two processes, where they count together."""
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        yield [in_redis(server.url) for _ in range(2)]
        return
    databases = [Database(request.getfixturevalue(request.param)) for _ in range(2)]
    yield [InDatabase(each, Clock()) for each in databases]
    for each in databases:
        each.close()


def test_processes_count_together(storages: list[Storage]) -> None:
    here, there = map(limits_on, storages)
    assert here.hit(TWO, ANNA) is None
    assert there.hit(TWO, ANNA) is None
    for each in (here, there):
        wait_s = each.hit(TWO, ANNA)
        assert wait_s is not None
        assert MINUTE_S - 20 < wait_s <= MINUTE_S
    assert there.hit(TWO, BEN) is None


def test_a_window_that_is_over_begins_anew(storages: list[Storage]) -> None:
    limits = limits_on(storages[0])
    assert [limits.hit(TWO_A_SECOND, ANNA) for _ in range(2)] == [None, None]
    assert limits.hit(TWO_A_SECOND, ANNA) is not None
    assert soon(lambda: limits.hit(TWO_A_SECOND, ANNA) is None)
    assert limits.hit(TWO_A_SECOND, ANNA) is None


def test_what_is_counted_in_memory_stays_small() -> None:
    storage = InMemory()
    limits = limits_on(storage)
    for nth in range(MOST_KEYS + 10):
        storage.incr(f"caller {nth}", MINUTE_S)
    assert len(storage.storage) <= MOST_KEYS
    assert limits.hit(TWO, ANNA) is None


def test_a_sweep_that_runs_while_all_is_counted_anew_finds_nothing_due() -> None:
    storage = InMemory()
    storage.incr("caller", MINUTE_S)
    listed = list(storage.expirations)
    storage.reset()
    assert [storage.expirations[each] <= time.time() for each in listed] == [False]


def test_who_is_refused_anyway_is_counted_no_more(sqlite_url: str) -> None:
    sent: list[str] = []
    database = Database(sqlite_url, watch=lambda text, _: sent.append(text))
    limits = limits_on(InDatabase(database, Clock()))
    for _ in range(3):
        limits.hit(TWO, ANNA)
    sent.clear()
    assert limits.hit(TWO, ANNA) is not None
    assert sent == []
    database.close()


def test_windows_that_are_over_go(database_url: str) -> None:
    clock = ManualClock()
    database = Database(database_url, has_clock=False)
    limits = limits_on(InDatabase(database, clock.clock), clock.clock)
    limits.hit(TWO, ANNA)
    clock.passes(2 * MINUTE_S)
    limits.hit(TWO, BEN)
    with database.transaction() as session:
        assert session.query(Window).count() == 1
    database.close()


def test_a_redis_that_is_away_is_told_of_once_and_taken_up_again() -> None:
    clock = ManualClock()
    server = RedisServer()
    limits = limits_on(in_redis(server.url), clock.clock)
    with capture_logs() as lines:
        assert [limits.hit(TWO, ANNA) for _ in range(2)] == [None, None]
        assert limits.hit(TWO, ANNA) is not None  # by this process itself
        clock.passes(APART_S)
        limits.hit(TWO, BEN)
        with server.running():
            clock.passes(APART_S)
            assert limits.hit(TWO, BEN) is None
    events = [each["event"] for each in lines if each["event"] != "call.refused"]
    assert events == ["limits.apart", "limits.together"]


def test_a_redis_that_says_nothing_keeps_nobody_waiting() -> None:
    server = RedisServer()
    with server.running() as process:
        limits = limits_on(in_redis(server.url))
        limits.hit(TWO, ANNA)
        process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        assert [limits.hit(TWO, BEN) for _ in range(10)][:2] == [None, None]
        assert time.monotonic() - began < APART_S / 2


def test_a_database_that_is_away_keeps_nobody_out(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'not' / 'there.db'}")
    limits = limits_on(InDatabase(database, Clock()))
    assert limits.hit(TWO, ANNA) is None
    database.close()


def test_a_certificate_that_nobody_vouches_for_is_taken_where_that_is_said(tmp_path: Path) -> None:
    server = SelfSigned(tmp_path)
    with server.running():
        for url, is_verified, is_taken in (
            (server.url, True, False),
            (server.url, False, True),
            (f"{server.url}?ssl_cert_reqs=none", True, True),
            (f"{server.url}?ssl_cert_reqs=required", False, False),
        ):
            with capture_logs() as lines:
                limits_on(in_redis(url, is_verified=is_verified)).hit(TWO, ANNA)
            assert (url, is_verified, not lines) == (url, is_verified, is_taken)


@pytest.mark.parametrize(
    ("told", "proxies", "caller"),
    [
        (None, 0, "127.0.0.1"),
        ("203.0.113.9", 0, "127.0.0.1"),  # anybody can write it
        (None, 1, "127.0.0.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9", 1, "203.0.113.9"),  # the first one the caller made up
        ("198.51.100.7,203.0.113.9", 2, "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7, 203.0.113.9", 2, "198.51.100.7"),
        ("203.0.113.9", 2, "203.0.113.9"),
        ("203.0.113.9:4711", 1, "203.0.113.9"),
        ("[2001:db8:1:2:3::4]:4711", 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::5", 1, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("fe80::1%eth0", 1, "fe80::/64"),
        ("no address", 1, "unknown"),
        (" , ", 1, "127.0.0.1"),
    ],
)
def test_a_caller_is_told_as_far_as_proxies_are_known(
    told: str | None, proxies: int, caller: str
) -> None:
    limits = limits_on(InMemory(), proxies=proxies)
    headers = {"X-Forwarded-For": told} if told is not None else {}
    with Flask("inzozi").test_request_context(headers=headers, environ_base=PEER):
        assert limits.address_of(request) == caller


def test_a_header_that_came_in_two_is_read_as_one() -> None:
    limits = limits_on(InMemory(), proxies=1)
    headers = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "198.51.100.7")]
    with Flask("inzozi").test_request_context(headers=headers, environ_base=PEER):
        assert limits.address_of(request) == "198.51.100.7"


def ai(house: House, limits: Limits, tokens: str) -> Blueprint:
    routes = AiRoutes(
        house.talk, limits=limits, api_token=tokens, is_production=True, is_enabled=True
    )
    return routes.blueprint()


def test_a_token_has_its_own_share_wherever_it_is_sent_from(house: House) -> None:
    limits = limits_on(InMemory(), proxies=1)
    client = client_of(ai(house, limits, f"{SECRET},{OTHER}"))

    def call(token: str, nth: int) -> int:
        headers = {"Authorization": token, "X-Forwarded-For": f"203.0.113.{nth % 250}"}
        return client.get("/ai/healthz?sender=table-7", headers=headers).status_code

    spellings = (f"Bearer {SECRET}", f"bearer  {SECRET} ")
    statuses = [call(spellings[nth % 2], nth) for nth in range(AI_BY_TOKEN.most + 1)]
    assert statuses == [200] * AI_BY_TOKEN.most + [429]
    assert call(f"Bearer {OTHER}", 0) == 200


def test_who_guesses_tokens_is_refused_and_whoever_has_one_is_not(house: House) -> None:
    client = client_of(ai(house, limits_on(InMemory()), SECRET))
    for _ in range(AI_BY_ADDRESS.most):
        assert client.get("/ai/healthz?sender=a").status_code == 401
    assert client.get("/ai/healthz?sender=a").status_code == 429
    right = {"Authorization": f"Bearer {SECRET}"}
    assert client.get("/ai/healthz?sender=a", headers=right).status_code == 200
