"""A database with the one restaurant of these tests."""

from collections.abc import Iterator

import pytest

from models.database.engine import Database
from models.restaurants import Restaurant
from tests.conversation.world import open_restaurant


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def kigali(database: Database) -> Restaurant:
    return open_restaurant(database)
