"""A server that is there and says nothing: whoever asks hears of it in time, and the next go on."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from typing import Any

import pytest

from models import diners
from models.database import notices
from models.database.absence import NO_PLACE, SILENT
from models.database.engine import Database, DatabaseUnavailableError
from models.database.notices import Notice
from models.database.state import State
from models.database.watch import Watch
from tests.models.desk import eventually
from tests.swallowing import Proxy

LIMIT_S = 0.3
SOON_S = 1.5  # the limit, the watch's next look, and room for a slow machine


@pytest.fixture
def proxy(postgresql_url: str) -> Iterator[Proxy]:
    proxy = Proxy(postgresql_url)
    with proxy.running():
        yield proxy


@pytest.fixture
def database(proxy: Proxy) -> Iterator[Database]:
    database = Database(proxy.url, pool_size=2)
    yield database
    proxy.pass_on()
    database.close()


@contextmanager
def frozen(postgresql_url: str) -> Iterator[None]:
    """This test's sessions at the server stand still, as all of it does when its disk hangs."""
    eye = Database(postgresql_url)
    with eye.transaction() as session:
        pids = backends(session)
    eye.close()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def backends(session: Any) -> list[int]:
    from sqlalchemy import text  # noqa: PLC0415

    return list(
        session.scalars(
            text(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    )


def find(database: Database, limit_s: float = LIMIT_S) -> None:
    with database.alone(limit_s) as connection:
        diners.find(connection, channel=diners.API, address="a", number="b")


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailableError, match=SILENT):
        work()
    return time.monotonic() - began


@pytest.mark.parametrize("kind", ["alone", "connection", "transaction"])
def test_whoever_asks_a_frozen_server_hears_within_their_limit(
    postgresql_url: str, kind: str
) -> None:
    database = Database(postgresql_url, pool_size=1)
    find(database)

    def use() -> None:
        with getattr(database, kind)(LIMIT_S) as used:
            if kind == "transaction":
                used.connection()
            else:
                diners.find(used, channel=diners.API, address="a", number="b")

    with frozen(postgresql_url):
        assert seconds(use) < SOON_S
    find(database)
    database.close()


def test_a_proxy_that_swallows_all_is_noticed_too(proxy: Proxy, database: Database) -> None:
    find(database)
    proxy.swallow()
    assert seconds(lambda: find(database)) < SOON_S
    proxy.pass_on()
    find(database)


def test_nobody_queues_for_longer_than_they_may_wait(database: Database) -> None:
    with database.alone(60), database.alone(60):
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailableError, match=NO_PLACE):
            find(database)
        assert time.monotonic() - began < SOON_S
    find(database)


def test_whether_it_is_ready_is_said_within_a_second(proxy: Proxy, database: Database) -> None:
    state = State(database)
    assert state.words(5) == "ok"
    proxy.swallow()
    began = time.monotonic()
    assert state.words() == SILENT
    assert time.monotonic() - began < 1
    proxy.pass_on()
    assert eventually(lambda: state.words(5) == "ok")


def test_what_died_without_a_word_fails_one_or_two_and_not_all(proxy: Proxy) -> None:
    database = Database(proxy.url, pool_size=5)
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(database.alone())
    proxy.swallow()
    proxy.pass_on()  # for the new connections alone
    assert seconds(lambda: find(database)) < SOON_S
    with suppress(DatabaseUnavailableError):
        find(database)
    find(database)
    database.close()


class Heard:
    """A line, and how often it was cut."""

    def __init__(self, at_cut: Callable[[], object] = lambda: None) -> None:
        self._at_cut = at_cut
        self.cuts = 0

    def cut(self) -> None:
        self.cuts += 1
        self._at_cut()


def test_a_line_that_is_lent_anew_meanwhile_is_not_cut() -> None:
    def lend_anew() -> None:
        watch.end(second)
        watch.begin(second, time.monotonic() + 60)

    watch = Watch()
    second: Any = Heard()
    first: Any = Heard(lend_anew)
    watch.begin(first, 0)
    watch.begin(second, 0)
    assert eventually(lambda: first.cuts > 1)
    watch.close()
    assert second.cuts == 0


def test_at_a_stop_what_waits_is_let_go(proxy: Proxy, database: Database) -> None:
    find(database)
    proxy.swallow()
    database.hurry(LIMIT_S)
    assert seconds(lambda: find(database, 60)) < SOON_S


def test_who_listens_notices_a_proxy_that_swallows_all(proxy: Proxy, database: Database) -> None:
    heard: list[notices.Notice] = []
    ended = Event()
    impatient = notices.Patience(ping_every_s=0.1, answer_s=LIMIT_S, reconnect_s=0.1)
    listening = Thread(
        target=notices.listen, args=(database, heard.append, ended, impatient), daemon=True
    )
    listening.start()
    assert eventually(lambda: tells(database, 7) and Notice("web", True, 7) in heard)
    proxy.swallow()
    proxy.pass_on()  # for the new connections alone
    assert eventually(lambda: tells(database, 8) and Notice("web", True, 8) in heard)
    ended.set()
    listening.join(5)


def tells(database: Database, diner_id: int) -> bool:
    with database.connected_apart() as (connection, _):
        connection.execute(f"SELECT pg_notify('tableside', 'web/runs:{diner_id}')")
    return True
