"""A send of unknown outcome: nothing is repeated while Twilio may still tell of it.

Its list may have a message late, and a status callback may say first that it is out.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from models.bubbles import Bubble
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy, refused, unheard
from tests.engine.test_delivery import status
from tests.engine.world import BOB, LEASE_S, UNSURE_S, House, opened

MEXICAN, MEXICAN_BEFORE = "whatsapp:+525512345678", "whatsapp:+5215512345678"
FILE = "/media/abc"
LOOKS_S = [2.0, 10.0, 30.0, 60.0, 120.0]


def unsure(house: House, *, takes_it: bool) -> int:
    """Two parts are to go out, and nobody knows of the first one. Returns its id."""
    house.twilio.will_fail(unheard(), takes_it=takes_it)
    house.sends("One", "Two")
    assert soon(lambda: [part.state for part in house.parts()] == ["maybe", "waiting"])
    assert house.delivery.drain(WAIT_S)
    return house.parts()[0].id


def passes(house: House, seconds: float) -> None:
    house.clock.passes(seconds)
    house.upkeep.sweep()
    assert house.delivery.drain(WAIT_S)


def test_it_is_looked_for_over_minutes_before_it_is_sent_again(any_house: House) -> None:
    unsure(any_house, takes_it=False)
    for _ in range(int(UNSURE_S) - 1):
        passes(any_house, 1)
    assert (any_house.read(), len(any_house.twilio.looks)) == ([], len(LOOKS_S) - 1)
    passes(any_house, 1)
    assert soon(lambda: any_house.read() == ["One", "Two"])
    looked = [age.total_seconds() for age in any_house.twilio.looks]
    assert looked == pytest.approx(LOOKS_S, abs=0.01)


def test_what_the_list_has_late_is_not_sent_twice(any_house: House) -> None:
    any_house.twilio.lists_late = True
    unsure(any_house, takes_it=True)
    for seconds in (2, 8, 20):
        passes(any_house, seconds)
    assert any_house.read() == ["One"]
    any_house.twilio.lists_late = False
    passes(any_house, 30)
    assert soon(lambda: any_house.read() == ["One", "Two"])
    assert [part.sid for part in any_house.parts()] == ["SM1", "SM2"]


@pytest.mark.parametrize("told", ["queued", "sent", "delivered"])
def test_a_status_callback_settles_it_and_the_next_part_goes(any_house: House, told: str) -> None:
    part_id = unsure(any_house, takes_it=True)
    any_house.receipts.note(status("SM1", told), part_id)
    assert any_house.sweeps_until(lambda: any_house.read() == ["One", "Two"])
    assert any_house.twilio.looks == []


def test_a_reply_behind_it_waits(any_house: House) -> None:
    unsure(any_house, takes_it=False)
    any_house.hears("Hello?")
    assert soon(lambda: len(any_house.parts()) == 3)
    passes(any_house, UNSURE_S / 2)
    assert any_house.read() == []
    passes(any_house, UNSURE_S / 2)
    assert soon(lambda: any_house.read() == ["One", "Two", "Yes."])


def test_it_is_another_two_minutes_after_the_second_time(house: House) -> None:
    unsure(house, takes_it=False)
    house.twilio.will_fail(unheard(), takes_it=True)
    house.twilio.lists_late = True
    passes(house, UNSURE_S)
    assert house.read() == ["One"]
    passes(house, UNSURE_S - 1)
    assert house.read() == ["One"]
    assert house.twilio.looks[-1] == timedelta(seconds=2 * UNSURE_S - 1)


def test_who_dies_in_the_second_try_leaves_it_as_unsure_as_the_first(any_house: House) -> None:
    unsure(any_house, takes_it=False)
    gate = any_house.twilio.holds()
    any_house.twilio.is_called.clear()
    any_house.clock.passes(UNSURE_S)
    any_house.upkeep.sweep()
    assert any_house.twilio.is_called.wait(WAIT_S)
    any_house.clock.passes(LEASE_S)
    heir = any_house.beside()
    heir.upkeep.sweep()
    assert heir.delivery.drain(WAIT_S)
    assert [part.state for part in any_house.parts()] == ["maybe", "waiting"]
    gate.set()


def test_a_refusal_of_the_second_try_leaves_the_first_as_unsure_as_it_was(house: House) -> None:
    unsure(house, takes_it=False)
    house.twilio.will_fail(busy())
    passes(house, UNSURE_S)
    assert (house.read(), house.parts()[0].state) == ([], "maybe")
    passes(house, 60)
    assert soon(lambda: house.read() == ["One", "Two"])


def test_what_is_refused_for_good_in_the_second_try_is_over(house: House) -> None:
    unsure(house, takes_it=False)
    house.twilio.will_fail(refused(63016))
    passes(house, UNSURE_S)
    assert soon(lambda: house.read() == ["Two"])
    assert [part.state for part in house.parts()] == ["failed", "sent"]


@pytest.mark.parametrize("refused_one", [Bubble("One", voice=FILE), Bubble("One", FILE)])
def test_what_was_refused_and_may_be_out_in_words_alone_is_not_sent_twice(
    house: House, refused_one: Bubble
) -> None:
    house.twilio.will_fail(refused(12300))
    house.twilio.will_fail(unheard(), takes_it=True)
    outgoing = house.owes(refused_one)
    assert outgoing is not None
    house.delivery.hand_over(outgoing.diner_id, outgoing)
    assert soon(lambda: [part.state for part in house.parts()] == ["maybe"])
    assert house.looks_until(lambda: house.parts()[0].state == "sent")
    assert house.read() == ["One"]


def test_another_diners_message_with_the_same_words_is_not_taken_for_it(any_house: House) -> None:
    """One person's two numbers, as two diners: the look for the one's goes to the other's too."""
    any_house.sends("Yes.", diner=MEXICAN)
    assert soon(lambda: any_house.parts()[0].sid == "SM1")
    any_house.twilio.will_fail(unheard(), takes_it=False)
    any_house.sends("Yes.", diner=MEXICAN_BEFORE)
    assert any_house.looks_until(lambda: any_house.read(MEXICAN_BEFORE) == ["Yes."])
    assert any_house.sweeps_until(lambda: any_house.parts()[1].sid == "SM2")


