"""A call from the phone's page: what its microphone hears comes in, what the caller hears goes out.

It rings and passes sound on; the call itself is Twilio's stand-in's.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from sandbox.bodies import RefusedError, json_object, text_of
from sandbox.phone.writing import MOST_SAID
from sandbox.practice.captions import LATELY, Captions
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.caller import Caller
from sandbox.twilio.voice.control import shown
from sandbox.twilio.voice.forms import SCHEME
from sandbox.twilio.voice.frames import BYTES_PER_S
from sandbox.twilio.voice.timeline import Event

# How much of what was heard is told at a time.
STEP_S = 0.04
# A line without anything, so that a page that is gone is noticed.
QUIET_S = 1.0
MOST_SOUND = 16_000  # bytes at a time: 2 s
# What the page shows of a call, by the names of its timeline.
SHOWN = {
    "call.answered": "answered",
    "clear": "cleared",
    "dial": "dialled",
    "dial.answered": "put_through",
    "play": "played",
}
KINDS = ("whatsapp", "telephone")


Sentences = Callable[[], Iterable[tuple[str, bytes]]]


class Calling:
    """`sentences`: as for `sandbox.practice.captions`, beside what the practice model says."""

    def __init__(self, exchange: Exchange, sentences: Sentences = tuple) -> None:
        self._exchange = exchange
        self._sentences = sentences

    def add_to(self, routes: Blueprint) -> None:
        routes.add_url_rule("/api/calls", view_func=self.ring, methods=["POST"])
        routes.add_url_rule("/api/calls/<sid>", view_func=self.told)
        routes.add_url_rule("/api/calls/<sid>/heard", view_func=self.heard)
        routes.add_url_rule("/api/calls/<sid>/sound", view_func=self.speak, methods=["POST"])
        routes.add_url_rule("/api/calls/<sid>/words", view_func=self.say, methods=["POST"])
        routes.add_url_rule("/api/calls/<sid>/keys", view_func=self.press, methods=["POST"])
        routes.add_url_rule("/api/calls/<sid>/end", view_func=self.hang_up, methods=["POST"])

    def ring(self) -> tuple[Response, int]:
        """`by`: over WhatsApp, or by telephone from and to the same numbers."""
        asked = json_object()
        diner, number = text_of(asked, "from"), text_of(asked, "to")
        by = text_of(asked, "by", KINDS[0])
        if by not in KINDS:
            raise RefusedError(f"by must be one of {', '.join(KINDS)}")
        if diner not in {known.address for known in self._exchange.diners()}:
            raise RefusedError(f"from: there is no diner {diner!r}")
        if not self._exchange.has_number(number):
            raise RefusedError(f"to: there is no restaurant on {number!r}")
        if by == "telephone":
            diner, number = diner.removeprefix(SCHEME), number.removeprefix(SCHEME)
        return jsonify({"id": self._exchange.calls.place(diner, number).sid}), 201

    def told(self, sid: str) -> Response:
        """All of it but its sound, with its timeline: what a demonstration goes by."""
        caller = self._caller(sid)
        told = shown(caller)
        return jsonify({**told, "said": list(self._said(caller)) if told["is_settled"] else []})

    def heard(self, sid: str) -> Response:
        """Lines of JSON while the call lasts; who stops reading them has hung up."""
        lines = _lines(self._caller(sid), self._captions())
        answer = Response(lines, mimetype="application/x-ndjson")
        # Else a proxy in between may gather the lines.
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    def speak(self, sid: str) -> tuple[str, int]:
        """`sound` as a microphone gives it, or a `line` that is said whole."""
        caller = self._caller(sid)
        asked = json_object()
        is_whole = "line" in asked
        try:
            sound = base64.b64decode(text_of(asked, "line" if is_whole else "sound"), validate=True)
        except binascii.Error:
            raise RefusedError("sound must be in base64") from None
        if not is_whole and len(sound) > MOST_SOUND:
            raise RefusedError(f"sound must not be more than {MOST_SOUND} bytes at a time")
        caller.speak(sound, live=not is_whole)
        return "", 204

    def say(self, sid: str) -> tuple[str, int]:
        words = text_of(json_object(), "words").strip()
        if not 0 < len(words) <= MOST_SAID:
            raise RefusedError(f"words must have 1 to {MOST_SAID} characters")
        self._caller(sid).say(words)
        return "", 204

    def press(self, sid: str) -> tuple[str, int]:
        try:
            self._caller(sid).press(text_of(json_object(), "keys"))
        except ValueError as error:
            raise RefusedError(f"keys: {error}") from None
        return "", 204

    def hang_up(self, sid: str) -> tuple[str, int]:
        json_object()
        self._caller(sid).hang_up()
        return "", 204

    def _captions(self) -> Captions:
        return Captions(self._sentences(), LATELY)

    def _said(self, caller: Caller) -> Iterator[dict[str, Any]]:
        for piece in caller.timeline().heard:
            for caption in self._captions().hear(piece.sound):
                yield {"at_s": piece.at_s + caption.at / BYTES_PER_S, "words": caption.words}

    def _caller(self, sid: str) -> Caller:
        return self._exchange.calls.caller(sid) or abort(404, f"There is no call {sid}.")


def _lines(caller: Caller, captions: Captions) -> Iterator[str]:
    call = caller.call
    place, seen = call.heard_bytes, 0
    quiet_since = call.now_s()
    try:
        while True:
            is_over = call.is_over
            events = call.events_since(seen)
            seen += len(events)
            place, sound = call.heard_since(place)
            told = [_shown(event) for event in events if event.what in SHOWN]
            if sound:
                said = captions.hear(sound)
                told += [{"event": "said", "words": each.words} for each in said]
                told.append({"sound": base64.b64encode(sound).decode()})
            if told or call.now_s() - quiet_since > QUIET_S:
                quiet_since = call.now_s()
                yield "".join(json.dumps(each) + "\n" for each in told) or "\n"
            if is_over:
                yield json.dumps({"event": "ended", **_end(caller)}) + "\n"
                return
            call.wait_for(lambda: call.is_over, STEP_S)
    finally:
        caller.hang_up()


def _shown(event: Event) -> dict[str, Any]:
    named: dict[str, Any] = {"event": SHOWN[event.what]}
    for name in {"dial": ("to",), "play": ("url",)}.get(event.what, ()):
        named[name] = event.details[name]
    return named


def _end(caller: Caller) -> dict[str, Any]:
    """How it ended, and what Twilio's debugger says of it first."""
    call = caller.call
    with call.changed:
        trouble = next((f"{each.text} ({each.code})." for each in call.complaints), None)
        return {"status": call.status, "seconds": round(call.seconds), "trouble": trouble}
