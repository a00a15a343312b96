"""A diner's parts go out in order, at their number's pace; what Twilio tells of them is kept."""

from collections.abc import Iterator

import pytest

from models.database.engine import DatabaseUnavailableError
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, BOB, CALLBACK_URL, CHARLIE, KIGALI, LEASE_S, House, opened
from whatsapp.inbound import StatusCallback


@pytest.fixture
def lone_sender(sqlite_url: str) -> Iterator[House]:
    """A house that sends one part a second, to one diner at a time."""
    with opened(sqlite_url, at_once=1, per_second=1) as house:
        yield house


def status(sid: str, status: str, error_code: int | None = None) -> StatusCallback:
    fields = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": str(error_code or "")}
    return StatusCallback.model_validate(fields)


def test_parts_go_out_in_their_order(any_house: House) -> None:
    any_house.sends("One", "Two", "Three")
    assert soon(lambda: [part.state for part in any_house.parts()] == ["sent"] * 3)
    assert any_house.read() == ["One", "Two", "Three"]


def test_each_carries_its_own_callback_and_is_stored_with_its_sid(house: House) -> None:
    house.sends("One", "Two")
    assert soon(lambda: [part.sid for part in house.parts()] == ["SM1", "SM2"])
    assert [(each.to, each.from_) for each in house.twilio.taken] == [(ALICE, KIGALI)] * 2
    assert [each.callback for each in house.twilio.taken] == [
        f"{CALLBACK_URL}?part={part.id}" for part in house.parts()
    ]
    assert soon(lambda: house.count("sends", outcome="sent") == 2)


def test_a_reply_behind_unsent_parts_waits_its_turn(any_house: House) -> None:
    gate = any_house.twilio.holds()
    any_house.sends("The soup is ready.", "So is the bread.")
    any_house.hears("Thank you!")
    assert soon(lambda: len(any_house.parts()) == 3)
    gate.set()
    assert soon(lambda: len(any_house.read()) == 3)
    assert any_house.read() == ["The soup is ready.", "So is the bread.", "Yes."]


def test_a_slow_send_holds_up_no_other_diner(house: House) -> None:
    gate = house.twilio.holds()
    house.sends("One", diner=ALICE)
    assert house.twilio.is_called.wait(WAIT_S)
    house.twilio.holds().set()
    house.sends("One", diner=BOB)
    assert soon(lambda: house.read(BOB) == ["One"])
    assert house.read(ALICE) == []
    gate.set()


def test_parts_of_a_number_leave_at_its_pace(lone_sender: House) -> None:
    for diner in (ALICE, BOB, CHARLIE):
        lone_sender.sends("Hello", diner=diner)
    assert soon(lambda: len(lone_sender.twilio.taken) == 3)
    assert lone_sender.clock.pauses == [1.0, 1.0]


def test_what_a_frozen_process_held_too_long_it_does_not_send(lone_sender: House) -> None:
    lone_sender.sends("Hello", diner=BOB)
    lone_sender.clock.meanwhile.append(lambda: lone_sender.clock.passes(LEASE_S))
    lone_sender.sends("Hello", "Again", diner=ALICE)
    assert soon(lambda: lone_sender.count("sends", outcome="lost") == 1)
    assert lone_sender.delivery.drain(WAIT_S)
    assert lone_sender.read(ALICE) == []


def test_what_it_has_lost_and_never_sent_need_not_be_looked_for(lone_sender: House) -> None:
    lone_sender.sends("Hello", diner=BOB)
    lone_sender.clock.meanwhile.append(lambda: lone_sender.clock.passes(LEASE_S))
    lone_sender.sends("Hello", "Again", diner=ALICE)
    assert soon(lambda: lone_sender.count("sends", outcome="lost") == 1)
    assert lone_sender.sweeps_until(lambda: lone_sender.read(ALICE) == ["Hello", "Again"])
    assert lone_sender.twilio.looks == []


def test_a_part_is_held_from_the_moment_that_it_is_handed_over(lone_sender: House) -> None:
    gate = lone_sender.twilio.holds()
    lone_sender.sends("Hello", diner=BOB)
    lone_sender.sends("Hello", diner=ALICE)  # nobody gets to it for longer than a lease lasts
    for _ in range(3):
        lone_sender.clock.passes(LEASE_S / 2)
        lone_sender.leases.renew()
    gate.set()
    assert soon(lambda: lone_sender.read(ALICE) == ["Hello"])
    assert lone_sender.twilio.looks == []


def test_the_sweep_leaves_alone_what_is_being_sent(house: House) -> None:
    gate = house.twilio.holds()
    outgoing = house.sends("One")
    assert house.twilio.is_called.wait(WAIT_S)
    house.delivery.take_up(outgoing.diner_id)
    gate.set()
    assert house.delivery.drain(WAIT_S)
    assert house.read() == ["One"]
    assert not [each for each in house.database.ran if each.startswith("SELECT outbox.id")]


def test_what_is_on_its_way_can_be_waited_for(house: House) -> None:
    gate = house.twilio.holds()
    house.sends("One")
    assert not house.delivery.drain(0)
    gate.set()
    assert house.delivery.drain(WAIT_S)
    assert house.read() == ["One"]


def test_after_the_close_nothing_goes_out(house: House) -> None:
    house.delivery.close()
    house.sends("One")
    assert house.delivery.drain(WAIT_S)
    assert house.read() == []


def test_a_part_moves_forward_with_what_twilio_tells(any_house: House) -> None:
    any_house.sends("One")
    assert soon(lambda: any_house.parts()[0].sid == "SM1")
    for told in ("delivered", "sent", "read", "delivered"):
        any_house.receipts.note(status("SM1", told), None)
    assert any_house.parts()[0].delivery == "read"
    assert any_house.count("sends", outcome="status_ignored") == 2


def test_what_twilio_sent_is_no_try_of_ours_once_more(house: House) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", "sent"), None)
    told = {outcome: house.count("sends", outcome=outcome) for outcome in ("sent", "status_sent")}
    assert told == {"sent": 1, "status_sent": 1}


def test_a_status_that_overtakes_its_sid_records_it(any_house: House) -> None:
    outgoing = any_house.owes("One")
    assert outgoing is not None
    any_house.receipts.note(status("SM7", "sent"), outgoing.id)
    (part,) = any_house.parts()
    assert (part.sid, part.state, part.delivery) == ("SM7", "sent", "sent")


@pytest.mark.parametrize("told", ["delivered", "dancing"])
def test_a_status_of_no_message_of_ours_changes_nothing(house: House, told: str) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM999", told), None)
    assert [part.delivery for part in house.parts()] == [None]
    assert house.count("sends", outcome="status_ignored") == 1


def test_a_message_that_never_arrived_is_kept_with_its_code(house: House) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", "undelivered", 63016), None)
    assert [(part.delivery, part.error_code) for part in house.parts()] == [("undelivered", 63016)]


def test_a_status_that_cannot_be_stored_is_not_acknowledged(house: House) -> None:
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        house.receipts.note(status("SM1", "sent"), None)
