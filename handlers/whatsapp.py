"""Twilio's two webhooks: a diner's message, and the status of one of ours.

Verify, parse, store, 204; the work comes after.
"""

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import BadRequest, Forbidden

from handlers.service import Service
from models import diners, outbox
from telemetry.logs import log
from telemetry.masking import masked
from whatsapp.inbound import BadFormError, parse_message, parse_status
from whatsapp.signature import is_genuine

MAX_BODY = 64 * 1024  # bytes; Twilio's forms are a few KiB
MAX_ID = 2**31 - 1  # what an INTEGER column holds


class WhatsAppDoor:
    def __init__(self, service: Service) -> None:
        self._service = service

    def blueprint(self) -> Blueprint:
        door = Blueprint("whatsapp", __name__, url_prefix="/whatsapp")
        door.before_request(self._verify)
        door.register_error_handler(
            BadFormError, lambda error: (str(error), 400, {"Content-Type": "text/plain"})
        )
        door.add_url_rule("", view_func=self.receive, methods=["POST"])
        door.add_url_rule("/status", view_func=self.status, methods=["POST"])
        return door

    def receive(self) -> Response:
        """A diner's message: stored, then acknowledged; its turn starts beside."""
        form = _form(request)
        message = parse_message(form)
        runner = self._service.runner
        taken = runner.receive(
            channel=diners.WHATSAPP,
            address=message.sender,
            number=message.number,
            sid=message.sid,
            text=message.text,
            profile_name=message.profile_name,
            payload=form,
        )
        log.info(
            "message.received",
            diner=masked(message.sender),
            sid=message.sid,
            duplicate=taken.message_id is None,
        )
        answer = Response(status=204)
        if taken.message_id is not None:
            # Once the 204 has left: a turn's beginning takes longer than all that came before.
            answer.call_on_close(lambda: runner.wake(taken))
        return answer

    def status(self) -> Response:
        """How far a message of ours has come; one that is not ours is acknowledged all the same."""
        callback = parse_status(_form(request))
        part = request.args.get("part", type=_part_id)
        with self._service.database.alone() as connection:
            moved = outbox.progress(
                connection,
                sid=callback.sid,
                part_id=part,
                status=callback.status,
                error_code=callback.error_code,
                now=self._service.now(),
            )
        if callback.error_code:
            log.warning(
                "outbox.undelivered",
                sid=callback.sid,
                status=callback.status,
                code=callback.error_code,
            )
        self._service.metrics.sends.labels(callback.status if moved else "status_ignored").inc()
        return Response(status=204)

    def _verify(self) -> None:
        request.max_content_length = MAX_BODY
        token = self._service.parts.auth_token
        if not is_genuine(
            token,
            self._called_url(request),
            request.form,
            request.headers.get("X-Twilio-Signature"),
        ):
            log.warning("webhook.forged", path=request.path)
            raise Forbidden(
                "The signature is missing or wrong: is PUBLIC_URL the address that Twilio calls?"
            )

    def _called_url(self, called: Request) -> str:
        """The address as Twilio called it.

        Not `request.url`, which un-escapes parts of the target.
        """
        target = (
            called.environ.get("RAW_URI") or called.environ.get("REQUEST_URI") or called.full_path
        )
        if not target.startswith("/"):
            raise BadRequest("the request target must be a path")
        # Only where PUBLIC_URL may be missing, in development, the caller's own idea of the host
        # has to do.
        base = self._service.settings.public_url or called.host_url.rstrip("/")
        return f"{base}{target}"


def _part_id(text: str) -> int:
    """Raises ValueError for what no part of ours has."""
    part_id = int(text)
    if not 0 < part_id <= MAX_ID:
        raise ValueError("out of range")
    return part_id


def _form(called: Request) -> dict[str, str]:
    """The form, one value a field; PostgreSQL's text can't hold NUL."""
    return {
        name.replace("\x00", ""): value.replace("\x00", "") for name, value in called.form.items()
    }
