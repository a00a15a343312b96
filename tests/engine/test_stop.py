"""A stop finishes what it can in its grace time, and leaves nothing under a lease: others go on."""

from datetime import timedelta
from threading import Thread

import pytest

from conversation.sentences import apology
from engine.waiting import Answer
from tests.engine.clock import WAIT_S, HastyClock, soon
from tests.engine.world import ALICE, BOB, LEASE_S, House, opened

GRACE_S = 20.0  # nothing takes so long
HARDLY_S = 0.02  # too short for anything


def test_what_runs_is_finished_and_sent_within_the_grace_time(any_house: House) -> None:
    thinking = any_house.model.holds()
    any_house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    stop = Thread(target=any_house.stopping.stop, args=(GRACE_S,))
    stop.start()
    assert soon(lambda: not any_house.runner.takes_turns)
    thinking.says("Welcome.")
    stop.join()
    assert any_house.read() == ["Welcome."]
    assert [(turn.state, turn.attempts) for turn in any_house.turns()] == [("done", 1)]


def test_what_is_being_finished_is_held_to_the_very_end(sqlite_url: str) -> None:
    with opened(sqlite_url, HastyClock()) as house:
        house.upkeep.start(sweeps=True, natively=lambda work: work())
        thinking = house.model.holds()
        taken = house.hears("Hello")
        assert thinking.is_asked.wait(WAIT_S)
        stop = Thread(target=house.stopping.stop, args=(LEASE_S + GRACE_S,))
        stop.start()
        assert soon(lambda: not house.runner.takes_turns)
        house.clock.passes(LEASE_S - 1)
        assert soon(lambda: house.turns()[0].lease_until > house.clock.now() + timedelta(seconds=1))
        assert house.claims(taken.diner_id) is None
        thinking.says("Welcome.")
        stop.join()
        assert house.read() == ["Welcome."]


def test_a_turn_that_takes_too_long_is_anothers_at_once(any_house: House) -> None:
    thinking = any_house.model.holds()
    taken = any_house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    any_house.stopping.stop(HARDLY_S)
    heirs = any_house.claims(taken.diner_id)
    assert heirs is not None
    assert ([message.text for message in heirs.messages], heirs.attempt) == (["Hello"], 1)


def test_what_it_still_makes_of_a_turn_handed_back_is_void(any_house: House) -> None:
    thinking = any_house.model.holds()
    any_house.hears("Hello")
    assert thinking.is_asked.wait(WAIT_S)
    any_house.stopping.stop(HARDLY_S)
    thinking.says("Too late.")
    assert soon(lambda: any_house.count("turns", state="lost", persona="waiter") == 1)
    assert any_house.beside().sweeps_until(lambda: any_house.read() == ["Yes."])


@pytest.mark.parametrize("is_woken", [True, False])
def test_a_turn_that_began_and_was_not_run_is_handed_back(any_house: House, is_woken: bool) -> None:
    taken = any_house.takes_in("Hello")
    any_house.stopping.stop(HARDLY_S)
    if is_woken:
        any_house.intake.wake(taken)
    heirs = any_house.claims(taken.diner_id)
    assert heirs is not None
    assert ([message.text for message in heirs.messages], heirs.attempt) == (["Hello"], 1)
    assert any_house.model.asked == []


def test_a_turn_that_began_behind_the_stop_is_handed_back_when_it_is_woken(
    any_house: House,
) -> None:
    taken = any_house.takes_in("Hello")
    any_house.runner.stop(0)  # all but the hand-back
    any_house.intake.wake(taken)
    assert any_house.claims(taken.diner_id) is not None


def test_who_stops_begins_no_turn(any_house: House) -> None:
    any_house.stopping.stop(HARDLY_S)
    assert any_house.hears("Hello").turn is None
    assert any_house.model.asked == []
    any_house.beside().upkeep.sweep()
    assert soon(lambda: any_house.read() == ["Yes."])


def test_after_the_stop_a_turn_at_work_is_followed_by_none(house: House) -> None:
    first = house.model.holds()
    house.hears("One")
    assert first.is_asked.wait(WAIT_S)
    first.speaks("Fi")
    house.hears("Two")
    house.stopping.stop(HARDLY_S)
    first.says("First.")
    assert house.runner.stop(WAIT_S)
    assert len(house.model.asked) == 1


def test_a_part_that_takes_too_long_may_have_gone_out_and_is_looked_for(any_house: House) -> None:
    gate = any_house.twilio.holds()
    any_house.sends("One", "Two")
    assert any_house.twilio.is_called.wait(WAIT_S)
    any_house.stopping.stop(HARDLY_S)
    assert [part.state for part in any_house.parts()] == ["maybe", "waiting"]
    any_house.twilio.holds().set()  # the hold is over for those who send from now on
    assert any_house.beside().looks_until(lambda: any_house.read() == ["One", "Two"])
    assert len(any_house.twilio.looks) > 1
    gate.set()


def test_what_is_written_goes_out_before_the_stop_is_over(any_house: House) -> None:
    gate = any_house.twilio.holds()
    any_house.sends("One", "Two")
    assert any_house.twilio.is_called.wait(WAIT_S)
    stop = Thread(target=any_house.stopping.stop, args=(GRACE_S,))
    stop.start()
    assert soon(lambda: not any_house.runner.takes_turns)
    gate.set()
    stop.join()
    assert any_house.read() == ["One", "Two"]
    assert [part.state for part in any_house.parts()] == ["sent", "sent"]


@pytest.mark.parametrize("is_held", [True, False])
def test_parts_that_are_sent_apart_go_out_before_the_stop_is_over(
    database_url: str, is_held: bool
) -> None:
    with opened(database_url, apart_s=2.0) as house:
        gate = house.twilio.holds()
        house.sends("One", "Two", "Three")
        assert house.twilio.is_called.wait(WAIT_S)
        if is_held:
            gate.set()
            assert house.delivery.drain(WAIT_S)
            assert house.read() == ["One"]
        stop = Thread(target=house.stopping.stop, args=(GRACE_S,))
        stop.start()
        assert soon(lambda: not house.runner.takes_turns)
        gate.set()
        stop.join()
        assert house.read() == ["One", "Two", "Three"]
        assert {part.state for part in house.parts()} == {"sent"}


def test_who_waits_for_an_answer_is_told(house: House) -> None:
    house.model.holds()
    said = house.talk.say("tester", "Hello")
    house.stopping.stop(HARDLY_S)
    assert said.wait() == Answer(apology("closed"), "closed")


def test_a_part_that_was_handed_back_is_not_sent_by_who_handed_it_back(sqlite_url: str) -> None:
    with opened(sqlite_url, at_once=1) as house:
        gate = house.twilio.holds()
        house.sends("One", diner=BOB)
        assert house.twilio.is_called.wait(WAIT_S)
        house.sends("Two", diner=ALICE)  # no worker is free for it yet
        house.leases.hand_back_all()
        gate.set()
        assert house.delivery.drain(WAIT_S)
        assert (house.read(BOB), house.read(ALICE)) == (["One"], [])
        house.beside().upkeep.sweep()
        assert soon(lambda: house.read(ALICE) == ["Two"])
        assert house.twilio.looks == []  # it had not been sent, and he knew
