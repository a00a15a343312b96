"""What we ask of Twilio is what its published description (OpenAPI) says that it takes.

`twilio_oai.json` is the part of it that we call: of https://github.com/twilio/twilio-oai, MIT.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from models.bubbles import Bubble, Choice, Choices
from tests.sandbox.twilio.world import ACCOUNT_SID, ALICE, AUTH_TOKEN, KIGALI, serving
from whatsapp.calling_numbers import VoiceWebhook
from whatsapp.choices import tappable
from whatsapp.hosts import API_URL, CONTENT_URL, MESSAGING_URL
from whatsapp.numbers import Webhook
from whatsapp.outbound import TwilioDoor
from whatsapp.twiml import dial

DESCRIPTION = json.loads((Path(__file__).parent / "twilio_oai.json").read_text())
CONTENT_SID = "HX" + "a" * 32
NUMBER_SID, SENDER_SID = "PN" + "a" * 32, "XE" + "a" * 32
SERVICE_SID, CALL_SID = "MG" + "a" * 32, "CA" + "a" * 32
HERE = "https://inzozi.example/whatsapp#rc=3&rp=all"
WEBHOOK = Webhook(HERE, "POST", "https://elsewhere.example", "POST", HERE, "POST")
APP_SID = "AP" + "a" * 32
CALLS_HERE = VoiceWebhook(
    "https://inzozi.example/calls", "POST", "https://inzozi.example/calls/status", "POST"
)
CALLBACK = "https://inzozi.example/whatsapp/status?part=7&resend=1"
YES_OR_NO = Choices("buttons", (Choice("yes", "Yes"), Choice("no", "No")))
DISHES = Choices("list", (Choice("item:1", "Tilapia", "9,500 RWF"), Choice("item:2", "Beer")), "")
ANSWERS = {
    "/2010-04-01": {"sid": "SM1", "status": "active", "messages": []},
    "/v1": {"sid": CONTENT_SID, "status": "received", "whatsapp": {"status": "approved"}},
    "/v2": {"success": True, "sid": SENDER_SID, "senders": []},
}


class Wire:
    """Answers as each host of Twilio's would, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        request.get_data()
        self.asked.append(request)
        answer = next(each for path, each in ANSWERS.items() if request.path.startswith(path))
        told = Response(json.dumps(answer), content_type="application/json")
        return told(environ, start_response)


@contextmanager
def opened() -> Iterator[tuple[TwilioDoor, Wire]]:
    wire = Wire()
    with serving(wire) as url:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url, public_url="https://inzozi.example")
        try:
            yield door, wire
        finally:
            door.close()


def sends(bubble: Bubble, content_sid: str | None = None) -> Callable[[TwilioDoor], object]:
    return lambda door: door.send(
        to=ALICE,
        from_=KIGALI,
        bubble=bubble,
        status_callback=CALLBACK,
        content_sid=content_sid,
    )


def makes(choices: Choices) -> Callable[[TwilioDoor], object]:
    taps = tappable(Bubble("Which one?\n\nThere are two.", choices=choices))
    assert taps is not None
    content = taps.content
    return lambda door: door.content.create(content)


def looks(door: TwilioDoor) -> object:
    return door.find_sent(to=ALICE, from_=KIGALI, bubble=Bubble("Hi"), age=timedelta(hours=1))


