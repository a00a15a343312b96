"""What the doctor says of the database and its disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.doctor import database as looking
from engine.doctor.database import Use
from engine.doctor.finding import Finding, Level
from models.database.engine import Database
from models.database.examining import Server

TODAY = date(2026, 11, 26)
USE = Use(processes=1, pool_size=5, keeps_all=True)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def found(url: str, use: Use = USE) -> dict[str, Finding]:
    with opened(url) as database:
        return {each.name: each for each in looking.look(database, use, TODAY)}


def migrated_to(url: str, revision: str) -> None:
    with opened(url) as database, database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def test_a_database_as_it_should_be_has_nothing_to_look_at(database_url: str) -> None:
    told = found(database_url)
    assert {each.level for each in told.values()} == {Level.OK}
    assert "up to date" in told["database.migrations"].sentence


def test_one_that_is_not_there_is_wrong_and_says_why() -> None:
    told = found("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    assert told["database"].level is Level.WRONG
    assert "unreachable" in told["database"].sentence


def test_one_without_tables_says_which_command_makes_them(bare_database_url: str) -> None:
    told = found(bare_database_url)["database.migrations"]
    assert (told.level, told.what_to_do) == (Level.WRONG, "Run flask --app app db upgrade.")


def test_tables_may_be_behind_this_code(database_url: str) -> None:
    migrated_to(database_url, "0020")
    told = found(database_url)["database.migrations"]
    assert told.level is Level.WRONG
    assert "at migration 0020" in told.sentence


def test_tables_may_be_ahead_of_this_code(database_url: str) -> None:
    migrated_to(database_url, "9999")
    told = found(database_url)["database.migrations"]
    assert told.level is Level.WRONG
    assert "newer code" in told.sentence


@pytest.mark.parametrize(
    ("server", "level"),
    [
        (Server("PostgreSQL", (11, 4)), Level.WRONG),
        (Server("PostgreSQL", (13, 2)), Level.WARN),
        (Server("PostgreSQL", (17, 2)), Level.OK),
        (Server("SQLite", (3, 34, 1)), Level.WRONG),
    ],
)
def test_a_servers_version_may_be_too_old(server: Server, level: Level) -> None:
    assert looking._version(server, TODAY).level is level


def test_a_clock_that_is_off_is_told_with_how_much() -> None:
    (told,) = looking._clock(Server("PostgreSQL", (17, 2), clock_off_s=-61.0))
    assert told.level is Level.WARN
    assert "61 s behind" in told.sentence


def test_more_connections_than_the_server_allows_are_told(postgresql_url: str) -> None:
    many = found(postgresql_url, Use(processes=64, pool_size=100, keeps_all=True))
    assert many["database.connections"].level is Level.WARN


def test_behind_a_pooler_its_own_limit_counts() -> None:
    (told,) = looking._connections(Server("PostgreSQL", (17, 2), is_pooled=True), USE)
    assert "pooler" in told.sentence


@pytest.mark.parametrize(
    ("free_gb", "level"), [(0.1, Level.WRONG), (4.9, Level.WARN), (5.1, Level.OK)]
)
def test_the_disk_under_sqlites_file_is_told(sqlite_url: str, free_gb: float, level: Level) -> None:
    total, free = 100 * looking.GB, int(free_gb * looking.GB)
    with opened(sqlite_url) as database:
        (told,) = looking.disk(database, lambda _: (total, total - free, free))
    assert (told.level, f"{free_gb} GB of 100.0 GB" in told.sentence) == (level, True)


def test_a_folder_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}") as database:
        (told,) = looking.disk(database)
    assert told.level is Level.WRONG


def test_a_servers_disk_is_the_servers_own(postgresql_url: str) -> None:
    with opened(postgresql_url) as database:
        assert list(looking.disk(database)) == []


def test_a_pooler_is_told(pooled_url: str) -> None:
    with opened(pooled_url) as database:
        told = list(looking.look(database, USE, TODAY))
    assert "behind a transaction pooler" in told[0].sentence
    assert "no tables yet" in told[1].sentence
    assert any("the pooler shares them out" in each.sentence for each in told)
