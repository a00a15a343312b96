"""WhatsApp's 24 hours: outside them only what it has approved arrives."""

from typing import Any

import pytest
import requests
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import ALICE, BOB, KIGALI, Clock, Receiver

HOUR_S = 3600


def ends(exchange: Exchange, sid: str | None) -> tuple[str, int | None]:
    """How a message ends, and the code."""
    message = exchange.message(sid or "")
    assert message is not None
    assert exchange.wait_for(lambda: message.status in {"read", "failed"})
    return message.status, message.error_code


@pytest.mark.parametrize(
    ("hours", "end"), [(23.9, ("read", None)), (24, ("failed", 63016))], ids=["inside", "outside"]
)
def test_a_day_after_the_diners_last_message_nothing_freeform_arrives(
    exchange: Exchange, clock: Clock, twilio: Client, hours: float, end: tuple[str, int | None]
) -> None:
    exchange.receive(ALICE, KIGALI, "Hello")
    clock.now += hours * HOUR_S
    created = twilio.messages.create(to=ALICE, from_=KIGALI, body="Your table is ready.")
    assert created.status == "queued"
    assert ends(exchange, created.sid) == end


def test_a_message_of_any_kind_opens_it_again(exchange: Exchange, clock: Clock) -> None:
    exchange.receive(ALICE, KIGALI, "Hello")
    clock.now += 25 * HOUR_S
    fields = {"MessageType": "sticker"}
    exchange.receive(ALICE, KIGALI, "", extra_fields=fields)
    assert ends(exchange, exchange.send(ALICE, KIGALI, "Welcome back!").sid) == ("read", None)


def test_who_never_wrote_to_this_process_can_be_written_to(exchange: Exchange) -> None:
    assert ends(exchange, exchange.send(BOB, KIGALI, "Hello").sid) == ("read", None)


def test_what_whatsapp_has_approved_arrives_at_any_time(
    exchange: Exchange, twilio: Client, url: str, session: requests.Session
) -> None:
    content: Any = {
        "friendly_name": "ready",
        "language": "en",
        "types": {"twilio/text": {"body": "Your table is ready."}},
    }
    auth = (exchange.account_sid, exchange.auth_token)
    sid = session.post(f"{url}/v1/Content", json=content, auth=auth, timeout=10).json()["sid"]
    closed = session.post(
        f"{url}/sandbox/twilio/window", json={"from": ALICE, "to": KIGALI}, timeout=10
    )
    assert closed.status_code == 204
    sent = twilio.messages.create(to=ALICE, from_=KIGALI, content_sid=sid)
    assert ends(exchange, sent.sid) == ("failed", 63016)
    asked = {"name": "ready", "category": "UTILITY"}
    approval = f"{url}/v1/Content/{sid}/ApprovalRequests/whatsapp"
    assert session.post(approval, json=asked, auth=auth, timeout=10).status_code == 201
    sent = twilio.messages.create(to=ALICE, from_=KIGALI, content_sid=sid)
    assert ends(exchange, sent.sid) == ("read", None)


def test_the_service_hears_why(exchange: Exchange, receiver: Receiver) -> None:
    exchange.windows.close((ALICE, KIGALI))
    callback = f"{receiver.url}/status"
    late = exchange.send(ALICE, KIGALI, "Your table is ready.", status_callback=callback)
    assert exchange.wait_for(lambda: bool(late.answers))
    assert receiver.posts[0].form["ErrorCode"] == "63016"
