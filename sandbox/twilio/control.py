"""Twilio's stand-in behind HTTP: write as any diner, order faults, see everything.

It is for tests and for whoever plays with the sandbox, and answers on the loopback address only;
the service never calls it.
"""

import base64
import binascii
import ipaddress
from dataclasses import asdict, fields
from typing import Any, cast

from flask import Blueprint, Response, abort, jsonify, request

from sandbox.bodies import RefusedError, json_object, refusal, require_address, text_of
from sandbox.twilio.account import MessagingService, PhoneNumber, Sender, as_told
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Attachment, Fault, Message
from sandbox.twilio.webhooks import Answer

LONGEST_DELAY_S = 120
ACCOUNT_FIELDS = ("status", "type", "balance", "spent")
# The type of each field of a fault, and the least and the largest number that it may be.
FAULT_FIELDS: dict[str, tuple[type, float, float]] = {
    "status": (int, 400, 599),
    "code": (int, 1, 99_999),
    "close": (bool, 0, 1),
    "timeout_s": (float, 0, LONGEST_DELAY_S),
    "after": (bool, 0, 1),
    "fail_with": (int, 1, 99_999),
    "listed_after_s": (float, 0, LONGEST_DELAY_S),
    "count": (int, 1, 1_000_000),
    "to": (str, 0, 0),
    "content": (bool, 0, 1),
}


class Control:
    """What a test may do to the world: write as any diner, order faults, and see everything."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def blueprint(self) -> Blueprint:
        routes = Blueprint("sandbox_twilio", __name__, url_prefix="/sandbox/twilio")
        routes.before_request(require_loopback)
        routes.before_request(require_address)
        routes.add_url_rule("/faults", view_func=self.order_faults, methods=["POST"])
        routes.add_url_rule("/faults", view_func=self.clear_faults, methods=["DELETE"])
        routes.add_url_rule("/messages", view_func=self.messages)
        routes.add_url_rule("/inbound", view_func=self.write, methods=["POST"])
        routes.add_url_rule("/tap", view_func=self.tap, methods=["POST"])
        routes.add_url_rule("/window", view_func=self.close_window, methods=["POST"])
        routes.add_url_rule("/opted-out", view_func=self.opt_out, methods=["POST"])
        routes.add_url_rule("/opted-out", view_func=self.opt_in, methods=["DELETE"])
        routes.add_url_rule("/approvals", view_func=self.judge, methods=["POST"])
        routes.add_url_rule("/account", view_func=self.account)
        routes.add_url_rule("/account", view_func=self.change_account, methods=["POST"])
        routes.add_url_rule("/senders", view_func=self.change_sender, methods=["POST"])
        routes.add_url_rule("/senders", view_func=self.drop_sender, methods=["DELETE"])
        routes.add_url_rule("/phone-numbers", view_func=self.change_number, methods=["POST"])
        routes.add_url_rule("/services", view_func=self.change_service, methods=["POST"])
        routes.add_url_rule("/stats", view_func=self.stats)
        routes.register_error_handler(RefusedError, refusal)
        return routes

    def order_faults(self) -> tuple[Response, int]:
        faults = request.get_json(silent=True)
        if not isinstance(faults, list):
            raise RefusedError("the body must be a JSON list of faults, sent as application/json")
        self._exchange.faults.extend([_fault(fault) for fault in faults])
        return jsonify({"faults": self._exchange.faults}), 201

    def clear_faults(self) -> tuple[str, int]:
        self._exchange.faults.clear()
        return "", 204

    def messages(self) -> Response:
        found = self._exchange.messages(request.args.get("to"), request.args.get("from"))
        return jsonify({"messages": [_message(message) for message in found]})

    def write(self) -> Response:
        body = json_object()
        receipt = self._exchange.receive(
            text_of(body, "from"),
            text_of(body, "to"),
            text_of(body, "body", ""),
            [_attachment(medium) for medium in _list_of(body, "media")],
            profile_name=text_of(body, "profile_name", "") or None,
            sid=text_of(body, "sid", "") or None,
            extra_fields=_texts_of(body, "extra_fields"),
        )
        return jsonify({"sid": receipt.message.sid, "webhook": _answer(receipt.webhook)})

    def tap(self) -> Response:
        body = json_object()
        try:
            receipt = self._exchange.tap(text_of(body, "sid"), text_of(body, "id"))
        except ValueError as error:
            raise RefusedError(str(error)) from None
        return jsonify({"sid": receipt.message.sid, "webhook": _answer(receipt.webhook)})

    def close_window(self) -> tuple[str, int]:
        """As if the diner had been silent for 24 hours."""
        self._exchange.windows.close(_chat())
        return "", 204

    def opt_out(self) -> tuple[str, int]:
        """The diner is on Twilio's own list from now on: what goes to them is refused."""
        self._exchange.opted_out.add(_chat())
        return "", 204

    def opt_in(self) -> tuple[str, int]:
        self._exchange.opted_out.discard(_chat())
        return "", 204

    def judge(self) -> tuple[str, int]:
        """What WhatsApp says of the templates that it is asked for from now on."""
        body = json_object()
        self._exchange.contents.verdict = (text_of(body, "status"), text_of(body, "reason", ""))
        return "", 204

    def account(self) -> Response:
        """What Twilio would tell of the account, and as what."""
        known = self._exchange.account
        told = {name: getattr(known, name) for name in ACCOUNT_FIELDS}
        senders = [as_told(each) for each in known.senders()]
        numbers = [as_told(each) for each in known.phone_numbers()]
        services = [as_told(each) for each in known.services()]
        return jsonify({**told, "senders": senders, "phone_numbers": numbers, "services": services})

    def change_account(self) -> Response:
        """A suspended one, or one that has run out of money; a balance of null is a subaccount."""
        body = json_object()
        for name in body:
            if name not in ACCOUNT_FIELDS:
                raise RefusedError(f"{name} is none of {', '.join(ACCOUNT_FIELDS)}")
        for name in body:
            is_none = name == "balance" and body[name] is None
            setattr(self._exchange.account, name, None if is_none else text_of(body, name))
        return self.account()

    def change_sender(self) -> Response:
        """A sender that is offline, badly rated, or whose webhooks lead elsewhere."""
        address, changes = _changes(Sender, "address")
        return jsonify(as_told(self._exchange.account.change(address, **changes)))

    def drop_sender(self) -> tuple[str, int]:
        self._exchange.account.drop(text_of(json_object(), "address"))
        return "", 204

    def change_number(self) -> Response:
        number, changes = _changes(PhoneNumber, "number")
        return jsonify(as_told(self._exchange.account.change_number(number, **changes)))

    def change_service(self) -> Response:
        """A Messaging Service; a sender belongs to it whose `service` is its name."""
        name, changes = _changes(MessagingService, "name")
        return jsonify(as_told(self._exchange.account.change_service(name, **changes)))

    def stats(self) -> Response:
        return jsonify(self._exchange.stats())


