"""Who dies with a process need not have ended it: only what ran alone, or broke off, is at fault.

Processes die here as by `kill -9`: nobody hears of their turns again.
"""

from collections.abc import Callable
from threading import Event
from typing import Any

from conversation.ending import Ending
from conversation.sentences import apology
from conversation.turn import TurnTaker
from engine.answers import MAX_ATTEMPTS
from models import lateness
from models.database.absence import LOST
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, BOB, LEASE_S, House

CROWD = [f"whatsapp:+25078800010{number}" for number in range(5)]
POISON = "poison"


def begin_and_die(house: House) -> None:
    """All of them write to a process that does not live to answer; one of them may be deadly."""
    dead = house.beside("dead")
    for diner in CROWD:
        assert dead.takes_in(POISON if diner == CROWD[2] else "Hello", diner).turn is not None
    house.clock.passes(LEASE_S)


def take_over_and_die(house: House) -> int:
    """Another process is asked for what it may take over, and dies of it. How many it took."""
    before = len(house.model.asked)
    house.model.is_silent_to = lambda _: True
    heir = house.beside("heir", at_once=len(CROWD))
    most = len([turn for turn in house.turns() if turn.losses == 0]) or 1
    assert swept(heir, lambda: len(house.model.asked) == before + most)
    house.clock.passes(LEASE_S)
    house.model.is_silent_to = lambda _: False
    return len(house.model.asked) - before


def swept(house: House, condition: Callable[[], object]) -> bool:
    """One by one takes a few sweeps, and a slow machine more."""
    return any(house.sweeps_until(condition) for _ in range(8))


def answers(house: House) -> list[list[str]]:
    return [house.read(diner) for diner in CROWD]


def test_five_slow_turns_and_four_kills_are_five_answers(any_house: House) -> None:
    begin_and_die(any_house)
    assert [take_over_and_die(any_house) for _ in range(3)] == [5, 1, 1]
    assert swept(any_house, lambda: answers(any_house) == [["Yes."]] * 5)
    assert {turn.state for turn in any_house.turns()} == {"done"}


def test_the_one_that_kills_is_given_up_and_the_others_are_answered(any_house: House) -> None:
    def asked() -> int:
        return sum(POISON in each.words for each in any_house.model.asked)

    def is_over() -> bool:
        return any_house.read(CROWD[2]) == [apology("gave_up")]

    begin_and_die(any_house)
    take_over_and_die(any_house)
    any_house.model.is_silent_to = lambda each: POISON in each.words
    deaths, before = 0, asked()
    while not is_over():
        heir = any_house.beside(f"heir {deaths}")
        assert swept(heir, lambda: is_over() or asked() > before)  # noqa: B023
        if asked() > before:
            # What it has just answered the one before goes out: else who looks for it has to wait.
            assert heir.delivery.drain(WAIT_S)
            any_house.clock.passes(LEASE_S)
            deaths, before = deaths + 1, asked()
    assert deaths == MAX_ATTEMPTS
    innocent = [["Yes."], ["Yes."], [apology("gave_up")], ["Yes."], ["Yes."]]
    assert swept(any_house, lambda: answers(any_house) == innocent)


class DyingAsItReads(TurnTaker):
    """What is said of health ends its process."""

    readings = 0
    is_over = Event()

    def heeding(self, *given: Any) -> Ending:
        type(self).readings += 1
        self.is_over.wait(WAIT_S)
        return super().heeding(*given)


def test_words_that_kill_as_they_are_read_are_given_up_too(any_house: House) -> None:
    any_house.takes_in("Hello", ALICE)
    DyingAsItReads.is_over.clear()
    while not any_house.read(ALICE):
        readings = DyingAsItReads.readings
        heir = any_house.beside(f"heir {readings}", takes=DyingAsItReads)
        any_house.clock.passes(LEASE_S)
        assert heir.sweeps_until(
            lambda: any_house.read(ALICE) or DyingAsItReads.readings > readings  # noqa: B023
        )
    DyingAsItReads.is_over.set()
    assert any_house.read(ALICE) == [apology("gave_up")]
    assert any_house.turns()[0].attempts == MAX_ATTEMPTS + 2


def test_nobody_else_waits_for_what_runs_alone(any_house: House) -> None:
    begin_and_die(any_house)
    take_over_and_die(any_house)
    any_house.model.is_silent_to = lambda each: each.words[-1] != "Good evening"
    heir = any_house.beside("heir", at_once=len(CROWD))
    before = len(any_house.model.asked)
    assert swept(heir, lambda: len(any_house.model.asked) == before + 1)
    heir.hears("Good evening", BOB)
    assert soon(lambda: any_house.read(BOB) == ["Yes."])
    assert len(any_house.model.asked) == before + 2


def test_who_writes_again_does_not_get_their_suspect_turn_run_beside_another(
    any_house: House,
) -> None:
    begin_and_die(any_house)
    take_over_and_die(any_house)
    any_house.model.is_silent_to = lambda _: True
    heir = any_house.beside("heir", at_once=len(CROWD))
    before = len(any_house.model.asked)
    assert swept(heir, lambda: len(any_house.model.asked) == before + 1)
    for diner in CROWD:
        heir.hears("Hello?", diner)
    heir.upkeep.sweep()
    any_house.model.is_silent_to = lambda each: each.words[-1] != "Good evening"
    heir.hears("Good evening", BOB)
    assert soon(lambda: any_house.read(BOB) == ["Yes."])
    # One of the crowd, who may have been asked for anew with what came, and Bob.
    assert len({each.diner_id for each in any_house.model.asked[before:]}) == 2


def test_two_processes_run_one_each(any_house: House) -> None:
    begin_and_die(any_house)
    take_over_and_die(any_house)
    any_house.model.is_silent_to = lambda _: True
    before = len(any_house.model.asked)
    for number in (1, 2):
        heir = any_house.beside(f"heir {number}", at_once=len(CROWD))
        assert swept(heir, lambda: len(any_house.model.asked) == before + number)  # noqa: B023


def test_who_waits_for_their_place_is_not_late(any_house: House) -> None:
    begin_and_die(any_house)
    take_over_and_die(any_house)
    any_house.model.is_silent_to = lambda _: True
    heir = any_house.beside("heir", at_once=len(CROWD))
    before = len(any_house.model.asked)
    assert swept(heir, lambda: len(any_house.model.asked) == before + 1)

    def age_s() -> float:
        with any_house.eye.alone() as connection:
            return lateness.ages(connection, any_house.clock.now())["inbox_age_s"]

    for _ in range(5):
        any_house.clock.passes(LEASE_S / 2)
        heir.leases.renew()
        assert heir.sweeps_until(lambda: age_s() == 0)


def test_a_claim_of_which_nobody_heard_keeps_no_place(any_house: House) -> None:
    begin_and_die(any_house)
    take_over_and_die(any_house)
    heir = any_house.beside("heir", at_once=len(CROWD))
    heir.database.unheard = ("UPDATE turns", LOST)
    assert swept(heir, lambda: answers(any_house) == [["Yes."]] * 5)
