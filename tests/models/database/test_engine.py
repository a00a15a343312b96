"""The door to the database: which addresses it takes, and what is heard when it is away."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from models import diners
from models.database.engine import LOOK_AFTER_S, Database, DatabaseUnavailableError
from models.database.opening import driver_url
from tests.models.desk import eventually


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=2)
    yield database
    database.close()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url, pool_size=2)
    yield database
    database.close()


def answers(database: Database) -> None:
    with database.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_duty_is_free_for_the_next_as_soon_as_it_ends(postgresql: Database) -> None:
    is_free = []
    for _ in range(20):
        with postgresql.held(1) as is_ours:
            is_free.append(is_ours)
    assert all(is_free)


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"]
)
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    url = driver_url(f"{scheme}://user:pass%40word@host:5433/name?sslmode=require")
    assert (url.drivername, url.password, url.port) == ("postgresql+psycopg", "pass@word", 5433)
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url",
    ["", "tableside.db", "mysql://host/name", "sqlite://", "sqlite:///", "sqlite:///:memory:"],
)
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///file\.db"):
        driver_url(url)


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("CREATE TABLE half_done (dish text)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert "half_done" not in inspect(database.engine).get_table_names()


def test_a_mistake_in_what_is_written_is_no_unavailability(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("INSERT INTO diners (id) VALUES (1)"))


def test_a_database_that_is_there_answers(database: Database) -> None:
    answers(database)


def test_a_database_that_is_away_is_unavailable(tmp_path: Path) -> None:
    for url in (
        "postgresql://tableside@/tableside?host=/nowhere",
        f"sqlite:///{tmp_path / 'nowhere' / 'tableside.db'}",
    ):
        database = Database(url)
        with pytest.raises(DatabaseUnavailableError):
            answers(database)
        database.close()


def test_a_connection_that_was_cut_is_unavailability_and_the_next_one_works(
    postgresql: Database,
) -> None:
    with pytest.raises(DatabaseUnavailableError), postgresql.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    answers(postgresql)


def test_a_connection_that_died_while_it_was_idle_is_replaced_before_it_is_used(
    postgresql: Database,
) -> None:
    with postgresql.alone(), postgresql.alone():
        pass  # two are at hand now
    with psycopg.connect(
        postgresql.url.set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
    ) as other:
        others = (
            "FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        other.execute(f"SELECT pg_terminate_backend(pid) {others}")
        assert eventually(lambda: other.execute(f"SELECT count(*) {others}").fetchone() == (0,))
    idle_since = time.monotonic()
    assert eventually(lambda: time.monotonic() - idle_since > LOOK_AFTER_S)
    for kind in (postgresql.alone, postgresql.connection):
        for _ in range(3):
            with kind() as connection:
                assert diners.find(connection, channel=diners.API, address="a", number="b") is None


def sessions(database: Database, most: int = 4) -> set[int]:
    """The server's processes behind so many connections, used at once."""
    with ExitStack() as stack:
        used = [stack.enter_context(database.transaction()) for _ in range(most)]
        return {each.scalar(text("SELECT pg_backend_pid()")) for each in used}


BEFALLS = {
    "a time-out": "SET LOCAL statement_timeout = 20; SELECT pg_sleep(60)",
    "a limit": "SELECT pg_sleep(60)",
    "the end of all": "SELECT pg_terminate_backend(pg_backend_pid())",
}


@pytest.mark.parametrize(
    ("what", "are_kept"), [("a time-out", 3), ("a limit", 3), ("the end of all", 0)]
)
def test_what_befalls_one_connection_leaves_the_others_where_they_are_well(
    postgresql_url: str, what: str, are_kept: int
) -> None:
    database = Database(postgresql_url, pool_size=4)
    before = sessions(database)

    def befall() -> None:
        with database.transaction(0.3) as session:
            for statement in BEFALLS[what].split(";"):
                session.execute(text(statement))

    with pytest.raises(DatabaseUnavailableError):
        befall()
    assert len(sessions(database) & before) == are_kept
    database.close()


def test_a_connection_that_is_cut_as_its_use_ends_is_nobodys(postgresql: Database) -> None:
    kept = postgresql.take(0.01)
    line = kept.line
    assert line is not None
    assert eventually(lambda: line.was_cut)
    postgresql.give_back(kept)
    answers(postgresql)


@pytest.mark.parametrize("kind", ["alone", "connection", "transaction"])
def test_whoever_raises_leaves_a_place_for_the_next(database: Database, kind: str) -> None:
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), getattr(database, kind)():
            raise ZeroDivisionError
    answers(database)


def test_who_freezes_within_a_transaction_loses_it_and_its_locks(postgresql: Database) -> None:
    locked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    lock_is_gone = False

    def freeze() -> None:
        nonlocal lock_is_gone
        with postgresql.transaction() as frozen:
            frozen.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
            frozen.execute(text("SELECT pg_advisory_xact_lock(1)"))
            with postgresql.transaction() as session:
                lock_is_gone = eventually(lambda: session.scalar(locked) == 0)
            frozen.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailableError):
        freeze()
    assert lock_is_gone


def test_a_process_that_freezes_is_given_up(postgresql: Database) -> None:
    settings = ("statement_timeout", "idle_in_transaction_session_timeout", "timezone")
    with postgresql.transaction() as session:
        assert [session.scalar(text(f"SHOW {name}")) for name in settings] == ["10s", "10s", "UTC"]


def test_sqlite_keeps_what_was_written_and_waits_its_turn(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with database.transaction() as session:
        assert [session.scalar(text(f"PRAGMA {name}")) for name in names] == ["wal", 1, 1, 5000]
    database.close()


def test_two_who_read_and_then_write_wait_for_each_other(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE coffees (sold integer)"))
        session.execute(text("INSERT INTO coffees VALUES (0)"))

    def sell(_: int) -> None:
        with database.transaction() as session:
            session.scalar(text("SELECT sold FROM coffees"))
            session.execute(text("UPDATE coffees SET sold = sold + 1"))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(sell, range(20)))
    with database.transaction() as session:
        assert session.scalar(text("SELECT sold FROM coffees")) == 20
