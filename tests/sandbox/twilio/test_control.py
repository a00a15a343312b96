"""The ways to steer the sandbox's Twilio over HTTP, under /sandbox/twilio."""

import base64
import time
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Choices, Option
from sandbox.web import create_web
from tests.sandbox.twilio.world import (
    ALICE,
    BOB,
    KIGALI,
    NOON,
    Receiver,
)


def test_faults_are_ordered_and_cleared_over_http(
    url: str, session: requests.Session, exchange: Exchange
) -> None:
    fault: Any = {"status": 429, "count": 3, "to": ALICE, "after": False, "timeout_s": 0.5}
    assert session.post(f"{url}/sandbox/twilio/faults", json=[fault], timeout=10).status_code == 201
    assert exchange.faults == [fault]
    assert session.delete(f"{url}/sandbox/twilio/faults", timeout=10).status_code == 204
    assert exchange.faults == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        "x",
        None,
        [1],
        [{"staus": 429}],
        [{"status": "429"}],
        [{"count": True}],
        [{"status": 200}],
        [{"close": 1}],
        [{"to": 7}],
        [{"content": 1}],
    ],
)
def test_a_wrong_fault_is_400(
    url: str, session: requests.Session, exchange: Exchange, body: Any
) -> None:
    answer = session.post(f"{url}/sandbox/twilio/faults", json=body, timeout=10)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert exchange.faults == []


def test_a_choice_can_be_tapped_over_http(
    url: str, session: requests.Session, exchange: Exchange, receiver: Receiver
) -> None:
    choices = Choices("buttons", (Option("yes", "Yes"),))
    body = {"sid": exchange.send(ALICE, KIGALI, "Spicy?", choices=choices).sid, "id": "yes"}
    assert session.post(f"{url}/sandbox/twilio/tap", json=body, timeout=10).status_code == 200
    assert receiver.posts[-1].form["ButtonPayload"] == "yes"
    shown = session.get(f"{url}/sandbox/twilio/messages", timeout=10).json()["messages"][0]
    assert shown["choices"]["options"][0]["title"] == "Yes"
    body["id"] = "no"
    assert session.post(f"{url}/sandbox/twilio/tap", json=body, timeout=10).status_code == 400


def test_a_diner_can_be_played_over_http(
    url: str, session: requests.Session, receiver: Receiver
) -> None:
    voice = {"content_type": "audio/ogg", "base64": base64.b64encode(b"OggS").decode()}
    body: Any = {
        "from": BOB,
        "to": KIGALI,
        "body": "Hi",
        "sid": "SM1",
        "profile_name": "Bobby",
        "media": [voice],
    }
    answer = session.post(f"{url}/sandbox/twilio/inbound", json=body, timeout=10).json()
    assert (answer["sid"], answer["webhook"]["status"]) == ("SM1", 204)
    assert answer["webhook"]["seconds"] > 0
    form = receiver.posts[0].form
    assert (form["From"], form["ProfileName"], form["MediaContentType0"]) == (
        BOB,
        "Bobby",
        "audio/ogg",
    )


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"to": KIGALI},
        {"from": 1, "to": KIGALI},
        {"from": ALICE, "to": KIGALI, "body": "\ud83d"},
        {"from": ALICE, "to": KIGALI, "media": [{"content_type": "audio/ogg", "base64": "*"}]},
        {"from": ALICE, "to": KIGALI, "media": {}},
        {"from": ALICE, "to": KIGALI, "extra_fields": {"Latitude": 1.5}},
    ],
)
def test_a_wrong_inbound_message_is_400(
    url: str, session: requests.Session, exchange: Exchange, body: Any
) -> None:
    answer = session.post(f"{url}/sandbox/twilio/inbound", json=body, timeout=10)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert exchange.messages() == []


def test_json_nested_too_deep_is_400(url: str, session: requests.Session) -> None:
    headers = {"Content-Type": "application/json"}
    answer = session.post(
        f"{url}/sandbox/twilio/inbound", data="[" * 200_000, headers=headers, timeout=10
    )
    assert answer.status_code == 400


