"""What is logged of a database that can't be used: once for each reason, with what to do."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.upkeep import CHECKPOINT_S, SWEEP_S
from models.database.absence import DISK_FULL, NO_TABLES, READ_ONLY
from models.database.columns import Base
from tests.engine.clock import HastyClock, soon
from tests.engine.world import House, opened


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A house whose loops hardly rest, on a database of its own."""
    with opened(database_url, HastyClock()) as house:
        yield house
        house.stopping.stop(1)


def of_the_database(logged: list[Any]) -> list[str]:
    assert not [line for line in logged if line["event"].endswith(".failed")]
    return [line["why"] for line in logged if line["event"] == "database.away"]


def sweeps(house: House, times: int) -> bool:
    done = house.clock.pauses.count(SWEEP_S)
    return soon(lambda: house.clock.pauses.count(SWEEP_S) > done + times)


def test_without_tables_the_sweep_names_the_command_once(house: House) -> None:
    Base.metadata.drop_all(house.eye.engine)
    with capture_logs() as logged:
        house.upkeep.start(sweeps=True, natively=lambda work: work())
        assert sweeps(house, 5)
    assert of_the_database(logged) == [NO_TABLES]
    assert "flask --app app db upgrade" in NO_TABLES


def test_another_reason_or_the_same_one_later_is_told_again(house: House) -> None:
    house.upkeep.start(sweeps=True, natively=lambda work: work())
    with capture_logs() as logged:
        for why in (NO_TABLES, READ_ONLY, None, READ_ONLY):
            house.database.away_because = why
            assert sweeps(house, 5)
    told = of_the_database(logged)
    assert list(dict.fromkeys(told)) == [NO_TABLES, READ_ONLY]
    assert 3 <= len(told) < 10  # one of the loops may be a round behind the others


def test_a_full_disk_is_told_once_though_all_but_the_checkpoints_goes_well(
    sqlite_url: str,
) -> None:
    def fails(_: Callable[[], Any]) -> Any:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    with opened(sqlite_url, HastyClock()) as house, capture_logs() as logged:
        house.upkeep.start(sweeps=True, natively=fails)
        assert sweeps(house, 5)
        assert soon(lambda: house.clock.pauses.count(CHECKPOINT_S) > 5)
        house.stopping.stop(1)
    assert of_the_database(logged) == [DISK_FULL]
