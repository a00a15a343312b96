"""What /forget erased is not answered anew when its webhook comes once more; later it may be."""

from models.forgotten import KEPT_FOR
from tests.engine.clock import soon
from tests.engine.world import ALICE, BOB, House


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


def test_the_same_sid_by_another_is_a_replay_too(house: House) -> None:
    assert forgotten(house).hears("Hello", BOB, sid="SMhello").message_id is None
    assert house.diners() == []


def test_a_message_that_waits_behind_it_is_not_forgotten(any_house: House) -> None:
    any_house.hears("Hello")
    assert soon(lambda: any_house.read() == ["Yes."])
    thinking = any_house.model.holds()
    any_house.hears("One more")
    assert thinking.is_asked.wait(1)
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
