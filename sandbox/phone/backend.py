"""The backend of the phone in the browser: who is there, what a diner writes, what changed.

It checks and renders JSON and serves the page's files; the messages are the exchange's.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, send_file, send_from_directory
from markupsafe import escape

from sandbox.bodies import (
    REQUEST_LIMIT,
    RefusedError,
    json_object,
    object_of,
    refusal,
    require_address,
    text_of,
)
from sandbox.phone.calling import Calling, Sentences
from sandbox.phone.showing import shown
from sandbox.phone.voice import TYPE as VOICE_NOTE
from sandbox.phone.voice import words_of
from sandbox.phone.writing import read_sending
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.media import bare_type
from sandbox.twilio.messages import ABOUT_OTHERS, INBOUND, Diner, Medium, Message

STATIC = Path(__file__).parent / "static"
NAME_LIMIT = 40  # characters
CURSOR_DIGITS = 15
MEDIUM_MAX_AGE_S = 3600
# The page's own files and what its two sides send, which it also shows before it is sent.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
    " media-src 'self' blob:; connect-src 'self' blob:; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# Whoever answers by this phone may have a real model: the sandbox alone can't tell.
NO_WHATSAPP = "Practice phone: nothing here goes to WhatsApp"


def notice(model_host: str | None) -> str:
    """What becomes of what one writes; `model_host`: where a real model is, None without one."""
    if model_host is None:
        return "Practice phone: nothing here leaves this computer"
    return f"{NO_WHATSAPP}, but to the model at {model_host}"


class Phone:
    """The phone's JSON API and its page, with the `notice` above it. `sentences`: `Calling`'s."""

    def __init__(
        self,
        exchange: Exchange,
        static: Path = STATIC,
        *,
        notice: str = NO_WHATSAPP,
        sentences: Sentences = tuple,
    ) -> None:
        self._exchange = exchange
        self._static = static
        self._notice = notice
        self._calling = Calling(exchange, sentences)

    def blueprint(self) -> Blueprint:
        routes = Blueprint("phone", __name__, url_prefix="/phone")
        for address in ("", "/"):
            routes.add_url_rule(address, view_func=self.page)
        routes.add_url_rule("/static/<path:name>", view_func=self.file)
        routes.add_url_rule("/api/world", view_func=self.world)
        routes.add_url_rule("/api/diners", view_func=self.add_diner, methods=["POST"])
        routes.add_url_rule("/api/messages", view_func=self.write, methods=["POST"])
        routes.add_url_rule("/api/window", view_func=self.set_window, methods=["POST"])
        routes.add_url_rule("/api/updates", view_func=self.updates)
        routes.add_url_rule("/media/<sid>", view_func=self.medium)
        routes.add_url_rule("/media/<sid>/words", view_func=self.words)
        self._calling.add_to(routes)
        routes.before_request(require_address)
        routes.before_request(_take_files)
        routes.register_error_handler(RefusedError, refusal)
        return routes

    def page(self) -> Response:
        page = (self._static / "phone.html").read_text(encoding="utf-8")
        answer = Response(page.replace("{notice}", str(escape(self._notice))), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        return answer

    def file(self, name: str) -> Response:
        return send_from_directory(self._static, name, max_age=0)

    def world(self) -> Response:
        numbers = [{"number": number, "name": name} for number, name in self._exchange.numbers()]
        return jsonify(
            {"numbers": numbers, "diners": [_diner(diner) for diner in self._exchange.diners()]}
        )

    def add_diner(self) -> tuple[Response, int]:
        name = text_of(json_object(), "name").strip()
        if not name:
            raise RefusedError("name must not be empty")
        if len(name) > NAME_LIMIT:
            raise RefusedError(f"name must not be longer than {NAME_LIMIT} characters")
        return jsonify(_diner(self._exchange.add_diner(name))), 201

    def write(self) -> tuple[Response, int]:
        message = json_object()
        diner = text_of(message, "from")
        number = text_of(message, "to")
        self._check_chat(diner, number)
        quoting = self._quoting(text_of(message, "reply_to", ""), diner, number)
        if "tap" in message:
            return jsonify({"id": self._tap(message).sid}), 202
        sending = read_sending(message)
        self._check_own(sending.fields.get("OriginalMessageSid"), (diner, number))
        fields = sending.fields | quoting
        taken = self._exchange.receive_later(diner, number, sending.body, sending.media, fields)
        return jsonify({"id": taken.sid}), 202

    def updates(self) -> Response:
        diner = request.args.get("from", "")
        number = request.args.get("to", "")
        self._check_chat(diner, number)
        since = request.args.get("since", "0")
        if not (since.isascii() and since.isdigit() and len(since) <= CURSOR_DIGITS):
            raise RefusedError("since must be a cursor: the number that the last answer gave")
        found = self._exchange.updates(
            diner, number, int(since), opened=request.args.get("open") == "1"
        )
        messages = [
            shown(message) for message in found.messages if message.kind not in ABOUT_OTHERS
        ]
        told = {"cursor": found.cursor, "typing": found.typing, "is_open": found.is_open}
        return jsonify({**told, "messages": messages})

    def set_window(self) -> tuple[str, int]:
        """For practice: the 24 hours of a chat over, or beginning anew."""
        asked = json_object()
        chat = (text_of(asked, "from"), text_of(asked, "to"))
        self._check_chat(*chat)
        windows = self._exchange.windows
        (windows.open if asked.get("is_open") is True else windows.close)(chat)
        return "", 204

    def medium(self, sid: str) -> Response:
        """A file of either side's, for the page alone: it runs nothing that may be in it."""
        medium, content = self._loaded(sid)
        content_type = bare_type(medium.content_type)
        answer = send_file(
            BytesIO(content),
            content_type,
            as_attachment=not content_type.startswith(("image/", "audio/", "video/")),
            download_name=medium.name or "file",
            conditional=True,
            etag=medium.sid,
            max_age=MEDIUM_MAX_AGE_S,
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "sandbox"
        return answer

    def words(self, sid: str) -> Response:
        """What the practice voice says in a voice note; null where it is another's."""
        medium, content = self._loaded(sid)
        is_note = bare_type(medium.content_type) == VOICE_NOTE
        return jsonify({"words": words_of(content) if is_note else None})

    def _loaded(self, sid: str) -> tuple[Medium, bytes]:
        medium = self._exchange.medium(sid)
        if medium is None or medium.content is None:
            abort(404)
        return medium, medium.content

    def _tap(self, message: dict[str, Any]) -> Message:
        try:
            return self._exchange.tap_later(
                text_of(message, "reply_to"), text_of(object_of(message, "tap"), "id")
            )
        except ValueError as error:
            raise RefusedError(f"tap: {error}") from None

    def _quoting(self, sid: str, diner: str, number: str) -> dict[str, str]:
        if not sid:
            return {}
        message = self._exchange.message(sid)
        if message is None or message.chat != (diner, number):
            raise RefusedError("reply_to: there is no such message in this chat")
        return {
            "OriginalRepliedMessageSid": sid,
            "OriginalRepliedMessageSender": message.from_,
        }

    def _check_own(self, sid: str | None, chat: tuple[str, str]) -> None:
        """What is edited or taken back is the diner's."""
        message = self._exchange.message(sid or "")
        is_own = message and message.direction == INBOUND and message.chat == chat
        if sid is not None and not is_own:
            raise RefusedError("of: there is no such message of this diner's")

    def _check_chat(self, diner: str, number: str) -> None:
        if diner not in {known.address for known in self._exchange.diners()}:
            raise RefusedError(f"from: there is no diner {diner!r}")
        if not self._exchange.has_number(number):
            raise RefusedError(f"to: there is no restaurant on {number!r}")


def _take_files() -> None:
    """Whatever it is served by takes less elsewhere."""
    request.max_content_length = REQUEST_LIMIT


def _diner(diner: Diner) -> dict[str, object]:
    return {"address": diner.address, "name": diner.name, "is_staff": diner.is_staff}
