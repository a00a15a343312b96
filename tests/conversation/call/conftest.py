"""What tests of calls may ask for."""

from collections.abc import Iterator

import pytest

from models.database.engine import Database


@pytest.fixture
def database(seeded_sqlite_url: str) -> Iterator[Database]:
    """The sample restaurants and their books, the test's own."""
    database = Database(seeded_sqlite_url)
    yield database
    database.close()
