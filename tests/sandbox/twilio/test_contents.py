"""The Content API's stand-in, asked by twilio's own client: made, filled in, tapped, refused."""

import json
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Choices, Option
from tests.sandbox.twilio.world import ACCOUNT_SID, ALICE, AUTH_TOKEN, KIGALI, Receiver

BUTTONS = {
    "body": "{{1}}\n\nSpicy?",
    "actions": [
        {"type": "QUICK_REPLY", "title": "{{2}}", "id": "yes"},
        {"type": "QUICK_REPLY", "title": "No", "id": "no"},
    ],
}
ITEMS = [{"item": "Tilapia", "id": "item:1", "description": "9,500 RWF"}]
LIST = {"body": "Which one?", "button": "Dishes", "items": ITEMS}
VARIABLES = {"1": "Tilapia, then.", "2": "Yes"}


def make(
    url: str, session: requests.Session, types: dict[str, Any], **more: Any
) -> requests.Response:
    body = {"language": "en", "types": types, **more}
    return session.post(f"{url}/v1/Content", json=body, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=10)


@pytest.fixture
def buttons(url: str, session: requests.Session) -> str:
    return str(make(url, session, {"twilio/quick-reply": BUTTONS}).json()["sid"])


@pytest.fixture
def listed(url: str, session: requests.Session) -> str:
    return str(make(url, session, {"twilio/list-picker": LIST}).json()["sid"])


def send(twilio: Client, sid: str, variables: object = VARIABLES) -> str:
    told = variables if isinstance(variables, str) else json.dumps(variables)
    message = twilio.messages.create(
        to=ALICE, from_=KIGALI, content_sid=sid, content_variables=told
    )
    return str(message.sid)


def test_what_was_made_is_fetched_listed_and_deleted(twilio: Client, buttons: str) -> None:
    content = twilio.content.v1.contents(buttons).fetch()
    assert (content.sid, content.account_sid, content.language) == (buttons, ACCOUNT_SID, "en")
    assert content.types == {"twilio/quick-reply": BUTTONS}
    assert [each.sid for each in twilio.content.v1.contents.list()] == [buttons]
    assert twilio.content.v1.contents(buttons).delete()
    assert twilio.content.v1.contents.list() == []
    with pytest.raises(TwilioRestException) as refusal:
        twilio.content.v1.contents(buttons).delete()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_a_content_is_filled_in(twilio: Client, exchange: Exchange, buttons: str) -> None:
    message = exchange.message(send(twilio, buttons))
    assert message is not None
    assert message.body == "Tilapia, then.\n\nSpicy?"
    options = (Option("yes", "Yes"), Option("no", "No"))
    assert message.choices == Choices("buttons", options)


def test_a_tap_is_told_with_its_button(
    twilio: Client, exchange: Exchange, receiver: Receiver, buttons: str
) -> None:
    sid = send(twilio, buttons)
    assert exchange.tap(sid, "yes").webhook.ok
    form = receiver.posts[-1].form
    assert (form["MessageType"], form["ButtonPayload"], form["ButtonText"], form["Body"]) == (
        "button",
        "yes",
        "Yes",
        "Yes",
    )
    assert form["OriginalRepliedMessageSid"] == sid


def test_a_choice_of_a_list_is_told_with_its_id(
    twilio: Client, exchange: Exchange, receiver: Receiver, listed: str
) -> None:
    sid = send(twilio, listed)
    assert exchange.tap_later(sid, "item:1").body == "Tilapia"
    assert receiver.has(1)
    form = receiver.posts[-1].form
    assert (form["MessageType"], form["ListId"], form["ListTitle"]) == (
        "interactive",
        "item:1",
        "Tilapia",
    )


