"""How often one may call, and what who calls too much reads."""

from collections.abc import Iterator
from functools import partial

import pytest

from handlers.counting import Counting, InDatabase, InMemory
from handlers.limits import Limit, Limits
from knowledge.clock import Clock
from models.database.engine import Database

TWO = Limit("dishes", 2, 60)
ANNA, BEN = "192.0.2.1", "192.0.2.2"


def in_memory() -> Limits:
    return Limits(partial(Counting, InMemory(), Clock()), Clock())


@pytest.fixture
def processes(database_url: str) -> Iterator[list[Limits]]:
    """Two, on one database."""
    databases = [Database(database_url) for _ in range(2)]
    yield [
        Limits(partial(Counting, InDatabase(each, Clock()), Clock()), Clock()) for each in databases
    ]
    for each in databases:
        each.close()


def test_the_call_beyond_the_limit_hears_how_long_to_wait() -> None:
    limits = in_memory()
    assert [limits.hit(TWO, ANNA) for _ in range(2)] == [None, None]
    wait_s = limits.hit(TWO, ANNA)
    assert wait_s is not None
    assert 55 < wait_s <= 60
    assert limits.hit(TWO, BEN) is None


def test_processes_count_together_in_the_database(processes: list[Limits]) -> None:
    here, there = processes
    assert here.hit(TWO, ANNA) is None
    assert there.hit(TWO, ANNA) is None
    assert here.hit(TWO, ANNA)
    assert there.hit(TWO, ANNA)
