"""Success is arrival: what did not arrive is sent once more where that may help, and once or twice.

What arrives late after all is not sent again.
"""

from threading import Event

import pytest

from engine.receipts import ONCE_MORE_AFTER_S, WORTH_IT_FOR
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import unheard
from tests.engine.test_delivery import status
from tests.engine.world import House, opened
from whatsapp.errors import TROUBLES, Action
from whatsapp.host import SendError

PASSING = sorted(code for code, each in TROUBLES.items() if each.action is Action.AGAIN)


def lost(house: House, *texts: str, code: int | None = 63018, told: str = "undelivered") -> int:
    """The first of these parts was sent, and did not arrive."""
    house.sends(*texts or ("One",))
    assert soon(lambda: house.parts()[0].sid == "SM1")
    assert house.delivery.drain(WAIT_S)
    house.receipts.note(status("SM1", told, code), None)
    return house.parts()[0].id


def passes(house: House, seconds: float) -> None:
    house.clock.passes(seconds)
    house.upkeep.sweep()
    assert house.delivery.drain(WAIT_S)


def goes_again(
    house: House,
    error: SendError | None = None,
    *,
    takes_it: bool = True,
    after_s: float = ONCE_MORE_AFTER_S[0],
) -> Event:
    """What did not arrive is on its way once more, which takes until the test sets this.

    `error`: it fails so then; `takes_it`: Twilio has it all the same.
    """
    gate = house.twilio.holds()
    house.twilio.is_called.clear()
    if error is not None:
        house.twilio.will_fail(error, takes_it=takes_it)
    house.clock.passes(after_s)
    house.upkeep.sweep()
    assert house.twilio.is_called.wait(WAIT_S)
    return gate


def test_an_old_answer_is_no_last_word_behind_a_newer_one(any_house: House) -> None:
    any_house.sends("We close at 9.")
    assert soon(lambda: any_house.parts()[0].sid == "SM1")
    any_house.clock.passes(WORTH_IT_FOR.total_seconds() + 1)
    any_house.receipts.note(status("SM1", "undelivered", 30008), None)
    assert [each.state for each in any_house.parts()] == ["failed"]


@pytest.mark.parametrize("told", ["failed", "undelivered"])
@pytest.mark.parametrize("code", PASSING)
def test_a_passing_trouble_is_no_end(house: House, code: int, told: str) -> None:
    lost(house, code=code, told=told)
    passes(house, ONCE_MORE_AFTER_S[0] - 0.1)
    assert house.read() == ["One"]
    passes(house, 0.1)
    assert soon(lambda: house.read() == ["One", "One"])
    assert [part.sid for part in house.parts()] == ["SM2"]


@pytest.mark.parametrize("code", [63016, 63007, 63003, 63024, 63032, 21610, None])
def test_any_other_is(any_house: House, code: int | None) -> None:
    lost(any_house, code=code)
    passes(any_house, 3600)
    assert (any_house.read(), any_house.parts()[0].state) == (["One"], "failed")


def test_it_is_sent_three_times_at_most(any_house: House) -> None:
    part_id = lost(any_house)
    for number, pause_s in enumerate(ONCE_MORE_AFTER_S, start=2):
        passes(any_house, pause_s)
        assert soon(lambda: any_house.parts()[0].sid == f"SM{number}")  # noqa: B023
        any_house.receipts.note(status(f"SM{number}", "failed", 63018), part_id)
    passes(any_house, 3600)
    assert (len(any_house.read()), any_house.parts()[0].state) == (3, "failed")


@pytest.mark.parametrize("told", ["delivered", "read"])
def test_what_arrives_after_all_is_not_sent_again(any_house: House, told: str) -> None:
    lost(any_house)
    any_house.receipts.note(status("SM1", told), None)
    passes(any_house, 3600)
    (part,) = any_house.parts()
    assert (any_house.read(), part.state, part.delivery) == (["One"], "sent", told)


def test_what_failed_for_good_and_arrives_after_all_has_arrived(any_house: House) -> None:
    lost(any_house, code=63016)
    any_house.receipts.note(status("SM1", "delivered"), None)
    assert [(part.state, part.error_code) for part in any_house.parts()] == [("sent", None)]


def test_what_comes_behind_it_and_has_not_left_waits_for_it(sqlite_url: str) -> None:
    with opened(sqlite_url, apart_s=2.0) as house:
        lost(house, "One", "Two")
        passes(house, 5)
        assert house.read() == ["One"]
        passes(house, 5)
        assert soon(lambda: house.read() == ["One", "One"])
        house.receipts.note(status("SM2", "sent"), None)
        assert soon(lambda: house.read() == ["One", "One", "Two"])


def test_a_failure_that_overtakes_its_sid_is_not_covered_by_it(any_house: House) -> None:
    gate = any_house.twilio.holds()
    outgoing = any_house.sends("One")
    assert any_house.twilio.is_called.wait(WAIT_S)
    any_house.receipts.note(status("SM1", "failed", 63016), outgoing.id)
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    assert [(part.state, part.sid) for part in any_house.parts()] == [("failed", "SM1")]


def test_a_status_of_the_second_message_counts_before_its_sid_is_recorded(
    any_house: House,
) -> None:
    part_id = lost(any_house)
    gate = goes_again(any_house)
    any_house.receipts.note(status("SM2", "sent"), part_id, 1)
    any_house.receipts.note(status("SM2", "delivered"), part_id, 1)
    any_house.receipts.note(status("SM1", "undelivered", 63018), part_id)  # once more
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    (part,) = any_house.parts()
    assert (part.sid, part.state, part.delivery) == ("SM2", "sent", "delivered")


def test_the_last_word_to_who_is_forgotten_is_sent_once_more_before_they_go(
    any_house: House,
) -> None:
    gate = any_house.twilio.holds()
    any_house.hears("/forget")
    assert any_house.twilio.is_called.wait(WAIT_S)
    part_id = any_house.parts()[0].id
    any_house.receipts.note(status("SM1", "failed", 63018), part_id)
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    passes(any_house, ONCE_MORE_AFTER_S[0])
    assert soon(lambda: any_house.diners() == [])
    assert len(any_house.read()) == 2


def test_a_last_word_of_unknown_outcome_is_settled_by_its_status(any_house: House) -> None:
    any_house.twilio.will_fail(unheard(), takes_it=True)
    any_house.hears("/forget")
    assert soon(lambda: [part.state for part in any_house.parts()] == ["maybe"])
    any_house.receipts.note(status("SM1", "sent"), any_house.parts()[0].id)
    assert soon(lambda: any_house.diners() == [])
