"""Whatever befalls a turn, its messages are answered, and once.

It is by a next attempt, by another process, or with an honest sentence.
"""

from typing import Any

import pytest
from sqlalchemy import select

from conversation.ending import Ending
from conversation.sentences import apology
from conversation.turn import TurnTaker
from engine.answers import MAX_ATTEMPTS
from models.meter import ErasedUse
from models.turns import Claimed
from realtime.client import RealtimeError
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import LEASE_S, House


def test_a_fault_of_ours_lets_the_next_attempt_begin_at_once(any_house: House) -> None:
    any_house.model.will(ZeroDivisionError("ours"), "Welcome.")
    any_house.hears("Hello")
    assert any_house.sweeps_until(lambda: any_house.read() == ["Welcome."])
    (turn,) = any_house.turns()
    assert (turn.state, turn.attempts) == ("done", 2)


def test_what_fails_each_time_is_given_up_with_an_honest_sentence(any_house: House) -> None:
    any_house.model.will(*[ZeroDivisionError("ours")] * MAX_ATTEMPTS, "Never.")
    any_house.hears("Hello")
    assert any_house.sweeps_until(lambda: any_house.read() == [apology("gave_up")])
    (turn,) = any_house.turns()
    assert (turn.state, turn.cause) == ("dead", "gave_up")
    assert len(any_house.model.asked) == MAX_ATTEMPTS


class Misreading(TurnTaker):
    """It can't read what is said of health."""

    def heeding(self, *_: Any) -> Ending:
        raise ZeroDivisionError("ours")


class MisreadingOnce(TurnTaker):
    def heeding(self, turn: Claimed, *given: Any) -> Ending:
        if turn.attempt == 1:
            raise ZeroDivisionError("ours")
        return super().heeding(turn, *given)


def test_what_the_attempt_took_that_broke_off_is_counted(any_house: House) -> None:
    misreading = any_house.beside(takes=MisreadingOnce)
    misreading.hears("Hello")
    assert misreading.sweeps_until(lambda: any_house.read() == ["Yes."])
    with any_house.eye.transaction() as session:
        lost = list(session.scalars(select(ErasedUse.input_tokens)))
    assert lost == [turn.input_tokens for turn in any_house.turns()]
    assert lost != [0]


def test_words_that_fail_to_be_read_are_given_up_too(any_house: House) -> None:
    misreading = any_house.beside(takes=Misreading)
    misreading.hears("Hello")
    assert misreading.sweeps_until(lambda: any_house.read() == [apology("gave_up")])
    (turn,) = any_house.turns()
    assert (turn.state, turn.attempts) == ("dead", MAX_ATTEMPTS + 2)


def test_after_what_was_given_up_the_next_message_is_answered(house: House) -> None:
    house.model.will(*[ZeroDivisionError("ours")] * MAX_ATTEMPTS)
    house.hears("Hello")
    assert house.sweeps_until(lambda: house.turns()[0].state == "dead")
    house.hears("Still there?")
    assert soon(lambda: house.read()[1:] == ["Yes."])


@pytest.mark.parametrize("kind", ["busy", "unreachable"])
def test_a_model_that_does_not_answer_is_no_fault_of_ours(house: House, kind: str) -> None:
    house.model.will(RealtimeError(kind))  # type: ignore[arg-type]
    house.hears("Hello")
    assert soon(lambda: house.read() == [apology(kind)])  # type: ignore[arg-type]
    assert [(turn.state, turn.cause) for turn in house.turns()] == [("failed", kind)]


def test_a_turn_that_another_took_over_is_answered_by_the_other_alone(any_house: House) -> None:
    frozen = any_house.model.holds()
    any_house.model.will("The heir's.")
    any_house.hears("/cfo hello")
    assert frozen.is_asked.wait(WAIT_S)
    any_house.clock.passes(LEASE_S)
    heir = any_house.beside()
    heir.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["The heir's."])
    frozen.says("Too late.")
    assert soon(lambda: any_house.count("turns", state="lost", persona="cfo") == 1)
    assert [turn.reply for turn in any_house.turns()] == ["The heir's."]
    assert any_house.read() == ["The heir's."]


def test_while_the_database_is_away_a_woken_diner_is_left_to_the_sweep(house: House) -> None:
    taken = house.beside("front", runs_turns=False).takes_in("Hello")
    house.database.away_for = 1
    house.runner.wake(taken.diner_id)
    assert soon(lambda: house.database.away_for == 0)
    assert house.sweeps_until(lambda: house.read() == ["Yes."])


def test_an_answer_waits_until_the_database_is_there_again(any_house: House) -> None:
    thinking = any_house.model.holds()
    any_house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    any_house.database.away_for = 3
    thinking.says("Welcome.")
    assert soon(lambda: any_house.read() == ["Welcome."])
    assert any_house.clock.pauses[:3] == [1.0] * 3
    assert len(any_house.model.asked) == 1


def test_what_is_known_of_a_diner_waits_for_the_database_too(house: House) -> None:
    taken = house.takes_in("Hello")
    house.database.away_for = 2
    house.intake.wake(taken)
    assert soon(lambda: house.read() == ["Yes."])
    assert [turn.attempts for turn in house.turns()] == [1]


def test_a_stop_while_the_database_is_away_leaves_the_turn_to_another(house: House) -> None:
    thinking = house.model.holds()
    house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    house.database.is_away = True
    house.runner.stop(0)
    thinking.says("Nobody heard it.")
    assert house.runner.stop(WAIT_S)
    house.database.is_away = False
    house.clock.passes(LEASE_S)
    house.beside().upkeep.sweep()
    assert soon(lambda: house.read() == ["Yes."])
