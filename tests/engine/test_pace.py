"""How fast messages leave: evenly for each number, ever more seldom for one that fails."""

import pytest

from engine.pace import RETRY_CAP_S, Pace, retry_pause_s
from tests.engine.clock import ManualClock


def test_the_first_message_of_a_number_waits_for_nobody(clock: ManualClock) -> None:
    Pace(clock.clock, 2).wait("one")
    assert clock.pauses == []


def test_those_after_it_leave_evenly(clock: ManualClock) -> None:
    pace = Pace(clock.clock, 2)
    for _ in range(4):
        pace.wait("one")
    assert clock.pauses == [0.5, 0.5, 0.5]


def test_one_number_never_waits_for_another(clock: ManualClock) -> None:
    pace = Pace(clock.clock, 2)
    for number in ("one", "two", "three"):
        pace.wait(number)
    assert clock.pauses == []


def test_a_number_that_was_silent_has_saved_nothing_up(clock: ManualClock) -> None:
    pace = Pace(clock.clock, 2)
    pace.wait("one")
    clock.passes(60)
    for _ in range(2):
        pace.wait("one")
    assert clock.pauses == [0.5]


def test_the_pause_before_a_retry_doubles_up_to_a_minute() -> None:
    pauses = [retry_pause_s(attempt, None, 0.0) for attempt in range(1, 9)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert retry_pause_s(10_000, None, 1.0) == RETRY_CAP_S


def test_chance_spreads_those_that_failed_together() -> None:
    assert [retry_pause_s(3, None, chance) for chance in (0.0, 0.5, 1.0)] == [2, 3, 4]


@pytest.mark.parametrize(("asked_for", "pause"), [(0.0, 2), (1.0, 2), (90.0, 90)])
def test_what_the_other_side_asked_for_is_the_least(asked_for: float, pause: float) -> None:
    assert retry_pause_s(3, asked_for, 0.0) == pause