def test_whose_sid_another_part_gets_first_is_looked_for_again(any_house: House) -> None:
    other = any_house.owes("Yes.", diner=BOB)
    assert other is not None
    heard_by = any_house.beside().receipts

    def gets_it() -> None:
        any_house.database.meanwhile.clear()
        heard_by.note(status("SM1", "sent"), other.id)

    any_house.database.meanwhile["UPDATE outbox SET state='sent'"] = gets_it
    any_house.sends("Yes.", "Two")
    assert soon(lambda: any_house.parts()[1].state == "maybe")
    assert any_house.looks_until(lambda: any_house.read() == ["Yes.", "Yes.", "Two"])
    assert soon(lambda: [part.sid for part in any_house.parts()] == ["SM1", "SM2", "SM3"])


@pytest.fixture
def apart(sqlite_url: str) -> Iterator[House]:
    """A house that waits for a part to be `sent`, for two seconds at most."""
    with opened(sqlite_url, apart_s=2.0) as house:
        yield house


def first_of_three(house: House) -> int:
    house.sends("One", "Two", "Three")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    assert house.delivery.drain(WAIT_S)
    return house.parts()[0].id


def test_the_next_part_goes_when_the_one_before_is_sent(apart: House) -> None:
    first_of_three(apart)
    apart.receipts.note(status("SM1", "queued"), None)
    apart.upkeep.sweep()
    assert apart.delivery.drain(WAIT_S)
    assert apart.read() == ["One"]
    apart.receipts.note(status("SM1", "sent"), None)
    assert soon(lambda: apart.read() == ["One", "Two"])
    apart.receipts.note(status("SM2", "delivered"), None)
    assert soon(lambda: apart.read() == ["One", "Two", "Three"])


def test_without_a_callback_the_next_part_goes_after_a_short_wait(apart: House) -> None:
    first_of_three(apart)
    passes(apart, 1.9)
    assert apart.read() == ["One"]
    passes(apart, 0.1)
    assert soon(lambda: apart.read() == ["One", "Two"])


def test_a_callback_before_its_sid_is_recorded_lets_the_next_one_go_too(apart: House) -> None:
    gate = apart.twilio.holds()
    outgoing = apart.sends("One", "Two")
    assert apart.twilio.is_called.wait(WAIT_S)
    apart.receipts.note(status("SM1", "sent"), outgoing.id)
    gate.set()
    assert soon(lambda: apart.read() == ["One", "Two"])


def test_a_part_that_failed_lets_the_next_one_go(apart: House) -> None:
    first_of_three(apart)
    apart.receipts.note(status("SM1", "failed", 63016), None)
    assert soon(lambda: apart.read() == ["One", "Two"])


def test_another_process_may_hear_of_it(apart: House) -> None:
    first_of_three(apart)
    apart.beside(apart_s=2.0).receipts.note(status("SM1", "sent"), None)
    assert soon(lambda: apart.read() == ["One", "Two"])


def test_a_reply_of_one_part_waits_for_nobody_and_costs_nothing(apart: House) -> None:
    for number in range(3):
        apart.hears("Hello")
        assert soon(lambda: len(apart.read()) == number + 1)  # noqa: B023
    assert not [each for each in apart.database.ran if "min(outbox_1.id)" in each]
