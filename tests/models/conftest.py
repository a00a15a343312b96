"""The desk at which the inbox, the turns and the outbox are tested, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from models.database.engine import Database
from models.diners import Diner
from models.forgotten import Forgotten
from models.menu import MenuItem
from models.meter import ErasedUse, ForgottenUse
from models.restaurants import Restaurant
from tests.conftest import TEMPLATE
from tests.models.desk import Desk
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk on an empty database of each kind."""
    is_sqlite = request.param == "sqlite"
    database = Database(
        request.getfixturevalue("sqlite_url" if is_sqlite else "shared_postgresql_url"),
        has_clock=False,
    )
    yield Desk(database)
    if not is_sqlite:
        with database.transaction() as session:
            session.execute(delete(Diner))  # and with them all that they wrote and got
            session.execute(delete(MenuItem))
            session.execute(delete(Restaurant))
            session.execute(delete(Forgotten))
            session.execute(delete(ErasedUse))
            session.execute(delete(ForgottenUse))
    database.close()


@pytest.fixture
def postgresql_desk(postgresql_url: str) -> Iterator[Desk]:
    """A desk on a PostgreSQL database of the test's own, to which it may do anything."""
    database = Database(postgresql_url, has_clock=False)
    yield Desk(database)
    database.close()


@pytest.fixture(scope="session")
def shared_postgresql_url(
    migrated_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[str]:
    """One database for many tests, each of which leaves it empty: a new one takes longer."""
    name = next(database_names)
    yield migrated_postgres.create_database(name, template=TEMPLATE)
    migrated_postgres.drop_database(name)
