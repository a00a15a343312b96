"""Who calls a house by HTTP: anybody, and Twilio, who signs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app import application
from handlers.whatsapp import WhatsAppRoutes
from models.restaurants import Directory
from service import Service
from settings import Settings
from tests.engine.world import ALICE, KIGALI, House
from whatsapp.signature import SETTINGS, SIGNATURE

AUTH_TOKEN = "the account's own"
PUBLIC_URL = "https://inzozi.example"
# What production does not start without.
IN_PRODUCTION = {
    "tableside_env": "production",
    "openai_api_key": "sk-test",
    "twilio_account_sid": f"AC{'0' * 32}",
    "twilio_auth_token": "0123456789abcdef0123456789abcdef",
    "public_url": PUBLIC_URL,
}
FORM = {"MessageSid": "SMa", "From": ALICE, "To": KIGALI, "Body": "Hello"}


def client_of(blueprint: Blueprint) -> FlaskClient:
    """One blueprint, served in process; what a route raises comes out."""
    app = Flask("inzozi", static_folder=None)
    app.testing = True
    app.register_blueprint(blueprint)
    return app.test_client()


@contextmanager
def whole_app(database_url: str, **settings: str) -> Iterator[Flask]:
    """The application as `create_app` makes it, of a service that was not started.

    Without `settings`, Twilio and the model are stand-ins.
    """
    service = Service(Settings.model_validate({"database_url": database_url, **settings}))
    try:
        yield application(service)
    finally:
        service.stop()


class Webhooks:
    """Twilio, as it calls a house."""

    def __init__(
        self,
        house: House,
        *,
        intake: Any = None,
        auth_token: str = AUTH_TOKEN,
        public_url: str | None = PUBLIC_URL,
    ) -> None:
        routes = WhatsAppRoutes(
            intake or house.intake,
            house.receipts,
            auth_token=auth_token,
            public_url=public_url,
            is_ours=Directory(house.database).has,
            metrics=house.metrics,
        )
        self._client = client_of(routes.blueprint())

    def post(
        self,
        fields: Mapping[str, str],
        path: str = "/whatsapp",
        *,
        token: str = AUTH_TOKEN,
        url: str = PUBLIC_URL,
        algorithm: str | None = None,
        is_read: bool = True,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> TestResponse:
        """`algorithm`: what a SharedKey signs with. `is_read`: the answer is read, and closed."""
        sign = RequestValidator(token).compute_signature
        return self.post_as_is(
            path,
            fields,
            sign(f"{url}{path}", fields, algorithm),
            url=url,
            headers={SETTINGS: f"key=webhooks_sharedkey_1,algorithm={algorithm}", **headers}
            if algorithm
            else headers,
            is_read=is_read,
        )

    def call(self, method: str, path: str, **headers: str) -> TestResponse:
        return self._client.open(path, method=method, base_url=PUBLIC_URL, headers=headers)

    def post_as_is(
        self,
        path: str,
        data: Mapping[str, str] | bytes,
        signature: str | None,
        *,
        url: str = PUBLIC_URL,
        content_type: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        target: str | None = None,
        is_read: bool = True,
    ) -> TestResponse:
        """`target`: as it came over the wire, where that is not the path."""
        return self._client.post(
            path,
            base_url=f"http://{urlsplit(url).netloc}",
            data=data,
            content_type=content_type,
            headers={**headers, **({SIGNATURE: signature} if signature is not None else {})},
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
