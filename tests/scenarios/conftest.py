"""The scenarios' databases, seeded once and then copied; and one world that most of them share."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.seed import seed
from models.database.engine import Database
from tests.postgres import Cluster
from tests.scenarios.world import AUTH_TOKEN, KIGALI, House, Outside, running_world

SEEDED = "seeded"
OLD_TOKEN = "scenario-token-before"


@pytest.fixture(params=["sqlite", "postgresql"])
def seeded_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with the sample restaurants, the test's own."""
    url: str = request.getfixturevalue(f"seeded_{request.param}_url")
    return url


@pytest.fixture
def seeded_sqlite_url(seeded_sqlite_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(seeded_sqlite_file, tmp_path / 'tableside.db')}"


@pytest.fixture
def seeded_postgresql_url(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    name = next(database_names)
    yield seeded_postgres.create_database(name, template=SEEDED)
    seeded_postgres.drop_database(name)


@pytest.fixture(scope="session")
def seeded_sqlite_file(
    migrated_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    file = Path(shutil.copy(migrated_sqlite_file, tmp_path_factory.mktemp("seeded") / "seeded.db"))
    load_samples(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def seeded_postgres(migrated_postgres: Cluster) -> Cluster:
    load_samples(migrated_postgres.create_database(SEEDED, template="migrated"))
    return migrated_postgres


@pytest.fixture(scope="module")
def world(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[tuple[Outside, House]]:
    """One sandbox and one service on PostgreSQL for a module: each scenario has its own diners.

    Its auth token is being rotated.
    """
    name = next(database_names)
    url = seeded_postgres.create_database(name, template=SEEDED)
    with running_world(url, TWILIO_AUTH_TOKEN=f"{AUTH_TOKEN},{OLD_TOKEN}") as (outside, house):
        yield outside, house
    seeded_postgres.drop_database(name)


@pytest.fixture(scope="module")
def outside(world: tuple[Outside, House]) -> Outside:
    return world[0]


@pytest.fixture(scope="module")
def house(world: tuple[Outside, House]) -> House:
    return world[1]


def load_samples(url: str) -> None:
    database = Database(url)
    seed(database, today=datetime.now(UTC).date(), kigali_number=KIGALI)
    database.close()  # the last connection to go writes SQLite's log into its file, which is copied
