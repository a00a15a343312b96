"""Work that must get into the database waits for it, as long as the service runs."""

from threading import Event

import pytest

from engine.patience import PAUSE_S, patiently, unless_away
from models.database.engine import DatabaseUnavailableError
from tests.engine.clock import ManualClock


class Work:
    """Fails for as many times as it is given, and counts its tries."""

    def __init__(self, away_for: int) -> None:
        self.tries = 0
        self._away_for = away_for

    def __call__(self, _diner_id: object = 0) -> str:
        self.tries += 1
        if self.tries <= self._away_for:
            raise DatabaseUnavailableError("away")
        return "done"


def test_what_succeeds_is_done_at_once(clock: ManualClock) -> None:
    assert patiently(Work(0), clock.clock, Event()) == "done"
    assert clock.pauses == []


def test_it_is_tried_until_the_database_is_there_again(clock: ManualClock) -> None:
    work = Work(away_for=3)
    assert patiently(work, clock.clock, Event()) == "done"
    assert (work.tries, clock.pauses) == (4, [PAUSE_S] * 3)


def test_a_stop_ends_the_patience(clock: ManualClock) -> None:
    work, stopping = Work(away_for=99), Event()
    clock.meanwhile.extend([lambda: None, stopping.set])
    with pytest.raises(DatabaseUnavailableError):
        patiently(work, clock.clock, stopping)
    assert work.tries == 2


def test_once_more_is_tried_after_the_stop_has_come(clock: ManualClock) -> None:
    stopping = Event()
    stopping.set()
    assert patiently(Work(0), clock.clock, stopping) == "done"


def test_a_mistake_is_no_absence(clock: ManualClock) -> None:
    def mistaken() -> None:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        patiently(mistaken, clock.clock, Event())
    assert clock.pauses == []


def test_what_can_wait_for_the_sweep_is_left_to_it() -> None:
    work = Work(away_for=1)
    unless_away(lambda diner_id: print(work(diner_id)))(7)
    unless_away(lambda diner_id: print(work(diner_id)))(7)
    assert work.tries == 2
