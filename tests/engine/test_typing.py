"""The diner sees that an answer is being written, once, where it takes longer than a moment."""

from functools import partial
from threading import Event

import pytest
from structlog.testing import capture_logs

from engine.typing import MOST_AT_ONCE
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy
from tests.engine.world import House


def test_an_answer_within_a_moment_needs_no_typing(house: House) -> None:
    house.hears("Hello", sid="SMa")
    assert soon(lambda: house.read() == ["Yes."])
    assert house.twilio.typing == []


def test_one_that_takes_longer_is_shown_with_the_last_message(house: House) -> None:
    front = house.beside("front", runs_turns=False)
    for sid in ("SMa", "SMb"):
        front.takes_in("Hello", sid=sid)
    thinking = house.model.holds()
    house.upkeep.sweep()
    assert soon(lambda: house.twilio.typing == ["SMb"])
    thinking.says("Welcome.")
    assert soon(lambda: house.read() == ["Welcome."])


def test_it_is_shown_once_a_turn(house: House) -> None:
    first, second = house.model.holds(), house.model.holds()
    house.hears("One", sid="SMa")
    assert soon(lambda: house.twilio.typing == ["SMa"])
    house.hears("Two", sid="SMb")  # asked anew
    assert second.is_asked.wait(WAIT_S)
    second.says("Both.")
    assert soon(lambda: house.read() == ["Both."])
    assert first.is_withdrawn
    assert house.twilio.typing == ["SMa"]


def test_on_a_second_attempt_it_is_not_shown_again(house: House) -> None:
    house.model.will(ZeroDivisionError("ours"))
    thinking = house.model.holds()
    house.hears("Hello", sid="SMa")
    assert house.sweeps_until(thinking.is_asked.is_set)
    thinking.says("Welcome.")
    assert soon(lambda: house.read() == ["Welcome."])
    assert not thinking.is_watched
    assert house.twilio.typing == []


@pytest.mark.parametrize("failure", [busy(), ZeroDivisionError("ours")])
def test_a_turn_never_fails_of_it(house: House, failure: Exception) -> None:
    house.twilio.typing_fails = failure
    thinking = house.model.holds()
    house.hears("Hello")
    assert soon(lambda: thinking.is_watched)
    thinking.says("Welcome.")
    assert soon(lambda: house.read() == ["Welcome."])
    assert [turn.attempts for turn in house.turns()] == [1]


@pytest.mark.parametrize("failure", [busy(), ZeroDivisionError("ours")])
def test_its_failure_is_told_to_the_log_alone(house: House, failure: Exception) -> None:
    house.twilio.typing_fails = failure
    with capture_logs() as logged:
        house.typing.begin("SMa")
        assert soon(lambda: [each["event"] for each in logged] == ["typing.failed"])
    assert house.twilio.typing == []


def test_a_caller_of_the_api_is_shown_none(house: House) -> None:
    thinking = house.model.holds()
    said = house.talk.say("tester", "Hello")
    assert thinking.is_asked.wait(WAIT_S)
    thinking.says("Welcome.")
    assert said.next_piece(WAIT_S) is None
    assert not thinking.is_watched


def test_those_that_hang_are_only_so_many_and_the_next_ones_are_left_out(house: House) -> None:
    first = house.twilio.typing_hangs_until = Event()
    for number in range(MOST_AT_ONCE + 5):
        house.typing.begin(f"SM{number}")
    assert soon(lambda: len(house.twilio.typing) == MOST_AT_ONCE)
    with capture_logs() as logged:
        house.typing.begin("SMlate")
    assert [each["event"] for each in logged] == ["typing.left_out"]
    first.set()
    assert soon(lambda: _is_shown_again(house))
    assert len(house.twilio.typing) == MOST_AT_ONCE + 1


def _is_shown_again(house: House) -> bool:
    with capture_logs() as logged:
        house.typing.begin("SMagain")
        return soon(lambda: "SMagain" in house.twilio.typing) if not logged else False


def test_an_answer_does_not_wait_for_those_that_hang(house: House) -> None:
    house.twilio.typing_hangs_until = Event()
    for number in range(MOST_AT_ONCE + 1):
        thinking = house.model.holds()
        house.hears("Hello", f"whatsapp:+25078800{number:04}")
        assert soon(partial(getattr, thinking, "is_watched"))
        thinking.says("Welcome.")
    assert soon(lambda: len(house.twilio.taken) == MOST_AT_ONCE + 1)
