"""Twilio's status callback: our message moves forward; what is not ours is passed over."""

import pytest

from models.outbox import Part
from tests.engine.clock import soon
from tests.engine.world import BOB, House
from tests.handlers.web import FORM, Webhooks

NO_PARTS = [
    *[
        "",
        "abc",
        "-1",
        "0",
        "1.5",
        "1e3",
        "1_0",
        "+1",
        "%201",
        "%D9%A1",
        "%00",
        "%FF",
        "1%00",
        "0x1",
    ],
    *[str(2**31), "3000000000", str(2**63), "9" * 5_000, "1&part=2", "1&part=1"],
]


@pytest.fixture
def webhooks(house: House) -> Webhooks:
    return Webhooks(house)


def sent(house: House) -> Part:
    """A part that went out to Alice, under the SID SM1."""
    house.sends("Welcome.")
    assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
    return house.parts()[0]


def test_a_status_moves_its_message_forward(house: House, webhooks: Webhooks) -> None:
    part = sent(house)
    for told in ("sent", "delivered", "read"):
        assert webhooks.status("SM1", told, part.id).status_code == 204
        assert house.parts()[0].delivery == told


def test_one_that_was_overtaken_moves_nothing_back(house: House, webhooks: Webhooks) -> None:
    part = sent(house)
    for told in ("read", "sent", "delivered"):
        assert webhooks.status("SM1", told, part.id).status_code == 204
    assert house.parts()[0].delivery == "read"


@pytest.mark.parametrize("told", ["dancing", "READ", "delivered; drop"])
def test_a_status_that_nobody_knows_changes_nothing(
    house: House, webhooks: Webhooks, told: str
) -> None:
    part = sent(house)
    assert webhooks.status("SM1", told, part.id).status_code == 204
    assert house.parts()[0].delivery is None


def test_a_status_that_overtakes_the_answer_to_our_send_records_its_sid(
    house: House, webhooks: Webhooks
) -> None:
    outgoing = house.owes("Welcome.")
    assert outgoing is not None
    assert webhooks.status("SM7", "delivered", outgoing.id).status_code == 204
    assert [(part.sid, part.state) for part in house.parts()] == [("SM7", "sent")]


def test_a_part_that_none_of_ours_can_be_is_passed_over(any_house: House) -> None:
    assert any_house.owes("Welcome.") is not None
    webhooks = Webhooks(any_house)
    for part in NO_PARTS:
        assert webhooks.status("SM7", "delivered", part).status_code == 204
    assert [each.sid for each in any_house.parts()] == [None]


def test_a_status_of_what_goes_out_once_more_records_its_sid(
    house: House, webhooks: Webhooks
) -> None:
    part = sent(house)
    webhooks.status("SM1", "undelivered", part.id, ErrorCode="63018")
    for resend in NO_PARTS:
        assert webhooks.status("SM2", "sent", f"{part.id}&resend={resend}").status_code == 204
    assert [(each.sid, each.state) for each in house.parts()] == [("SM1", "waiting")]
    assert webhooks.status("SM2", "sent", f"{part.id}&resend=1").status_code == 204
    assert [(each.sid, each.state) for each in house.parts()] == [("SM2", "sent")]


def test_anothers_sid_never_takes_a_part_that_has_its_own(house: House, webhooks: Webhooks) -> None:
    part = sent(house)
    assert webhooks.status("SM7", "read", part.id).status_code == 204
    assert [(part.sid, part.delivery) for part in house.parts()] == [("SM1", None)]


def test_a_sid_of_ours_never_takes_another_part(house: House, webhooks: Webhooks) -> None:
    sent(house)
    waiting = house.owes("Welcome.", diner=BOB)
    assert waiting is not None
    assert webhooks.status("SM1", "read", waiting.id).status_code == 204
    assert [(part.sid, part.delivery) for part in house.parts()] == [("SM1", "read"), (None, None)]


@pytest.mark.parametrize("part", [None, 999])
def test_a_message_that_is_not_ours_is_acknowledged(
    house: House, webhooks: Webhooks, part: int | None
) -> None:
    sent(house)
    assert webhooks.status("SMunknown", "delivered", part).status_code == 204
    assert house.count("sends", outcome="status_ignored") == 1


def test_why_it_never_arrived_is_kept(house: House, webhooks: Webhooks) -> None:
    part = sent(house)
    webhooks.status("SM1", "undelivered", part.id, ErrorCode="63016")
    assert house.parts()[0].error_code == 63016


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("MessageStatus", ""),
        ("MessageStatus", "x" * 99),
        ("MessageSid", "SM' OR 1=1"),
        ("ErrorCode", "99999999999999"),
        ("ErrorCode", "no"),
    ],
)
def test_a_malformed_status_is_bad_and_says_which_field(
    webhooks: Webhooks, field: str, value: str
) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "sent", field: value}
    answer = webhooks.post(fields, "/whatsapp/status")
    assert (answer.status_code, answer.text.split(":")[0]) == (400, field)


def test_a_message_is_no_status(webhooks: Webhooks) -> None:
    answer = webhooks.post(FORM, "/whatsapp/status")
    assert (answer.status_code, answer.text.split(":")[0]) == (400, "MessageStatus")
