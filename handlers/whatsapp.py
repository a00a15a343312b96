"""Twilio's two webhooks: a diner's message, and the status of one of ours.

Verify, parse, store, 204; the work comes after. Whatever a console set up wrongly makes Twilio
send is taken as what it is, or refused with a line in the log that says what to change.
"""

import re
from collections.abc import Callable

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from engine.intake import Intake
from engine.receipts import Receipts
from handlers.acknowledging import Acknowledging
from handlers.traced import answered, serving
from handlers.verifying import MAX_SHOWN, SIGNED, UNSIGNED, Verifying
from models.database.columns import MAX_INTEGER
from models.inbox import Incoming
from telemetry.logs import log
from telemetry.masking import masked
from telemetry.metrics import Metrics
from whatsapp import inbound, signature
from whatsapp.inbound import BadFormError

PREFIX = "/whatsapp"
OF_CALLS = {"/calls", "/calls/status"}

_TO_MESSAGES = (
    "in Twilio's console, let the number's incoming messages go to PUBLIC_URL/whatsapp by HTTP POST"
)
_TO_STATUS = (
    "in Twilio's console, let the number's status callbacks go to PUBLIC_URL/whatsapp/status,"
    " or nowhere"
)
_TO_CALLS = (
    "in Twilio's console, let incoming calls go to PUBLIC_URL/calls, and their status to"
    " PUBLIC_URL/calls/status, by HTTP POST"
)


class WhatsAppRoutes:
    """`auth_token`: what Twilio signs with; several are separated by commas.

    `public_url`: the scheme and host that Twilio calls. None, in development, is whatever a caller
    says. `is_ours`: whether an address is a number that we answer on. `metrics` count how webhooks
    are answered.
    """

    def __init__(
        self,
        intake: Intake,
        receipts: Receipts,
        *,
        auth_token: str,
        public_url: str | None,
        is_ours: Callable[[str], bool] = lambda _: False,
        metrics: Metrics | None = None,
    ) -> None:
        self._intake = intake
        self._receipts = receipts
        self._verifying = Verifying(auth_token, public_url, "messages")
        self._is_ours = is_ours
        self._acknowledging = Acknowledging(metrics or Metrics())

    def blueprint(self) -> Blueprint:
        routes = Blueprint("whatsapp", __name__, url_prefix=PREFIX)
        routes.before_app_request(self._note_what_went_astray)
        routes.before_request(self._verify)
        routes.register_error_handler(
            BadFormError, lambda error: (str(error), 400, {"Content-Type": "text/plain"})
        )
        for slash in ("", "/"):
            routes.add_url_rule(slash, view_func=self.receive, methods=["POST"])
            routes.add_url_rule(f"/status{slash}", view_func=self.status, methods=["POST"])
        return routes

    def receive(self) -> Response:
        """A diner's message: stored, then acknowledged; its turn starts beside."""
        if inbound.is_status(request.form):
            log.warning("webhook.misdirected", path=request.path, change=_TO_STATUS)
            return self._note_status()
        return self._take_in()

    def status(self) -> Response:
        """How far a message of ours has come; one that is not ours is acknowledged all the same."""
        if inbound.is_message(request.form):
            log.warning("webhook.misdirected", path=request.path, change=_TO_MESSAGES)
            return self._take_in()
        return self._note_status()

    def _take_in(self) -> Response:
        with self._acknowledging.of("message"):
            return self._taken_in(inbound.parse_message(request.form))

    def _taken_in(self, incoming: Incoming | None) -> Response:
        answer = Response(status=204)
        if incoming is None:
            log.info("message.passed_over", kind=request.form.get("MessageType", "")[:MAX_SHOWN])
            return answer
        diner = masked(incoming.address)
        if incoming.address == incoming.number or self._is_ours(incoming.address):
            # An answer would come back as the next message.
            log.warning("message.from_ourselves", number=diner, sid=incoming.sid)
            return answer
        with serving(request) as span:
            taken = self._intake.take_in(incoming)
            is_new = taken.message_id is not None
            log.debug("message.received", diner=diner, sid=incoming.sid, duplicate=not is_new)
            span.note("messaging.message.id", incoming.sid)
            span.note("tableside.is_duplicate", not is_new)
            answered(span, answer.status_code)
        if is_new:
            # Once the 204 has left: a turn's beginning takes longer than all that came before.
            answer.call_on_close(lambda: self._intake.wake(taken))
        return answer

    def _note_status(self) -> Response:
        part_id, resend = _carried(request, "part"), _carried(request, "resend")
        with self._acknowledging.of("status"):
            self._receipts.note(inbound.parse_status(request.form), part_id, resend or 0)
            return Response(status=204)

    def _verify(self) -> None:
        self._acknowledging.begin()
        try:
            self._verifying.check_form()
        except HTTPException as error:
            self._acknowledging.count_refused(error)
            raise

    def _note_what_went_astray(self) -> None:
        """What meets no route is refused where routes are; here Twilio's leaves a line.

        At our own address it may have lost its signature on the way: that has its line too.
        """
        error = request.routing_exception
        if error is None:
            return
        apart = SIGNED if signature.SIGNATURE in request.headers else UNSIGNED
        of_calls = request.path.rstrip("/") in OF_CALLS
        change = _TO_CALLS if of_calls else _TO_MESSAGES
        refused = self._verifying.refused
        is_here = of_calls or request.path.startswith(PREFIX)
        if isinstance(error, MethodNotAllowed) and is_here:
            self._acknowledging.count_astray("wrong_method")
            method = request.method[:MAX_SHOWN]
            refused(error, "webhook.wrong_method", apart, method=method, change=change)
        elif isinstance(error, NotFound | MethodNotAllowed) and apart == SIGNED:
            self._acknowledging.count_astray("wrong_address")
            refused(error, "webhook.wrong_address", change=change)


def _carried(called: Request, name: str) -> int | None:
    """What our callback address carries; None for what none of ours does."""
    given = called.args.getlist(name)
    if len(given) != 1 or not re.fullmatch("[0-9]{1,10}", given[0]):
        return None
    number = int(given[0])
    return number if 0 < number <= MAX_INTEGER else None
