"""What keeps the promise runs from the start on, survives what befalls it, ends with the stop."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.upkeep import CHECKPOINT_S, PURGE_EVERY_S, SWEEP_S
from tests.engine.clock import HastyClock, soon
from tests.engine.world import BOB, LEASE_S, House, opened

STILL_S = 30.0  # so long that no loop comes to its next round


def at_once(work: Callable[[], Any]) -> Any:
    return work()


@pytest.fixture
def hasty(sqlite_url: str) -> Iterator[House]:
    """A house whose loops hardly rest; its upkeep has not begun."""
    with opened(sqlite_url, HastyClock()) as house:
        yield house
        house.stopping.stop(1)


def test_it_sweeps_by_itself(hasty: House) -> None:
    hasty.beside("front", runs_turns=False).takes_in("Hello")
    hasty.upkeep.start(sweeps=True, natively=at_once)
    assert soon(lambda: hasty.read() == ["Yes."])
    assert SWEEP_S in hasty.clock.pauses


def test_its_heart_beats_three_times_within_a_lease(hasty: House) -> None:
    turn = hasty.begins()
    hasty.leases.hold(turn.lease, turn.lease_until)
    hasty.upkeep.start(sweeps=False, natively=at_once)
    hasty.clock.passes(LEASE_S - 1)
    assert soon(lambda: hasty.turns()[0].lease_until > turn.lease_until)
    assert set(hasty.clock.pauses) == {LEASE_S / 3}


def test_a_process_that_only_takes_in_sweeps_nothing(sqlite_url: str) -> None:
    with opened(sqlite_url, HastyClock(), runs_turns=False) as house:
        house.upkeep.start(sweeps=True, natively=at_once)
        assert soon(lambda: len(house.clock.pauses) > 5)
        house.stopping.stop(1)
        assert set(house.clock.pauses) == {LEASE_S / 3}


def test_a_database_that_is_away_for_a_while_ends_no_loop(hasty: House) -> None:
    hasty.database.away_for = 20
    hasty.upkeep.start(sweeps=True, natively=at_once)
    hasty.beside("front", runs_turns=False).takes_in("Hello")
    assert soon(lambda: hasty.read() == ["Yes."])


def test_a_fault_of_ours_ends_no_loop(hasty: House) -> None:
    hasty.beside("front", runs_turns=False).takes_in("Hello")
    hasty.database.refuses = "SELECT messages.diner_id"
    hasty.upkeep.start(sweeps=True, natively=at_once)
    assert soon(lambda: hasty.clock.pauses.count(SWEEP_S) > 3)
    assert hasty.read() == []
    hasty.database.refuses = None
    assert soon(lambda: hasty.read() == ["Yes."])


def test_it_purges_at_its_start_and_then_daily(sqlite_url: str) -> None:
    with opened(sqlite_url, HastyClock(), keep_for=timedelta(days=30)) as house:
        house.hears("Hello")
        assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
        house.clock.passes(31 * PURGE_EVERY_S)
        house.upkeep.start(sweeps=True, natively=at_once)
        assert soon(lambda: house.diners() == [])
        assert soon(lambda: PURGE_EVERY_S in house.clock.pauses)
        house.stopping.stop(1)


def test_sqlites_log_is_written_into_its_file_beside(hasty: House) -> None:
    written: list[Any] = []

    def noting(work: Callable[[], Any]) -> Any:
        written.append(work())
        return written[-1]

    hasty.hears("Hello")
    hasty.upkeep.start(sweeps=True, natively=noting)
    assert soon(lambda: [each for each in written if each and each[1] and each[1] == each[2]])
    assert CHECKPOINT_S in hasty.clock.pauses


def test_on_postgresql_it_heeds_the_others_without_a_sweep(emptied_postgresql_url: str) -> None:
    with opened(emptied_postgresql_url, HastyClock(STILL_S)) as house:
        house.upkeep.start(sweeps=True, natively=at_once)
        front = house.beside("front", runs_turns=False)
        assert soon(lambda: front.takes_in("Hello").message_id and house.read())  # once it listens
        front.takes_in("Hello", BOB)
        assert soon(lambda: house.read(BOB) == ["Yes."])
        house.stopping.stop(1)


def test_a_stop_ends_all_of_it(sqlite_url: str) -> None:
    before = set(threading.enumerate())
    with opened(sqlite_url, HastyClock(), keep_for=timedelta(days=30)) as house:
        house.upkeep.start(sweeps=True, natively=at_once)
        assert len(set(threading.enumerate()) - before) == 5
        house.stopping.stop(1)
        assert set(threading.enumerate()) <= before
