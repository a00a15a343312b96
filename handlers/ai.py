"""The HTTP API: talk to a persona without WhatsApp.

`say` answers with the reply, or with where to fetch it later, or streams it as server-sent events.
Errors are `{"error": "...", "details": [...]}` with 400, 401, 404, 413, 415, 422, 429 or 503.
"""

import json
from collections.abc import Iterator
from queue import Empty
from typing import Annotated, Any, TypeVar

from flask import Blueprint, Request, Response, jsonify, make_response, request, url_for
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError

from engine.talk import (
    DEFAULT_SENDER,
    MAX_TEXT,
    Said,
    Talk,
    UnknownPersonaError,
    UnknownTicketError,
)
from engine.waiting import Answer
from handlers.bearer import CHALLENGE, Bearers
from handlers.limits import AI_BY_ADDRESS, AI_BY_TOKEN, UNLIMITED, Limits
from handlers.this_machine import is_own
from handlers.traced import answered, serving
from models.database.columns import storable
from models.database.engine import DatabaseUnavailableError
from telemetry.tracing import Span

KEEP_ALIVE_S = 10.0
# A reply that takes longer is fetched later: platforms cut who is silent for long, Heroku's router
# after 30 s (https://devcenter.heroku.com/articles/request-timeout).
REPLY_WITHIN_S = 20.0
LOOK_AGAIN_S = "1"
MAX_BODY = 64 * 1024  # bytes
DATABASE_AWAY = "The database is not available; try again in a few seconds."


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT),
    BeforeValidator(_storable),
    Field(json_schema_extra={"pattern": r"[^\s\x85]"}),
]
Sender = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128, pattern=r"^[^\s\p{Cc}]+$"),
    # As it is told to those whose patterns know no classes of letters.
    Field(json_schema_extra={"pattern": r"^[^\s\x00-\x1f\x7f-\x9f]+$"}),
]


class SayRequest(BaseModel):
    text: Text
    sender: Sender = DEFAULT_SENDER


class PersonaRequest(BaseModel):
    key: Text
    sender: Sender = DEFAULT_SENDER


class HealthRequest(BaseModel):
    sender: Sender = DEFAULT_SENDER