def require_loopback() -> None:
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:
        abort(403, "The sandbox is steered from its own machine only.")


def _chat() -> tuple[str, str]:
    body = json_object()
    return text_of(body, "from"), text_of(body, "to")


def _changes(kind: type[Any], key: str) -> tuple[str, dict[str, str]]:
    """Which one is meant, and what is to be otherwise with it."""
    body = json_object()
    known = [each.name for each in fields(kind) if each.name != "sid"]
    if unknown := next((name for name in body if name not in known), None):
        raise RefusedError(f"{unknown} is none of {', '.join(known)}")
    return text_of(body, key), {name: text_of(body, name) for name in body if name != key}


def _fault(given: object) -> Fault:
    if not isinstance(given, dict):
        raise RefusedError("a fault must be a JSON object")
    for name, value in given.items():
        if name not in FAULT_FIELDS:
            raise RefusedError(f"{name} is no field of a fault: {', '.join(FAULT_FIELDS)} are")
        kind, least, largest = FAULT_FIELDS[name]
        # In Python true is the number 1; in a fault it is not.
        bools_agree = isinstance(value, bool) == (kind is bool)
        is_kind = bools_agree and isinstance(value, int | float if kind is float else kind)
        if not is_kind or (kind is not str and not least <= value <= largest):
            span = "" if kind in {str, bool} else f" from {least} to {largest}"
            raise RefusedError(f"{name} must be of type {kind.__name__}{span}")
    return cast(Fault, given)


def _attachment(given: object) -> Attachment:
    if not isinstance(given, dict):
        raise RefusedError("media must be a list of objects with content_type and base64")
    try:
        return Attachment(
            text_of(given, "content_type"),
            base64.b64decode(text_of(given, "base64"), validate=True),
        )
    except binascii.Error:
        raise RefusedError("base64 must be a file in base64") from None


def _list_of(body: dict[str, Any], name: str) -> list[object]:
    found = body.get(name, [])
    if not isinstance(found, list):
        raise RefusedError(f"{name} must be a list")
    return found


def _texts_of(body: dict[str, Any], name: str) -> dict[str, str]:
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise RefusedError(f"{name} must be an object")
    return {key: text_of(found, key) for key in found}


def _message(message: Message) -> dict[str, object]:
    return {
        "sid": message.sid,
        "direction": message.direction,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "choices": asdict(message.choices) if message.choices else None,
        "status": message.status,
        "created": message.created,
        "history": [{"status": status, "at": at} for status, at in message.history],
        "answers": [_answer(answer) for answer in message.answers],
        "error": message.error,
        "error_code": message.error_code,
        "media": [
            {"sid": medium.sid, "content_type": medium.content_type, "url": medium.url}
            for medium in message.media
        ],
    }


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "url": answer.url,
        "status": answer.status,
        "seconds": answer.seconds,
        "code": answer.code,
    }