def test_everything_can_be_seen_oldest_first(
    url: str, session: requests.Session, exchange: Exchange
) -> None:
    exchange.receive(ALICE, KIGALI, "Hello")
    reply = exchange.send(ALICE, KIGALI, "Muraho!")
    assert exchange.wait_for(lambda: reply.status == "read")
    inbound, outbound = session.get(f"{url}/sandbox/twilio/messages", timeout=10).json()["messages"]
    assert (inbound["body"], inbound["answers"][0]["status"], outbound["body"]) == (
        "Hello",
        204,
        "Muraho!",
    )
    assert [step["status"] for step in outbound["history"]] == [
        "queued",
        "sent",
        "delivered",
        "read",
    ]
    assert outbound["history"][0]["at"] == NOON.timestamp()
    only = session.get(f"{url}/sandbox/twilio/messages", params={"from": ALICE}, timeout=10)
    assert only.json()["messages"] == [inbound]


def test_the_counts_tell_what_happened(
    url: str, session: requests.Session, exchange: Exchange, receiver: Receiver
) -> None:
    receiver.statuses = [403]
    exchange.receive(ALICE, KIGALI, "Hello")
    exchange.receive(ALICE, KIGALI, "Hello again")
    reply = exchange.send(ALICE, KIGALI, "Muraho!", status_callback=f"{receiver.url}/status")
    assert exchange.wait_for(lambda: len(reply.answers) == 3)
    assert session.get(f"{url}/sandbox/twilio/stats", timeout=10).json() == {
        "inbound": {"failed": 1, "read": 1},
        "outbound": {"read": 1},
        "webhooks": {"accepted": 1, "failed": 1},
        "status_callbacks": {"accepted": 3, "failed": 0},
        "typing_indicators": 0,
        "faults_left": 0,
    }


def test_the_world_is_steered_from_its_own_machine_only(exchange: Exchange) -> None:
    web = create_web(exchange).test_client()
    answer = web.get("/sandbox/twilio/stats", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.status_code == 403


def test_a_hundred_diners_write_at_once(
    twilio: Client, exchange: Exchange, receiver: Receiver
) -> None:
    started = time.monotonic()
    for number in range(100):
        exchange.receive_later(f"whatsapp:+25078801{number:04d}", KIGALI, f"Hello from {number}")
    assert exchange.wait_for(lambda: exchange.stats()["inbound"] == {"sent": 100}, 30)
    assert {post.form["Body"] for post in receiver.posts} == {
        f"Hello from {number}" for number in range(100)
    }
    assert time.monotonic() - started < 30


def test_who_is_on_twilios_own_list_is_refused(
    url: str, session: requests.Session, twilio: Client
) -> None:
    chat = {"from": ALICE, "to": KIGALI}
    route = f"{url}/sandbox/twilio/opted-out"
    assert session.post(route, json=chat, timeout=10).status_code == 204
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    assert twilio.messages.create(to=BOB, from_=KIGALI, body="Hello").sid
    assert session.delete(route, json=chat, timeout=10).status_code == 204
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid


def test_what_whatsapp_says_of_templates_is_ordered(
    url: str, session: requests.Session, exchange: Exchange, twilio: Client
) -> None:
    verdict = {"status": "rejected", "reason": "INVALID_FORMAT"}
    ordered = session.post(f"{url}/sandbox/twilio/approvals", json=verdict, timeout=10)
    assert ordered.status_code == 204
    content: Any = {
        "friendly_name": "ready",
        "language": "en",
        "types": {"twilio/text": {"body": "Your table is ready."}},
    }
    auth = (exchange.account_sid, exchange.auth_token)
    sid = session.post(f"{url}/v1/Content", json=content, auth=auth, timeout=10).json()["sid"]
    asked = {"name": "ready", "category": "UTILITY"}
    approval = f"{url}/v1/Content/{sid}/ApprovalRequests/whatsapp"
    assert session.post(approval, json=asked, auth=auth, timeout=10).status_code == 201
    told = twilio.content.v1.contents(sid).approval_fetch().fetch().whatsapp
    assert (told["status"], told["rejection_reason"]) == ("rejected", "INVALID_FORMAT")
