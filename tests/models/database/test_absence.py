"""Why a database can't be used is said in words of what to do; a mistake of ours is no absence."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import diners
from models.database import absence
from models.database.absence import DatabaseUnavailableError, UnstorableError
from models.database.columns import Base
from models.database.engine import Database
from models.database.migrate import upgrade
from models.database.state import State
from tests.models.desk import Desk
from tests.ports import free_port

SECRET = "Zq7vKx"
LONG_S = 5.0  # what a state may take where it need not be quick


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=2)
    yield database
    database.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


def why(database: Database) -> str:
    """Why a message can't be stored."""
    with pytest.raises(DatabaseUnavailableError) as away:
        Desk(database).take_in("SM1", "Hello" * 10_000)
    return str(away.value)


def state(database: Database) -> str:
    return State(database).words(LONG_S)


def order(url: str, statement: str) -> None:
    other = Database(url)
    with other.transaction() as session:
        session.execute(text(statement))
    other.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SQLITE_FULL", absence.DISK_FULL),
        ("SQLITE_IOERR_SHMSIZE", absence.DISK_FULL),
        ("SQLITE_IOERR_FSYNC", absence.DISK_FAULT),
    ],
)
def test_a_disk_without_room_is_full_also_as_a_process_begins(code: str, words: str) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = code
    assert absence.why_away(error, is_lost=False) == words


def test_a_primary_that_became_read_only_is_away(postgresql_url: str) -> None:
    name = postgresql_url.partition("?")[0].rpartition("/")[2]
    order(postgresql_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    demoted = Database(postgresql_url)
    assert (state(demoted), why(demoted)) == (absence.READ_ONLY, absence.READ_ONLY)
    with demoted.connection() as connection:
        assert not diners.find(connection, channel=diners.API, address="a", number="b")
    demoted.close()


def test_a_full_disk_is_told_of_until_there_is_room(sqlite: Database) -> None:
    assert state(sqlite) == "ok"
    with sqlite.transaction() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
    assert why(sqlite) == absence.DISK_FULL
    assert state(sqlite) == absence.DISK_FULL


def test_a_disk_that_takes_nothing_is_found_by_asking_alone(sqlite: Database) -> None:
    assert state(sqlite) == "ok"
    with sqlite.transaction() as session:
        session.execute(text("PRAGMA query_only = ON"))
    assert state(sqlite) == absence.READ_ONLY


def test_without_tables_it_says_what_to_run(database: Database) -> None:
    Base.metadata.drop_all(database.engine)
    assert why(database) == absence.NO_TABLES


def test_what_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 99)
    database = Database(f"sqlite:///{tmp_path / 'letter.db'}")
    assert state(database) == absence.DAMAGED
    database.close()


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT no_such_function(1)", "SELECT 1 FROM ("])
def test_a_mistake_of_ours_is_no_absence(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text(statement))


def test_what_no_column_takes_is_told_from_an_absence(database: Database) -> None:
    with pytest.raises(UnstorableError), database.connection() as connection:
        diners.known(connection, 2**70)
    with pytest.raises(UnstorableError), database.alone() as connection:
        diners.find(connection, channel=diners.API, address="\ud800", number="b")
    with pytest.raises(UnstorableError), database.transaction() as session:
        session.execute(text("SELECT * FROM diners WHERE address = :a"), {"a": "\ud800"})


def test_a_server_that_refuses_says_what_without_a_word_of_the_address(
    postgresql_url: str,
) -> None:
    by_socket = postgresql_url.partition("?")[2]
    name = postgresql_url.partition("?")[0].rpartition("/")[2]
    cases = {
        f"postgresql://nobody:{SECRET}@/{name}?{by_socket}": absence.REFUSED,
        f"postgresql://tableside:{SECRET}@/{SECRET}?{by_socket}": absence.NO_DATABASE,
        f"postgresql://tableside:{SECRET}@127.0.0.1:{free_port()}/{name}": absence.UNREACHABLE,
        f"postgresql://tableside:{SECRET}@{SECRET}.invalid/{name}": absence.NO_HOST,
    }
    for url, expected in cases.items():
        database = Database(url)
        assert state(database) == expected
        database.close()
        with pytest.raises(DatabaseUnavailableError) as away:
            upgrade(url)
        assert (SECRET in str(away.value), "db upgrade" in str(away.value)) == (False, False)
