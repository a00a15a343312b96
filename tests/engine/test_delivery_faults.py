"""A send that fails is tried again, later and later, and given up in the end.

What may have gone out is looked for before it is sent again.
"""

from datetime import timedelta

import pytest

from engine.failing import GIVE_UP_AFTER
from engine.pace import RETRY_BASE_S
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy, refused, unheard
from tests.engine.world import ALICE, BOB, House


def states(house: House) -> list[str]:
    return [part.state for part in house.parts()]


def tried_again(house: House, times: int = 1) -> bool:
    """So many tries have failed, and are recorded."""
    return soon(lambda: house.count("sends", outcome="again") == times) and house.delivery.drain(
        WAIT_S
    )


def test_what_comes_after_a_part_that_failed_waits_with_it(any_house: House) -> None:
    any_house.twilio.will_fail(busy())
    any_house.sends("One", "Two")
    assert tried_again(any_house)
    assert (any_house.read(), states(any_house)) == ([], ["waiting", "waiting"])


def test_a_part_that_failed_is_not_tried_before_its_pause_is_over(any_house: House) -> None:
    any_house.twilio.will_fail(busy(retry_after=20))
    outgoing = any_house.sends("One", "Two")
    assert tried_again(any_house)
    any_house.clock.passes(19.9)
    any_house.upkeep.sweep()
    any_house.delivery.hand_over(outgoing.diner_id, None)
    assert any_house.delivery.drain(WAIT_S)
    assert any_house.read() == []


def test_once_it_is_due_all_go_out_in_their_order(any_house: House) -> None:
    any_house.twilio.will_fail(busy(retry_after=20))
    any_house.sends("One", "Two")
    assert tried_again(any_house)
    any_house.clock.passes(20)
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["One", "Two"])
    assert any_house.twilio.looks == []  # Twilio had refused it


def test_each_pause_is_longer_than_the_one_before(house: House) -> None:
    house.clock.chance = 0.5
    house.twilio.will_fail(busy())
    house.twilio.will_fail(busy())
    house.sends("One")
    pauses = []
    for times in (1, 2):
        assert tried_again(house, times)
        pauses.append((house.parts()[0].not_before - house.clock.now()).total_seconds())
        house.clock.passes(pauses[-1])
        house.upkeep.sweep()
    assert pauses == [0.75, 1.5]
    assert soon(lambda: house.read() == ["One"])


def test_what_can_never_be_sent_does_not_hold_up_what_comes_after_it(any_house: House) -> None:
    any_house.twilio.will_fail(refused(21211))
    any_house.sends("One", "Two")
    assert soon(lambda: states(any_house) == ["failed", "sent"])
    assert any_house.read() == ["Two"]
    assert any_house.parts()[0].error_code == 21211


def test_one_diners_failure_is_no_other_diners(house: House) -> None:
    house.twilio.will_fail(busy())
    house.sends("One", diner=ALICE)
    assert tried_again(house)
    house.sends("One", diner=BOB)
    assert soon(lambda: house.read(BOB) == ["One"])


def test_after_a_day_it_is_given_up(house: House) -> None:
    house.twilio.will_fail(busy(retry_after=60))
    house.sends("One")
    assert tried_again(house)
    house.clock.passes(GIVE_UP_AFTER.total_seconds() + 1)
    house.twilio.will_fail(busy())
    house.upkeep.sweep()
    assert soon(lambda: states(house) == ["failed"])


@pytest.mark.parametrize("takes_it", [True, False])
def test_what_may_have_gone_out_is_looked_for_and_not_sent_twice(
    any_house: House, takes_it: bool
) -> None:
    any_house.twilio.will_fail(unheard(), takes_it=takes_it)
    any_house.sends("One", "Two")
    assert tried_again(any_house)
    assert states(any_house) == ["maybe", "waiting"]
    assert any_house.looks_until(lambda: states(any_house) == ["sent", "sent"])
    assert any_house.read() == ["One", "Two"]
    assert [part.sid for part in any_house.parts()] == ["SM1", "SM2"]


def test_a_part_with_the_same_words_is_not_taken_for_it(any_house: House) -> None:
    any_house.sends("Yes.")
    assert soon(lambda: states(any_house) == ["sent"])
    any_house.twilio.will_fail(unheard())
    any_house.sends("Yes.")
    assert tried_again(any_house)
    assert any_house.looks_until(lambda: any_house.read() == ["Yes.", "Yes."])
    assert [part.sid for part in any_house.parts()] == ["SM1", "SM2"]


def test_while_nobody_can_look_it_stays_a_maybe(any_house: House) -> None:
    any_house.twilio.will_fail(unheard(), takes_it=True)
    any_house.sends("One")
    assert tried_again(any_house)
    any_house.twilio.looks_fail = busy()
    assert any_house.looks_until(lambda: any_house.count("sends", outcome="again") > 2)
    assert (states(any_house), any_house.read()) == (["maybe"], ["One"])


def test_what_twilio_took_while_the_database_was_away_is_recorded_once_it_is_back(
    any_house: House,
) -> None:
    gate = any_house.twilio.holds()
    any_house.sends("One", "Two")
    assert any_house.twilio.is_called.wait(WAIT_S)
    any_house.database.away_for = 3
    gate.set()
    assert soon(lambda: states(any_house) == ["sent", "sent"])
    assert any_house.read() == ["One", "Two"]


def test_a_failure_is_recorded_once_the_database_is_back_too(house: House) -> None:
    gate = house.twilio.holds()
    house.twilio.will_fail(refused())
    house.sends("One")
    assert house.twilio.is_called.wait(WAIT_S)
    house.database.away_for = 2
    gate.set()
    assert soon(lambda: states(house) == ["failed"])


@pytest.mark.parametrize("is_refused", [True, False])
def test_with_the_last_word_to_who_is_forgotten_the_last_of_them_goes(
    any_house: House, is_refused: bool
) -> None:
    if is_refused:
        any_house.twilio.will_fail(refused())
    any_house.hears("/forget")
    assert soon(lambda: any_house.diners() == [])
    assert (any_house.messages(), any_house.parts()) == ([], [])
    assert len(any_house.read()) == (0 if is_refused else 1)


def test_who_is_forgotten_stays_until_the_last_word_has_gone_out(house: House) -> None:
    house.twilio.will_fail(busy())
    house.hears("/forget")
    assert tried_again(house)
    assert [diner.address for diner in house.diners()] == [ALICE]
    house.clock.passes(1)
    house.upkeep.sweep()
    assert soon(lambda: house.diners() == [])


def test_a_record_that_fails_is_made_again_long_before_the_lease_is_over(any_house: House) -> None:
    any_house.database.refuses = "UPDATE outbox SET state='sent'"
    any_house.sends("One", "Two")
    assert soon(lambda: any_house.read() == ["One"])
    assert any_house.delivery.drain(WAIT_S)
    any_house.database.refuses = None
    any_house.clock.passes(RETRY_BASE_S)
    assert any_house.sweeps_until(lambda: states(any_house) == ["sent", "sent"])
    assert any_house.read() == ["One", "Two"]


def test_a_look_that_fails_lets_the_part_go(any_house: House) -> None:
    any_house.twilio.will_fail(unheard(), takes_it=True)
    any_house.sends("One")
    assert tried_again(any_house)
    any_house.database.refuses = "SELECT outbox.sid"
    any_house.clock.passes(2)
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.parts()[0].attempts == 2)
    assert any_house.delivery.drain(WAIT_S)
    (part,) = any_house.parts()
    assert part.state == "maybe"
    assert part.not_before <= any_house.clock.now() + timedelta(seconds=2 * RETRY_BASE_S)
