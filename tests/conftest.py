"""What every test may ask for: a database of its own on SQLite and on PostgreSQL, and the browser.

Nothing here starts until a test asks for it.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from tests.browser import find_chromium
from tests.pooler import Pooler, find_pooler
from tests.postgres import Cluster, running_cluster

TEMPLATE = "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated and empty database: once on SQLite, once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated and empty SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_sqlite_file, tmp_path / 'tableside.db')}"


@pytest.fixture
def postgresql_url(migrated_postgres: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    """The address of a fresh, migrated and empty PostgreSQL database."""
    name = next(database_names)
    yield migrated_postgres.create_database(name, template=TEMPLATE)
    migrated_postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, database_names: Iterator[str]
) -> Iterator[str]:
    """The address of a database without a single table, on either: for the migrations' tests."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = next(database_names)
    yield cluster.create_database(name)
    cluster.drop_database(name)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """The PostgreSQL server that all tests share.

    A test that stops it takes a `running_cluster()` of its own instead.
    """
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster: Cluster) -> Cluster:
    """The shared server, with a migrated database: to copy it takes a tenth of migrating."""
    _migrate(postgres_cluster.create_database(TEMPLATE))
    return postgres_cluster


@pytest.fixture(scope="session")
def pooler(postgres_cluster: Cluster) -> Iterator[Pooler]:
    """PgBouncer before the shared server, with the defaults that the clouds sell."""
    pooler = Pooler(find_pooler(), postgres_cluster)
    with pooler.running():
        yield pooler


@pytest.fixture
def pooled_url(pooler: Pooler, bare_postgresql_url: str) -> str:
    """The address, through PgBouncer, of a database without a single table."""
    return pooler.url(bare_postgresql_url)


@pytest.fixture
def bare_postgresql_url(postgres_cluster: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    name = next(database_names)
    yield postgres_cluster.create_database(name)
    postgres_cluster.drop_database(name)


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database that others are copied from."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        # What still stands in the write-ahead log would not be copied.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    """Names for databases on the shared server, each given once."""
    return (f"test_{number}" for number in count(1))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The machine's Chromium.

    Without one the browser tests are skipped, but fail where CI=true: there it must be installed.
    """
    found = find_chromium()
    if found is None:
        sentence = (
            "no Chromium or Chrome on this machine:"
            " install one (Debian: apt install chromium) to run the browser tests"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def _migrate(url: str) -> None:
    # Tests that need no database don't wait for SQLAlchemy.
    from models.database.migrate import upgrade  # noqa: PLC0415

    upgrade(url)
