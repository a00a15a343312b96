"""What goes wrong on order: refusals, late answers, closed connections, failed deliveries."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    BOB,
    KIGALI,
    SandboxHttpClient,
)


def test_a_refusing_fault_takes_no_message(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"status": 429, "count": 2})
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refusal:
            twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
        assert (refusal.value.status, refusal.value.code) == (429, 20429)
    assert exchange.messages() == []
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid


def test_a_fault_after_the_message_was_taken(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"status": 500, "after": True})
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
    assert refusal.value.status == 500
    assert [message.body for message in exchange.messages()] == ["Hello"]


def test_a_fault_waits_for_its_address(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"status": 400, "code": 63003, "to": BOB})
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(to=BOB, from_=KIGALI, body="Hello")
    assert refusal.value.code == 63003


@pytest.mark.parametrize(("after", "taken"), [(True, 1), (False, 0)])
def test_a_late_answer_outlasts_the_clients_time_out(
    url: str, exchange: Exchange, after: bool, taken: int
) -> None:
    exchange.faults.append({"timeout_s": 30, "after": after})
    http_client = SandboxHttpClient(url, timeout_s=0.2)
    with pytest.raises(requests.ReadTimeout):
        Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http_client).messages.create(
            to=ALICE, from_=KIGALI, body="Hello"
        )
    http_client.close()
    assert len(exchange.messages()) == taken


@pytest.mark.parametrize(("after", "taken"), [(True, 1), (False, 0)])
def test_a_connection_that_is_closed_gives_no_answer(
    twilio: Client, exchange: Exchange, after: bool, taken: int
) -> None:
    exchange.faults.append({"close": True, "after": after})
    with pytest.raises(requests.ConnectionError):
        twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
    assert len(exchange.messages()) == taken


def test_a_delivery_can_be_made_to_fail(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"fail_with": 63016})
    sid = twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "failed")
    message = twilio.messages(sid).fetch()
    assert message.error_code == 63016
    assert message.error_message.startswith("Failed to send freeform message")
