"""One world that most of the scenarios share."""

from collections.abc import Iterator

import pytest

from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.world import AUTH_TOKEN, House, Outside, running_world

OLD_TOKEN = "scenario-token-before"


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
