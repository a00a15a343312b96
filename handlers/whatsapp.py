"""Twilio's two webhooks: a diner's message, and the status of one of ours.

Verify, parse, store, 204; the work comes after.
"""

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import BadRequest, Forbidden

from engine.intake import Intake
from engine.receipts import Receipts
from telemetry.logs import log
from telemetry.masking import masked
from whatsapp.inbound import BadFormError, parse_message, parse_status
from whatsapp.signature import is_genuine

MAX_BODY = 64 * 1024  # bytes; Twilio's forms are a few KiB
MAX_ID = 2**31 - 1  # what an INTEGER column holds


class WhatsAppRoutes:
    """`public_url`: the scheme and host that Twilio calls.

    None, in development, is whatever a caller says.
    """

    def __init__(
        self, intake: Intake, receipts: Receipts, *, auth_token: str, public_url: str | None
    ) -> None:
        self._intake = intake
        self._receipts = receipts
        self._auth_token = auth_token
        self._public_url = public_url

    def blueprint(self) -> Blueprint:
        routes = Blueprint("whatsapp", __name__, url_prefix="/whatsapp")
        routes.before_request(self._verify)
        routes.register_error_handler(
            BadFormError, lambda error: (str(error), 400, {"Content-Type": "text/plain"})
        )
        routes.add_url_rule("", view_func=self.receive, methods=["POST"])
        routes.add_url_rule("/status", view_func=self.status, methods=["POST"])
        return routes

    def receive(self) -> Response:
        """A diner's message: stored, then acknowledged; its turn starts beside."""
        incoming = parse_message(request.form)
        taken = self._intake.take_in(incoming)
        is_new = taken.message_id is not None
        log.info(
            "message.received",
            diner=masked(incoming.address),
            sid=incoming.sid,
            duplicate=not is_new,
        )
        answer = Response(status=204)
        if is_new:
            # Once the 204 has left: a turn's beginning takes longer than all that came before.
            answer.call_on_close(lambda: self._intake.wake(taken))
        return answer

    def status(self) -> Response:
        """How far a message of ours has come; one that is not ours is acknowledged all the same."""
        part_id = request.args.get("part", type=_part_id)
        self._receipts.note(parse_status(request.form), part_id)
        return Response(status=204)

    def _verify(self) -> None:
        request.max_content_length = MAX_BODY
        signature = request.headers.get("X-Twilio-Signature")
        if not is_genuine(self._auth_token, self._called_url(request), request.form, signature):
            log.warning("webhook.forged", path=request.path)
            raise Forbidden(
                "The signature is missing or wrong: is PUBLIC_URL the address that Twilio calls?"
            )

    def _called_url(self, called: Request) -> str:
        """The address as Twilio called it: not `request.url`, which un-escapes parts of it."""
        environ = called.environ
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or called.full_path
        if not target.startswith("/"):
            raise BadRequest("the request target must be a path")
        return f"{self._public_url or called.host_url.rstrip('/')}{target}"


def _part_id(text: str) -> int:
    """Raises ValueError for what no part of ours has."""
    part_id = int(text)
    if not 0 < part_id <= MAX_ID:
        raise ValueError("out of range")
    return part_id
