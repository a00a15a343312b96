"""Whether a request is Twilio's: the form of a webhook, or the handshake of a call's stream.

What is not is refused, with a line in the log that says what to change.
"""

from typing import Any

from flask import Request, request
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from telemetry.logs import log_rationed
from telemetry.ration import Ration
from whatsapp import signature

# WhatsApp's longest message, 65,536 letters, in Cyrillic: a letter takes six bytes in a form.
MAX_BODY = 512 * 1024
MAX_FIELDS = 500  # Twilio's forms have some thirty
MAX_SHOWN = 100  # characters of an address or a type, in the log
SIGNED, UNSIGNED = "signed", "unsigned"

_SIGNING = (
    "PUBLIC_URL must be the address that Twilio calls, and TWILIO_AUTH_TOKEN what it signs with:"
    " the account's token, and with commas the one before it or a SharedKey's secret"
)
_UNSIGNED = "The signature is missing or wrong: is PUBLIC_URL the address that Twilio calls?"
_NO_FORM = "Twilio's webhooks are forms: application/x-www-form-urlencoded."
_FORMS = "in Twilio's console, let this address get {what} alone: they are forms, not JSON"


class Verifying:
    """`auth_token`: what Twilio signs with; several are separated by commas.

    `public_url`: the scheme and host that Twilio calls. None, in development, is whatever a caller
    says. `what` comes as forms.
    """

    def __init__(self, auth_token: str, public_url: str | None, what: str) -> None:
        self._auth_token = auth_token
        self._public_url = public_url
        self._what = what
        self._ration = Ration()

    def check_form(self) -> None:
        """In the order of what it costs: a stranger's request is not even read.

        Raises HTTPException for what is not Twilio's, no form, or larger than any of its forms.
        """
        url = self._called_url(request)
        given = request.headers.get(signature.SIGNATURE)
        settings = request.headers.get(signature.SETTINGS)
        if not signature.could_be_genuine(given):
            raise self._forged(settings, UNSIGNED)
        self._check_body()
        if not signature.is_genuine(self._auth_token, url, request.form, given, settings):
            raise self._forged(settings, SIGNED)

    def check_stream(self) -> None:
        """Of a websocket's handshake. Raises HTTPException where it is not Twilio's."""
        url = self._called_url(request)
        given = request.headers.get(signature.SIGNATURE)
        settings = request.headers.get(signature.SETTINGS)
        if not signature.could_be_genuine(given):
            raise self._forged(settings, UNSIGNED)
        spelled = signature.as_streams(url)
        if not any(
            signature.is_genuine(self._auth_token, each, {}, given, settings) for each in spelled
        ):
            raise self._forged(settings, SIGNED)

    def refused(
        self, error: HTTPException, event: str, apart: str = "", **fields: Any
    ) -> HTTPException:
        """What has no signature at all has a ration apart: it hides nothing of Twilio's."""
        path = request.path[:MAX_SHOWN]
        log_rationed(event, self._ration, apart, path=path, **fields)
        return error

    def public_url(self) -> str:
        """The scheme and host that Twilio calls."""
        return self._public_url or request.host_url.rstrip("/")

    def _check_body(self) -> None:
        request.max_content_length = MAX_BODY
        request.max_form_memory_size = MAX_BODY
        if request.mimetype != "application/x-www-form-urlencoded":
            raise self.refused(
                UnsupportedMediaType(_NO_FORM),
                "webhook.no_form",
                content_type=request.mimetype[:MAX_SHOWN],
                change=_FORMS.format(what=self._what),
            )
        try:
            fields = request.get_data().count(b"&") + 1
        except RequestEntityTooLarge as error:
            raise self.refused(
                error, "webhook.too_large", bytes=request.content_length, most=MAX_BODY
            ) from None
        if fields > MAX_FIELDS:
            too_many = RequestEntityTooLarge(f"A form has {MAX_FIELDS} fields at most.")
            raise self.refused(too_many, "webhook.too_large", fields=fields, most=MAX_FIELDS)

    def _forged(self, settings: str | None, apart: str) -> HTTPException:
        return self.refused(
            Forbidden(_UNSIGNED),
            "webhook.forged",
            apart,
            algorithm=signature.algorithm_of(settings)[:MAX_SHOWN],
            change=_SIGNING,
        )

    def _called_url(self, called: Request) -> str:
        """The address as Twilio called it: not `request.url`, which un-escapes parts of it."""
        environ = called.environ
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or called.full_path
        if not target.startswith("/"):
            raise BadRequest("the request target must be a path")
        return f"{self.public_url()}{target}"
