"""Who may call the phone and the controls, and with what: no page that leads its own name here."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web


@pytest.fixture
def http(exchange: Exchange) -> FlaskClient:
    return create_web(exchange).test_client()


@pytest.mark.parametrize("path", ["/phone/api/world", "/sandbox/twilio/stats"])
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8787", 200),
        ("127.0.0.1:8787", 200),
        ("[::1]:8787", 200),
        ("192.168.1.5:8787", 200),
        ("evil.example:8787", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.nip.io", 403),
        ("[::1", 403),
        ("localhost@evil.example", 403),
    ],
)
def test_they_are_called_by_an_address_or_not_at_all(
    http: FlaskClient, path: str, host: str, status: int
) -> None:
    assert http.get(path, headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        {"data": '{"name": "Eve"}', "content_type": "text/plain"},
        {"data": "[" * 60_000, "content_type": "application/json"},
        {"json": ["Eve"]},
    ],
)
def test_what_is_no_json_object_is_refused(http: FlaskClient, sent: dict[str, Any]) -> None:
    assert http.post("/phone/api/diners", **sent).status_code == 400
