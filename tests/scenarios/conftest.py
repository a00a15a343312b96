"""One world that most of the scenarios share, and what `make run` starts, with a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from handlers.cli.stock import staff_the_phone
from models.database.engine import Database
from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.phones import browsing
from tests.scenarios.world import AUTH_TOKEN, House, Outside, running_practice, running_world

OLD_TOKEN = "scenario-token-before"


@pytest.fixture(scope="session")
def world(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[tuple[Outside, House]]:
    """One sandbox and one service on PostgreSQL for a worker: each scenario has its own diners.

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


@pytest.fixture(scope="session")
def practice(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[House]:
    url = seeded_postgres.create_database(next(database_names), template=SEEDED)
    database = Database(url)
    staff_the_phone(database, is_real=False)  # as the `seed` of `make run` does
    database.close()
    with running_practice(url) as house:
        yield house


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with browsing(chromium_path) as browser:
        yield browser
