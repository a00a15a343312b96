"""The engine's house, for the ways into it: what a route needs is a part of that house."""

from collections.abc import Iterator

import pytest

from tests.engine.conftest import (
    any_house,
    clock,
    emptied_postgresql_url,
    house,
    houses_postgresql,
    houses_postgresql_url,
    plain_log,
)
from tests.engine.store import Store

__all__ = [
    "any_house",
    "clock",
    "emptied_postgresql_url",
    "house",
    "houses_postgresql",
    "houses_postgresql_url",
    "plain_log",
]


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """A database that a test may have away."""
    store = Store(sqlite_url)
    yield store
    store.close()
