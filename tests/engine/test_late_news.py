"""Statuses of a message that did not arrive, while its part goes out once more.

Each counts for its own message: none but an arrival says anything of the part.
"""

import pytest

from engine.receipts import ONCE_MORE_AFTER_S
from models import undelivered
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy, unheard
from tests.engine.test_arrival_of_parts import goes_again, lost, passes
from tests.engine.test_delivery import status
from tests.engine.world import ALICE, BOB, CALLBACK_URL, UNSURE_S, House, opened

LATE = [("sent", None), ("undelivered", 63018), ("failed", 63016)]
OUTCOMES = {
    "taken": (None, True),
    "unheard": (unheard(), True),
    "never taken": (unheard(), False),
    "refused": (busy(), False),
}


def comes_to_rest(house: House) -> None:
    for _ in range(4):
        passes(house, UNSURE_S / 2)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(("told", "code"), LATE)
@pytest.mark.parametrize("when", ["under way", "after"])
def test_late_news_of_the_first_message_neither_ends_nor_repeats_the_second(
    house: House, outcome: str, told: str, code: int | None, when: str
) -> None:
    part_id = lost(house)
    error, takes_it = OUTCOMES[outcome]
    gate = goes_again(house, error, takes_it=takes_it)
    late = status("SM1", told, code)
    if when == "under way":
        house.receipts.note(late, part_id)
    gate.set()
    assert house.delivery.drain(WAIT_S)
    house.receipts.note(late, part_id)
    comes_to_rest(house)
    (part,) = house.parts()
    assert (house.read(), part.sid, part.state) == (["One"] * 2, "SM2", "sent")


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("told", ["delivered", "read"])
def test_what_arrives_late_is_settled_whatever_becomes_of_the_second_message(
    any_house: House, outcome: str, told: str
) -> None:
    part_id = lost(any_house)
    error, takes_it = OUTCOMES[outcome]
    gate = goes_again(any_house, error, takes_it=takes_it)
    any_house.receipts.note(status("SM1", told), part_id)
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    comes_to_rest(any_house)
    (part,) = any_house.parts()
    assert (part.state, part.delivery, part.error_code) == ("sent", told, None)
    assert len(any_house.read()) == 1 + takes_it


def test_what_arrives_late_does_not_go_out_a_second_time(sqlite_url: str) -> None:
    with opened(sqlite_url, per_second=1) as house:
        part_id = lost(house)
        house.clock.passes(ONCE_MORE_AFTER_S[0])
        house.sends("Hello", diner=BOB)  # so that the other waits for its place
        assert soon(lambda: house.read(BOB) == ["Hello"])
        late = status("SM1", "delivered")
        house.clock.meanwhile.append(lambda: house.receipts.note(late, part_id))
        house.upkeep.sweep()
        assert soon(lambda: house.count("sends", outcome="lost") == 1)
        comes_to_rest(house)
        assert (house.read(), house.parts()[0].delivery) == (["One"], "delivered")


def test_what_waited_for_it_goes_when_it_arrives_late(any_house: House) -> None:
    part_id = lost(any_house, "One", code=63018)
    any_house.owes("Two")
    any_house.receipts.note(status("SM1", "delivered"), part_id)
    assert soon(lambda: any_house.read() == ["One", "Two"])  # nobody sweeps


def test_who_is_forgotten_goes_when_the_last_word_arrives_late(any_house: House) -> None:
    gate = any_house.twilio.holds()
    any_house.hears("/forget")
    assert any_house.twilio.is_called.wait(WAIT_S)
    part_id = any_house.parts()[0].id
    any_house.receipts.note(status("SM1", "failed", 63018), part_id)
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    any_house.receipts.note(status("SM1", "delivered"), part_id)
    assert any_house.diners() == []


def third(house: House) -> int:
    """Two messages of a part did not arrive, and it is to go out for the third time."""
    part_id = lost(house)
    passes(house, ONCE_MORE_AFTER_S[0])
    assert soon(lambda: house.parts()[0].sid == "SM2")
    house.receipts.note(status("SM2", "failed", 63018), part_id, 1)
    return part_id


def test_each_message_is_known_by_its_callback(house: House) -> None:
    part_id = third(house)
    passes(house, ONCE_MORE_AFTER_S[1])
    assert [sent.callback for sent in house.twilio.taken] == [
        f"{CALLBACK_URL}?part={part_id}{more}" for more in ("", "&resend=1", "&resend=2")
    ]


@pytest.mark.parametrize(("told", "code"), LATE)
def test_late_news_of_the_first_of_three_is_none(
    any_house: House, told: str, code: int | None
) -> None:
    part_id = third(any_house)
    gate = goes_again(any_house, after_s=ONCE_MORE_AFTER_S[1])
    any_house.receipts.note(status("SM1", told, code), part_id)
    any_house.receipts.note(status("SM3", "failed", 63016), part_id, 2)
    gate.set()
    comes_to_rest(any_house)
    (part,) = any_house.parts()
    assert (part.sid, part.state, part.error_code) == ("SM3", "failed", 63016)
    assert any_house.read() == ["One"] * 3


@pytest.mark.parametrize("told", ["delivered", "read"])
def test_the_first_of_three_may_arrive_late_too(any_house: House, told: str) -> None:
    part_id = third(any_house)
    any_house.receipts.note(status("SM1", told), part_id)
    comes_to_rest(any_house)
    (part,) = any_house.parts()
    assert (any_house.read(), part.state, part.delivery) == (["One"] * 2, "sent", told)


def test_what_does_not_arrive_the_second_time_stands_in_the_list(any_house: House) -> None:
    part_id = lost(any_house)
    gate = goes_again(any_house)
    any_house.receipts.note(status("SM1", "sent"), part_id)
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    any_house.receipts.note(status("SM2", "failed", 63016), part_id, 1)
    with any_house.eye.transaction() as session:
        (listed,) = undelivered.undelivered(session)
    assert (listed.address, listed.code) == (ALICE, 63016)


def test_what_an_operator_sends_once_more_is_another_message(any_house: House) -> None:
    part_id = third(any_house)
    passes(any_house, ONCE_MORE_AFTER_S[1])
    any_house.receipts.note(status("SM3", "failed", 63016), part_id, 2)
    with any_house.eye.transaction() as session:
        assert undelivered.retry(session) == [part_id]
    gate = goes_again(any_house)
    any_house.receipts.note(status("SM2", "sent"), part_id, 1)
    any_house.receipts.note(status("SM4", "failed", 63016), part_id, 3)
    gate.set()
    assert any_house.delivery.drain(WAIT_S)
    (part,) = any_house.parts()
    assert (part.sid, part.state) == ("SM4", "failed")


def test_late_news_of_an_older_answer_lets_no_part_go(sqlite_url: str) -> None:
    with opened(sqlite_url, apart_s=2.0) as house:
        house.sends("Zero")
        assert soon(lambda: house.parts()[0].sid == "SM1")
        house.sends("One", "Two")
        assert soon(lambda: house.parts()[1].sid == "SM2")
        assert house.delivery.drain(WAIT_S)
        house.receipts.note(status("SM1", "sent"), None)
        assert house.delivery.drain(WAIT_S)
        assert house.read() == ["Zero", "One"]
        house.receipts.note(status("SM2", "sent"), None)
        assert soon(lambda: house.read() == ["Zero", "One", "Two"])
