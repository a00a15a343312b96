"""Who calls a house by HTTP: anybody, and Twilio, who signs."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from handlers.whatsapp import WhatsAppRoutes
from tests.engine.world import ALICE, KIGALI, House

AUTH_TOKEN = "the account's own"
PUBLIC_URL = "https://inzozi.example"
FORM = {"MessageSid": "SMa", "From": ALICE, "To": KIGALI, "Body": "Hello"}


def client_of(blueprint: Blueprint) -> FlaskClient:
    """One blueprint, served in process; what a route raises comes out."""
    app = Flask("inzozi", static_folder=None)
    app.testing = True
    app.register_blueprint(blueprint)
    return app.test_client()


class Webhooks:
    """Twilio, as it calls a house."""

    def __init__(
        self, house: House, *, intake: Any = None, public_url: str | None = PUBLIC_URL
    ) -> None:
        routes = WhatsAppRoutes(
            intake or house.intake, house.receipts, auth_token=AUTH_TOKEN, public_url=public_url
        )
        self._client = client_of(routes.blueprint())

    def post(
        self,
        fields: Mapping[str, str],
        path: str = "/whatsapp",
        *,
        token: str = AUTH_TOKEN,
        url: str = PUBLIC_URL,
        is_read: bool = True,
    ) -> TestResponse:
        """`is_read`: the answer is read to its end, and closed."""
        signature = RequestValidator(token).compute_signature(f"{url}{path}", fields)
        return self.post_as_is(path, fields, signature, url=url, is_read=is_read)

    def post_as_is(
        self,
        path: str,
        data: Mapping[str, str] | bytes,
        signature: str | None,
        *,
        url: str = PUBLIC_URL,
        content_type: str | None = None,
        target: str | None = None,
        is_read: bool = True,
    ) -> TestResponse:
        """`target`: as it came over the wire, where that is not the path."""
        return self._client.post(
            path,
            base_url=f"http://{urlsplit(url).netloc}",
            data=data,
            content_type=content_type,
            headers={"X-Twilio-Signature": signature} if signature is not None else {},
            environ_overrides={"RAW_URI": target} if target is not None else {},
            buffered=is_read,
        )

    def status(self, sid: str, status: str, part: object = None, **fields: str) -> TestResponse:
        query = "" if part is None else f"?part={part}"
        told = {"MessageSid": sid, "MessageStatus": status, **fields}
        return self.post(told, f"/whatsapp/status{query}")


def events(stream: str) -> Iterator[tuple[str, str]]:
    """Server-sent events: the name and the data of each."""
    for block in stream.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        yield fields["event"], fields["data"]
