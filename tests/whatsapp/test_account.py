"""Asking Twilio what our account is: it costs nothing, and a refused key is told by its code."""

from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request, Response

from sandbox.web import create_web
from tests.sandbox.twilio.world import exchanging, receiving, serving
from tests.whatsapp.test_outbound import opened
from whatsapp.host import SendError


@pytest.fixture
def url() -> Iterator[str]:
    with (
        receiving() as receiver,
        exchanging(receiver) as exchange,
        serving(create_web(exchange)) as url,
    ):
        yield url


def test_an_account_tells_its_status(url: str) -> None:
    with opened(url) as door:
        assert door.account_status() == "active"


def test_a_wrong_token_is_refused_by_twilios_code(url: str) -> None:
    with opened(url, "wrong") as door, pytest.raises(SendError) as refusal:
        door.account_status()
    assert refusal.value.code == 20003


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", None), (b'{"status": 7}', None), (b'{"status": "suspended"}', "suspended")],
)
def test_what_it_says_is_taken_as_it_is_and_no_longer_than_it_may_be(
    body: bytes, status: str | None
) -> None:
    @Request.application
    def twilio(_: Request) -> Response:
        return Response(body, content_type="application/json")

    with serving(twilio) as url, opened(url) as door:
        assert door.account_status() == status