CALLS: dict[str, tuple[str, Callable[[TwilioDoor], object]]] = {
    "words": (API_URL, sends(Bubble("Muraho"))),
    "a picture": (API_URL, sends(Bubble("Isombe", "/media/menu/isombe.jpg"))),
    "a voice note": (API_URL, sends(Bubble("Muraho", voice="/media/abc"))),
    "choices": (API_URL, sends(Bubble("Spicy?", choices=YES_OR_NO), CONTENT_SID)),
    "a look": (API_URL, looks),
    "the account": (API_URL, lambda door: door.account_status()),
    "its balance": (API_URL, lambda door: door.billing.balance()),
    "its usage": (API_URL, lambda door: door.billing.spent_this_month()),
    "a phone number": (API_URL, lambda door: door.numbers.phone_number(KIGALI)),
    "its webhook": (API_URL, lambda door: door.numbers.point_phone_number(NUMBER_SID, HERE)),
    "its calls": (API_URL, lambda door: door.calling_numbers.phone_number(KIGALI)),
    "where they go": (
        API_URL,
        lambda door: door.calling_numbers.point_phone_number(NUMBER_SID, CALLS_HERE),
    ),
    "the apps": (API_URL, lambda door: list(door.calling_numbers.apps())),
    "a new app": (API_URL, lambda door: door.calling_numbers.make_app("Calls", CALLS_HERE)),
    "an app": (API_URL, lambda door: door.calling_numbers.point_app(APP_SID, CALLS_HERE)),
    "a sender's app": (MESSAGING_URL, lambda door: door.calling_numbers.app_of_sender(SENDER_SID)),
    "an app for it": (
        MESSAGING_URL,
        lambda door: door.calling_numbers.give_app(SENDER_SID, APP_SID),
    ),
    "a call's end": (API_URL, lambda door: door.calls.hang_up(CALL_SID)),
    "another way": (API_URL, lambda door: door.calls.redirect(CALL_SID, dial("+250788000009"))),
    "the senders": (MESSAGING_URL, lambda door: door.numbers.senders()),
    "a sender": (MESSAGING_URL, lambda door: door.numbers.sender(SENDER_SID)),
    "its webhooks": (MESSAGING_URL, lambda door: door.numbers.point_sender(SENDER_SID, WEBHOOK)),
    "the services": (MESSAGING_URL, lambda door: door.numbers.services()),
    "a service's": (MESSAGING_URL, lambda door: door.numbers.senders_of(SERVICE_SID)),
    "typing": (MESSAGING_URL, lambda door: door.show_typing("SM" + "1" * 32)),
    "buttons": (CONTENT_URL, makes(YES_OR_NO)),
    "a list": (CONTENT_URL, makes(DISHES)),
    "a deletion": (CONTENT_URL, lambda door: door.content.delete(CONTENT_SID)),
    "an approval": (
        CONTENT_URL,
        lambda door: door.content.approve(CONTENT_SID, name="table_ready", category="UTILITY"),
    ),
    "its status": (CONTENT_URL, lambda door: door.content.status(CONTENT_SID)),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_one_that_twilio_describes(call: str) -> None:
    host, make = CALLS[call]
    with opened() as (door, wire):
        make(door)
    (asked,) = wire.asked
    described = described_at(asked.path, asked.method.lower())
    assert described["host"] == host
    query = {"type": "object", "properties": described.get("query", {})}
    check(asked.args.to_dict(flat=False), query, is_form=True)
    if "body" not in described:
        assert not asked.get_data()
        return
    assert asked.mimetype == described["type"]
    is_form = described["type"].endswith("urlencoded")
    given = asked.form.to_dict(flat=False) if is_form else asked.json
    check(given, described["body"], is_form=is_form)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"To": [ALICE], "Boody": ["Hi"]},
        {"To": [ALICE], "ContentSid": ["HX1"]},
        {"To": [ALICE], "StatusCallback": ["/status"]},
        {"To": [ALICE, ALICE]},
    ],
)
def test_a_wrong_call_is_told_from_a_right_one(wrong: dict[str, list[str]]) -> None:
    described = described_at(f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json", "post")
    with pytest.raises(AssertionError):
        check(wrong, described["body"], is_form=True)


def described_at(path: str, method: str) -> dict[str, Any]:
    for template, methods in DESCRIPTION["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return {"host": methods["host"], **methods[method]}
    raise AssertionError(f"{path} is no path of Twilio's")


def check(value: Any, schema: dict[str, Any], *, is_form: bool) -> None:
    """Raises AssertionError. A form has a list of texts for each name; nothing may be unknown."""
    if "$ref" in schema:
        schema = DESCRIPTION["schemas"][schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type", "object")
    if is_form and kind not in ("object", "array"):
        assert len(value) == 1
        (value,) = value
    if kind == "object":
        assert isinstance(value, dict)
        assert set(schema.get("required", ())) <= value.keys()
        others = schema.get("additionalProperties", False)
        for name, each in value.items():
            inner = schema.get("properties", {}).get(name, others)
            assert isinstance(inner, dict), f"{name} is unknown"
            check(each, inner, is_form=is_form)
    elif kind == "array":
        for each in value:
            check([each] if is_form else each, schema["items"], is_form=is_form)
    elif kind == "integer":
        assert schema.get("minimum", 0) <= int(value) <= schema.get("maximum", 10**9)
    else:
        assert isinstance(value, str)
        assert value in schema.get("enum", [value])
        assert re.search(schema.get("pattern", ""), value)
        assert schema.get("format") != "uri" or urlsplit(value).netloc
