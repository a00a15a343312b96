"""Calls steered over HTTP: to ring, speak, press, hang up and hear in a test's own process.

It answers on the loopback address only, under /sandbox/twilio/calls; the service never calls it.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from sandbox.bodies import RefusedError, json_object, refusal, require_address, text_of
from sandbox.twilio.control import require_loopback
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.caller import Caller
from sandbox.twilio.voice.conductor import OUTCOMES
from sandbox.twilio.voice.timeline import Timeline

LONGEST_WAIT_S = 30.0
PACES = (0.1, 10.0)


class CallsControl:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def blueprint(self) -> Blueprint:
        routes = Blueprint("sandbox_calls", __name__, url_prefix="/sandbox/twilio/calls")
        routes.before_request(require_loopback)
        routes.before_request(require_address)
        views: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", "", self.place),
            ("GET", "", self.all),
            ("GET", "/<sid>", self.one),
            ("GET", "/<sid>/heard", self.heard),
            ("POST", "/<sid>/speak", self.speak),
            ("POST", "/<sid>/press", self.press),
            ("POST", "/<sid>/hang-up", self.hang_up),
            ("POST", "/<sid>/cut", self.cut),
            ("POST", "/<sid>/wait", self.wait),
            ("POST", "/people", self.set_person),
        ]
        for method, path, view in views:
            routes.add_url_rule(path, endpoint=view.__name__, view_func=view, methods=[method])
        routes.register_error_handler(RefusedError, refusal)
        return routes

    def place(self) -> tuple[Response, int]:
        """`pace`: as `Call` has it, so that a test of words need not last as long as they do."""
        body = json_object()
        pace = _number(body, "pace", 1.0)
        if not PACES[0] <= pace <= PACES[1]:
            raise RefusedError(f"pace must be from {PACES[0]} to {PACES[1]}")
        caller = self._exchange.calls.place(text_of(body, "from"), text_of(body, "to"), pace)
        return jsonify(shown(caller)), 201

    def all(self) -> Response:
        return jsonify({"calls": [shown(Caller(call)) for call in self._exchange.calls.all()]})

    def one(self, sid: str) -> Response:
        return jsonify(shown(self._caller(sid)))

    def heard(self, sid: str) -> Response:
        """The sound itself, bare µ-law, without the gaps; `since`: after so many bytes of it."""
        since = request.args.get("since", "0")
        if not (since.isascii() and since.isdigit()):
            raise RefusedError("since must be a number of bytes")
        place, sound = self._caller(sid).call.heard_since(int(since))
        answer = Response(sound, content_type="audio/basic")
        answer.headers["X-Place"] = str(place)
        return answer

    def speak(self, sid: str) -> tuple[str, int]:
        """`words` in the practice voice, or µ-law in `base64`."""
        body = json_object()
        caller = self._caller(sid)
        if "words" in body:
            caller.say(text_of(body, "words"))
            return "", 204
        try:
            caller.speak(base64.b64decode(text_of(body, "base64"), validate=True))
        except binascii.Error:
            raise RefusedError("base64 must be sound in base64") from None
        return "", 204

    def press(self, sid: str) -> tuple[str, int]:
        try:
            self._caller(sid).press(text_of(json_object(), "digits"))
        except ValueError as error:
            raise RefusedError(str(error)) from None
        return "", 204

    def hang_up(self, sid: str) -> tuple[str, int]:
        self._caller(sid).hang_up()
        return "", 204

    def cut(self, sid: str) -> tuple[str, int]:
        self._caller(sid).cut()
        return "", 204

    def wait(self, sid: str) -> Response:
        """`for` one of answered, connected, heard, quiet, spoken, ended; whether it came to be."""
        body = json_object()
        caller = self._caller(sid)
        timeout_s = _number(body, "timeout_s", LONGEST_WAIT_S)
        seconds = _number(body, "seconds", 0.5)
        waits: dict[str, Callable[[], bool]] = {
            "answered": lambda: caller.wait_answered(timeout_s),
            "connected": lambda: caller.wait_connected(timeout_s),
            "heard": lambda: caller.wait_heard(seconds, timeout_s),
            "quiet": lambda: caller.wait_quiet(seconds, timeout_s),
            "spoken": lambda: caller.wait_spoken(timeout_s),
            "ended": lambda: caller.wait_ended(timeout_s),
        }
        wanted = text_of(body, "for")
        if wanted not in waits:
            raise RefusedError(f"for must be one of {', '.join(waits)}")
        came = waits[wanted]()
        return jsonify({"came": came, **shown(caller)})

    def set_person(self) -> tuple[str, int]:
        """What whoever has a number does when they are dialled: an outcome, or they answer."""
        body = json_object()
        outcome = text_of(body, "outcome")
        if outcome not in {*OUTCOMES, "answers"}:
            raise RefusedError(f"outcome must be one of answers, {', '.join(OUTCOMES)}")
        self._exchange.calls.people[text_of(body, "number")] = outcome
        return "", 204

    def _caller(self, sid: str) -> Caller:
        return self._exchange.calls.caller(sid) or abort(404, f"There is no call {sid}.")


def shown(caller: Caller) -> dict[str, object]:
    """All of a call but its sound."""
    call = caller.call
    with call.changed:
        return {
            "sid": call.sid,
            "from": call.from_,
            "to": call.to,
            "status": call.status,
            "now_s": call.now_s(),
            "answered_s": call.answered_s,
            "ended_s": call.ended_s,
            "is_settled": call.is_settled,
            "errors": [{"code": each.code, "text": each.text} for each in call.complaints],
            "twiml": list(call.twiml),
            "dialled": [
                {
                    "kind": each.kind,
                    "address": each.address,
                    "caller_id": each.caller_id,
                    "at_s": each.at_s,
                    "status": each.status,
                }
                for each in call.dialled
            ],
            **_timeline(call.timeline()),
        }


def _timeline(timeline: Timeline) -> dict[str, object]:
    return {
        "heard": [{"at_s": each.at_s, "ends_s": each.ends_s} for each in timeline.heard],
        "first_sound_s": timeline.first_sound(),
        "spoken": [{"at_s": each.at_s, "ends_s": each.ends_s} for each in timeline.spoken],
        "events": [
            {"at_s": each.at_s, "what": each.what, **each.details} for each in timeline.events
        ],
    }


def _number(body: dict[str, Any], name: str, default: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise RefusedError(f"{name} must be a number, not below 0")
    return float(min(value, LONGEST_WAIT_S))
