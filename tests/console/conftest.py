"""A console in process, on SQLite or on either database."""

from collections.abc import Iterator

import pytest

from tests.console.world import House, opened
from tests.engine.clock import ManualClock
from tests.engine.conftest import plain_log

__all__ = ["any_house", "clock", "house", "plain_log"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def house(sqlite_url: str, clock: ManualClock) -> Iterator[House]:
    with opened(sqlite_url, clock) as house:
        yield house


@pytest.fixture
def any_house(database_url: str, clock: ManualClock) -> Iterator[House]:
    """On SQLite, and on PostgreSQL."""
    with opened(database_url, clock) as house:
        yield house
