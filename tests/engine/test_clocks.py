"""The clocks of processes and machines may differ, and jump: nothing is taken over or kept by it.

PostgreSQL's own clock decides for all; on SQLite one process's, which nobody can set.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.clock import WAIT_S, ManualClock, soon
from tests.engine.world import LEASE_S, House, opened

HOUR_S = 3600.0
APART_S = [45.0, -45.0, 600.0, -HOUR_S]
SHORT_S = 0.3  # of real time


@pytest.fixture
def server_house(emptied_postgresql_url: str) -> Iterator[House]:
    """On PostgreSQL, by the server's own clock."""
    with opened(emptied_postgresql_url, has_clock=True) as house:
        yield house


def other_than(house: House, seconds: float, **options: Any) -> House:
    """Another process, whose clock is so far ahead."""
    clock = ManualClock()
    clock.passes(seconds)
    return house.beside(clock=clock, has_clock=True, **options)


@pytest.mark.parametrize("seconds", APART_S)
def test_a_process_with_another_clock_leaves_alone_what_runs_and_what_is_sent(
    server_house: House, seconds: float
) -> None:
    other = other_than(server_house, seconds)
    gate = server_house.twilio.holds()
    server_house.sends("Your table is free.")
    assert server_house.twilio.is_called.wait(WAIT_S)
    thinking = server_house.model.holds()
    server_house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    for _ in range(2):
        other.leases.renew()
        other.upkeep.sweep()
        assert other.runner.stop(WAIT_S)
        assert other.delivery.drain(WAIT_S)
    thinking.says("Welcome.")
    gate.set()
    assert soon(lambda: server_house.read() == ["Your table is free.", "Welcome."])
    assert (len(server_house.model.asked), server_house.twilio.looks) == (1, [])
    assert [turn.attempts for turn in server_house.turns()] == [1]


@pytest.mark.parametrize("seconds", APART_S)
def test_what_a_process_with_another_clock_left_is_taken_over_once_its_lease_ran_out(
    server_house: House, seconds: float
) -> None:
    other_than(server_house, seconds, lease_s=SHORT_S).begins()
    server_house.upkeep.sweep()
    assert server_house.model.asked == []
    assert server_house.sweeps_until(lambda: server_house.read() == ["Yes."])


def test_moments_are_the_servers(server_house: House) -> None:
    other_than(server_house, HOUR_S).hears("Hello")
    assert soon(lambda: [part.state for part in server_house.parts()] == ["sent"])
    (turn,), (message,), (part,) = (
        server_house.turns(),
        server_house.messages(),
        server_house.parts(),
    )
    began = message.received_at
    for told in (turn.started_at, turn.ended_at, part.created_at, part.updated_at):
        assert told is not None
        assert 0 <= (told - began).total_seconds() < HOUR_S / 2
    assert abs((began - server_house.clock.now()).total_seconds()) > HOUR_S


@pytest.mark.parametrize("seconds", [HOUR_S, -HOUR_S])
def test_a_clock_that_is_set_while_it_works_changes_nothing(house: House, seconds: float) -> None:
    gate = house.twilio.holds()
    house.sends("One", "Two")
    assert house.twilio.is_called.wait(WAIT_S)
    thinking = house.model.holds()
    house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    house.clock.is_set(seconds)
    house.leases.renew()
    house.upkeep.sweep()
    gate.set()
    thinking.says("Welcome.")
    assert soon(lambda: house.read() == ["One", "Two", "Welcome."])
    assert (len(house.model.asked), house.twilio.looks) == (1, [])


def test_what_was_held_before_the_clock_was_set_back_waits_for_a_lease_at_most(
    sqlite_url: str,
) -> None:
    with opened(sqlite_url) as dead:
        dead.begins()
        dead.owes("Your table is free.")
    yesterday = ManualClock()
    yesterday.is_set(-24 * HOUR_S)
    with opened(sqlite_url, ManualClock(yesterday.now())) as house:
        house.upkeep.put_nothing_off()
        house.clock.passes(LEASE_S)
        assert house.looks_until(lambda: len(house.read()) == 2)