class ApiError(Exception):
    def __init__(self, status: int, error: str, details: list[str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.details = details or []

    def response(self) -> tuple[Response, int, dict[str, str]]:
        headers = CHALLENGE if self.status == 401 else {}
        return jsonify({"error": self.error, "details": self.details}), self.status, headers


R = TypeVar("R", bound=BaseModel)


class AiRoutes:
    """`api_token`: the bearer that callers need; of several, with commas between, any.

    Without one, this machine alone may call, and in production nobody.
    """

    def __init__(
        self,
        talk: Talk,
        *,
        api_token: str | None,
        is_production: bool,
        is_enabled: bool,
        limits: Limits = UNLIMITED,
    ) -> None:
        self._talk = talk
        self._bearers = Bearers(api_token) if api_token else None
        self._limits = limits
        self._is_production = is_production
        self._is_enabled = is_enabled

    def blueprint(self) -> Blueprint:
        routes = Blueprint("ai", __name__, url_prefix="/ai")
        routes.before_request(self._admit)
        routes.register_error_handler(ApiError, ApiError.response)
        routes.add_url_rule("/say", view_func=self.say, methods=["POST"])
        routes.add_url_rule("/say/<ticket>", view_func=self.answer)
        routes.add_url_rule("/persona", view_func=self.persona, methods=["POST"])
        routes.add_url_rule("/healthz", view_func=self.healthz)
        return routes

    def say(self) -> Response:
        asked = _body(request, SayRequest)
        with serving(request) as span:
            try:
                answer = make_response(self._said(asked, span))
            except ApiError as error:
                answer = make_response(error.response())
            answered(span, answer.status_code)
        return answer

    def _said(self, asked: SayRequest, span: Span) -> Response | tuple[Response, int]:
        said = self._talk.say(asked.sender, asked.text)
        formats = ["application/json", "text/event-stream"]
        if request.accept_mimetypes.best_match(formats) == "text/event-stream":
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            answer = Response(self._stream(said), mimetype="text/event-stream", headers=headers)
            answer.call_on_close(span.child("stream").end)
            return answer
        reply = said.wait(REPLY_WITHIN_S)
        if reply is None and not said.is_overdue:
            return _later(said.ticket)
        return jsonify(_reply(reply, self._talk.persona(said.sender)))

    def answer(self, ticket: str) -> Response | tuple[Response, int]:
        """The reply to what was said before, whichever process makes it."""
        try:
            found = self._talk.answer(ticket)
        except UnknownTicketError:
            raise ApiError(404, "Nothing was said here, or it was erased.") from None
        return jsonify(_reply(*found)) if found else _later(ticket)

    def persona(self) -> Response:
        asked = _body(request, PersonaRequest)
        try:
            self._talk.set_persona(asked.sender, asked.key.lower())
        except UnknownPersonaError as error:
            raise ApiError(404, str(error), [f"key: {asked.key!r} is not one of them"]) from None
        return jsonify({"ok": True, "active": asked.key.lower()})

    def healthz(self) -> tuple[Response, int]:
        is_enabled = self._is_enabled
        asked = _fields(request.args.to_dict(), HealthRequest)
        persona = self._talk.persona(asked.sender)
        answer: dict[str, Any] = {
            "ok": is_enabled,
            "persona": persona,
            "realtime_enabled": is_enabled,
        }
        if not is_enabled:
            answer |= {"error": "AI_REALTIME_ENABLED is false", "details": []}
        return jsonify(answer), 200 if is_enabled else 503

    def _stream(self, said: Said) -> Iterator[str]:
        """`delta` events as words come, `restart` when they are void, one `done` or `error`."""
        try:
            yield from self._pieces(said)
            yield _event("done", _reply(said.wait(), self._talk.persona(said.sender)))
        except ApiError as error:
            yield _event("error", {"error": error.error, "details": error.details})
        except DatabaseUnavailableError:
            yield _event("error", {"error": DATABASE_AWAY, "details": []})
        finally:
            said.leave()  # a caller may hang up at any yield

    def _pieces(self, said: Said) -> Iterator[str]:
        while not said.is_overdue:
            try:
                piece = said.next_piece(KEEP_ALIVE_S)
            except Empty:
                yield ": still at it\n\n"
                continue
            if piece is None:
                return
            yield _event("restart", {}) if piece.again else _event("delta", {"text": piece.text})

    def _admit(self) -> None:
        """Who may talk: the bearer of API_TOKEN.

        Without one, this machine alone, and nobody in production.
        """
        request.max_content_length = MAX_BODY
        is_health = request.endpoint == "ai.healthz"
        token = self._bearers.admit(request) if self._bearers else None
        if token:
            self._limits.check(AI_BY_TOKEN, token)
        else:
            self._limits.check_address(AI_BY_ADDRESS)
        if is_health and "sender" not in request.args:
            return
        if self._bearers is not None:
            if not token:
                raise ApiError(401, "This needs the header Authorization: Bearer <API_TOKEN>.")
        elif self._is_production:
            raise ApiError(
                401, "API_TOKEN is not set: in production, nobody may call this without it."
            )
        elif not is_own(request):
            raise ApiError(
                401,
                "API_TOKEN is not set: without it, only this machine may call.",
                ["by localhost or a loopback address, and through no proxy, tunnel or web page"],
            )
        elif request.method == "POST" and not request.is_json:
            raise ApiError(415, "The body must be sent with Content-Type: application/json.")
        if not (self._is_enabled or is_health):
            raise ApiError(503, "AI_REALTIME_ENABLED is false.")


def _reply(answer: Answer | None, persona: str) -> dict[str, Any]:
    if answer is None:
        raise ApiError(
            503,
            "No answer came in time.",
            ["it may still be made: TURN_TIMEOUT_S is how long a turn may take"],
        )
    if answer.cause:
        raise ApiError(503, answer.reply, [answer.cause])
    return {"ok": True, "reply": answer.reply, "persona": persona}


def _later(ticket: str) -> tuple[Response, int]:
    address = url_for("ai.answer", ticket=ticket)
    later = jsonify({"ok": True, "poll": address})
    later.headers["Location"] = address
    later.headers["Retry-After"] = LOOK_AGAIN_S
    return later, 202


def _body(called: Request, model: type[R]) -> R:
    try:
        given = called.get_json(silent=True, force=True)
    except RecursionError:
        given = None
    if not isinstance(given, dict):
        raise ApiError(
            400, "The body must be a JSON object.", [f"fields: {', '.join(model.model_fields)}"]
        )
    return _fields(given, model)


def _fields(given: dict[str, Any], model: type[R]) -> R:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = [
            f"{each['loc'][0]}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise ApiError(422, "Some fields are missing or wrong.", wrong) from None


def _event(name: str, fields: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(fields, ensure_ascii=False)}\n\n"
