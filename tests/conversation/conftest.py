"""A database with the one restaurant of these tests."""

from collections.abc import Iterator

import pytest

from models.database.engine import Database
from models.restaurants import Restaurant
from tests.catalogues import others_refused
from tests.conversation.world import open_restaurant


@pytest.fixture(autouse=True, scope="package")
def no_bare_english() -> Iterator[None]:
    """Whatever is said in one of these tests, it fails where no catalogue has the sentence."""
    with others_refused():
        yield


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def kigali(database: Database) -> Restaurant:
    return open_restaurant(database)
