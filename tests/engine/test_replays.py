"""What /forget erased is not answered anew when its webhook comes once more; later it may be."""

import pytest

from models.forgotten import KEPT_FOR
from models.inbox import Incoming
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, BOB, KIGALI, House


def forgotten(house: House) -> House:
    """A house that has forgotten what Alice wrote to it, and her."""
    house.hears("Hello", sid="SMhello")
    assert soon(lambda: house.read() == ["Yes."])
    house.hears("/forget", sid="SMforget")
    assert soon(lambda: house.diners() == [])
    return house


def test_a_replay_of_what_was_forgotten_is_not_answered_and_nobody_is_known_by_it(
    any_house: House,
) -> None:
    house = forgotten(any_house)
    for sid in ("SMhello", "SMforget"):
        assert house.hears("Hello", sid=sid).message_id is None
    assert len(house.read()) == 2
    assert (house.diners(), house.turns(), house.messages()) == ([], [], [])


def test_a_replay_leaves_a_diner_who_writes_again_alone(any_house: House) -> None:
    house = forgotten(any_house)
    house.hears("Hello again")
    assert soon(lambda: len(house.read()) == 3)
    assert house.hears("Hello", sid="SMhello").message_id is None
    assert [message.text for message in house.messages()] == ["Hello again"]


def webhook(house: House, sid: str, text: str) -> None:
    """As Twilio posts it, with the diner's name."""
    incoming = Incoming("whatsapp", ALICE, KIGALI, sid, text, profile_name="Alice")
    house.intake.wake(house.intake.take_in(incoming))


@pytest.mark.parametrize("sid", ["SMforget", "SMhello"])
def test_a_replay_while_the_last_word_is_on_its_way_keeps_nothing_of_the_diner(
    any_house: House, sid: str
) -> None:
    webhook(any_house, "SMhello", "Hello")
    assert soon(lambda: any_house.read() == ["Yes."])
    assert any_house.delivery.drain(WAIT_S)
    sends = any_house.twilio.holds()
    any_house.twilio.is_called.clear()
    webhook(any_house, "SMforget", "/forget")
    assert any_house.twilio.is_called.wait(WAIT_S)
    webhook(any_house, sid, "/forget")
    assert [each.profile_name for each in any_house.diners()] == [None]
    sends.set()
    assert soon(lambda: len(any_house.read()) == 2)
    assert soon(lambda: any_house.diners() == [])
    assert (any_house.messages(), any_house.turns(), any_house.parts()) == ([], [], [])


def test_a_replay_changes_nothing_of_its_diner(any_house: House) -> None:
    webhook(any_house, "SMhello", "Hello")
    assert soon(lambda: any_house.read() == ["Yes."])
    (before,) = any_house.diners()
    any_house.clock.passes(3600)
    webhook(any_house, "SMhello", "Hello")
    (after,) = any_house.diners()
    assert (after.last_message_at, after.arrivals, after.lively) == (
        before.last_message_at,
        before.arrivals,
        before.lively,
    )


def test_the_same_sid_by_another_is_a_replay_too(house: House) -> None:
    assert forgotten(house).hears("Hello", BOB, sid="SMhello").message_id is None
    assert house.diners() == []


def test_a_known_sid_by_another_makes_nobody_known(any_house: House) -> None:
    webhook(any_house, "SMhello", "Hello")
    assert any_house.hears("Hello", BOB, sid="SMhello").message_id is None
    assert [each.address for each in any_house.diners()] == [ALICE]


def test_a_message_that_waits_behind_it_is_not_forgotten(any_house: House) -> None:
    any_house.hears("Hello")
    assert soon(lambda: any_house.read() == ["Yes."])
    thinking = any_house.model.holds()
    any_house.hears("One more")
    assert thinking.is_asked.wait(WAIT_S)
    any_house.takes_in("/forget")
    any_house.takes_in("And now?", sid="SMnow")
    thinking.says("Here.")
    assert any_house.sweeps_until(lambda: any_house.read()[-1:] == ["Yes."])
    assert [message.sid for message in any_house.messages()][-1:] == ["SMnow"]


def test_after_a_week_nothing_is_left_of_it(any_house: House) -> None:
    house = forgotten(any_house)
    house.clock.passes(KEPT_FOR.total_seconds() + 1)
    house.upkeep.purge()
    assert house.hears("Hello", sid="SMhello").message_id is not None
    assert soon(lambda: len(house.read(ALICE)) == 3)
