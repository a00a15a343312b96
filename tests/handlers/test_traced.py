"""A request as a span, which goes on with its caller's trace."""

from collections.abc import Iterator

import pytest

from models.database.engine import DatabaseUnavailableError
from realtime.client import RealtimeError
from tests.engine.clock import HastyClock
from tests.engine.world import House, opened
from tests.handlers.test_ai import BEARER, api
from tests.handlers.web import FORM, Webhooks
from tests.spans import PASSED_ON, TRACE_ID, Spans, collected


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    with opened(sqlite_url, HastyClock()) as house:
        yield house


@pytest.fixture
def spans() -> Iterator[Spans]:
    with collected() as spans:
        yield spans


def test_what_is_said_over_http_goes_on_with_its_callers_trace(house: House, spans: Spans) -> None:
    headers = {**BEARER, "traceparent": PASSED_ON}
    assert api(house).post("/ai/say", json={"text": "Hello"}, headers=headers).status_code == 200
    said, turn = spans.named("POST /ai/say", "invoke_agent waiter")
    assert (said.trace, said.parent) == (TRACE_ID, PASSED_ON.split("-")[2])
    assert turn.parent == said.id
    assert said.attributes["http.response.status_code"] == 200


def test_an_answer_that_can_not_be_made_is_a_failed_request(house: House, spans: Spans) -> None:
    house.model.will(RealtimeError("unavailable"))
    api(house).post("/ai/say", json={"text": "Hello"}, headers=BEARER)
    (said,) = spans.named("POST /ai/say")
    assert said.is_failed
    assert said.attributes["http.response.status_code"] == 503


def test_a_stream_is_a_span_until_its_end(house: House, spans: Spans) -> None:
    headers = {**BEARER, "Accept": "text/event-stream"}
    answer = api(house).post("/ai/say", json={"text": "Hello"}, headers=headers)
    assert "done" in answer.get_data(as_text=True)
    answer.close()
    said, stream = spans.named("POST /ai/say", "stream")
    assert stream.parent == said.id


def test_a_stranger_begins_no_trace(house: House, spans: Spans) -> None:
    api(house).post("/ai/say", json={"text": "Hello"}, headers={"traceparent": PASSED_ON})
    Webhooks(house).post_as_is("/whatsapp", FORM, "forged")
    assert spans.all() == []


def test_a_webhook_tells_what_it_took_in(house: House, spans: Spans) -> None:
    for _ in range(2):
        Webhooks(house).post(FORM)
    first, again = [each for each in spans.all() if each.name == "POST /whatsapp"]
    assert first.attributes == {
        "http.request.method": "POST",
        "http.route": "/whatsapp",
        "url.path": "/whatsapp",
        "url.scheme": "http",
        "messaging.message.id": "SMa",
        "tableside.is_duplicate": False,
        "http.response.status_code": 204,
    }
    assert again.attributes["tableside.is_duplicate"]


def test_a_webhook_that_could_not_be_stored_has_failed(house: House, spans: Spans) -> None:
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        Webhooks(house).post(FORM)
    (webhook,) = spans.named("POST /whatsapp")
    assert webhook.is_failed
    assert webhook.attributes["error.type"] == "DatabaseUnavailableError"