def test_what_nobody_offered_is_not_tapped(exchange: Exchange, twilio: Client, listed: str) -> None:
    sid = send(twilio, listed)
    for message, option in ((sid, "item:2"), ("SM1", "item:1")):
        with pytest.raises(ValueError, match="no "):
            exchange.tap(message, option)


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"twilio/list-picker": {**LIST, "items": ITEMS * 11}},
        {"twilio/list-picker": {**LIST, "items": []}},
        {"twilio/list-picker": {**LIST, "items": [{"item": "Tilapia"}]}},
        {"twilio/list-picker": {"body": "Which?", "items": ITEMS}},
        {"twilio/quick-reply": {"body": "", "actions": BUTTONS["actions"]}},
        {"twilio/quick-reply": {"body": "Spicy?"}},
        {"twilio/quick-reply": {"body": "Spicy?", "actions": [{"id": "yes"}]}},
        {"twilio/quick-reply": []},
    ],
)
def test_a_wrong_content_is_refused(
    url: str, session: requests.Session, types: dict[str, Any]
) -> None:
    answer = make(url, session, types)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ("{", 21656),
        ("[]", 21656),
        ({"1": ""}, 21656),
        ({"1": None}, 21656),
        ({"1": "two\nlines"}, 21656),
        ({"1": "a\ttab"}, 21656),
        ({"1": "five     spaces"}, 21656),
        ({"1": "a" * 1601}, 21658),
    ],
)
def test_wrong_variables_are_refused(
    twilio: Client, buttons: str, variables: object, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(twilio, buttons, variables)
    assert (refusal.value.status, refusal.value.code) == (400, code)


def test_a_content_that_nobody_made_is_refused(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(twilio, "HX" + "0" * 32)
    assert (refusal.value.status, refusal.value.code) == (400, 21655)


@pytest.mark.parametrize(
    "types",
    [
        {"twilio/quick-reply": {"body": "x", "actions": [{"title": each} for each in "abcd"]}},
        {"twilio/quick-reply": {"body": "x", "actions": [{"title": "a" * 21}]}},
        {"twilio/quick-reply": {"body": "x", "actions": [{"title": "a"}, {"title": "a"}]}},
        {
            "twilio/quick-reply": {
                "body": "x",
                "actions": [{"id": "no", "title": each} for each in ("No", "No thanks")],
            }
        },
        {"twilio/list-picker": {**LIST, "items": [{"id": "no", "item": each} for each in "ab"]}},
        {"twilio/quick-reply": {"body": "a" * 1025, "actions": [{"title": "a"}]}},
        {"twilio/list-picker": {**LIST, "items": [{"id": "1", "item": "a" * 25}]}},
        {"twilio/list-picker": {**LIST, "items": [{"id": "a" * 201, "item": "a"}]}},
        {"twilio/list-picker": {**LIST, "button": "a" * 21}},
    ],
)
def test_what_whatsapp_does_not_show_fails(
    url: str,
    session: requests.Session,
    twilio: Client,
    exchange: Exchange,
    types: dict[str, Any],
) -> None:
    sid = send(twilio, make(url, session, types).json()["sid"])
    message = exchange.message(sid)
    assert message is not None
    assert exchange.wait_for(lambda: message.status == "failed")
    assert message.error_code == 63021


def test_that_none_can_be_made_is_ordered(
    url: str, session: requests.Session, twilio: Client, exchange: Exchange
) -> None:
    exchange.faults = [{"status": 429, "content": True}]
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="Muraho").sid
    assert make(url, session, {"twilio/list-picker": LIST}).status_code == 429
    assert make(url, session, {"twilio/list-picker": LIST}).status_code == 201


def test_an_approval_is_asked_for_and_given(twilio: Client, buttons: str) -> None:
    content = twilio.content.v1.contents(buttons)
    before: Any = content.approval_fetch().fetch().whatsapp
    assert before["status"] == "unsubmitted"
    asked = content.approval_create.create(
        content_approval_request=_request("table_ready", "UTILITY")
    )
    assert asked.status == "received"
    after: Any = content.approval_fetch().fetch().whatsapp
    assert (after["status"], after["name"]) == ("approved", "table_ready")
    with pytest.raises(TwilioRestException):
        content.approval_create.create(content_approval_request=_request("Table ready", "UTILITY"))


def _request(name: str, category: str) -> Any:
    from twilio.rest.content.v1.content.approval_create import (  # noqa: PLC0415
        ApprovalCreateList,
    )

    return ApprovalCreateList.ContentApprovalRequest({"name": name, "category": category})
