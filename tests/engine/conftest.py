"""The house that the engine's tests work in, on SQLite, and where SQL matters on PostgreSQL too."""

import sys
from collections.abc import Iterator

import pytest
import structlog

from models.database.columns import Base
from models.database.engine import Database
from tests.conftest import TEMPLATE
from tests.engine.clock import ManualClock
from tests.engine.switchboard import SHORT_S, Switchboard
from tests.engine.world import House, opened
from tests.postgres import Cluster


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> Iterator[None]:
    """On standard error, as the service's; exceptions as Python shows them.

    To draw all that they can see takes a second.
    """
    line = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, line],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """One process of a house, on SQLite."""
    with opened(sqlite_url) as house:
        yield house


@pytest.fixture(params=["sqlite", "postgresql"])
def any_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """One process of a house, once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue(
        "sqlite_url" if request.param == "sqlite" else "emptied_postgresql_url"
    )
    with opened(url) as house:
        yield house


@pytest.fixture
def emptied_postgresql_url(
    houses_postgresql: Database, houses_postgresql_url: str
) -> Iterator[str]:
    """The address of the houses' PostgreSQL database, which is empty and is emptied."""
    yield houses_postgresql_url
    with houses_postgresql.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture(scope="session")
def houses_postgresql(houses_postgresql_url: str) -> Iterator[Database]:
    """A connection that stays: to empty the database over a new one takes six times as long."""
    database = Database(houses_postgresql_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def houses_postgresql_url(
    migrated_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[str]:
    """One database for all houses, one after the other: to make one takes longer than a test."""
    name = next(database_names)
    yield migrated_postgres.create_database(name, template=TEMPLATE)
    migrated_postgres.drop_database(name)


@pytest.fixture
def board(any_house: House) -> Iterator[Switchboard]:
    board = Switchboard(any_house)
    yield board
    board.calls.stop(SHORT_S)


@pytest.fixture
def sqlite_board(house: House) -> Iterator[Switchboard]:
    board = Switchboard(house)
    yield board
    board.calls.stop(SHORT_S)
