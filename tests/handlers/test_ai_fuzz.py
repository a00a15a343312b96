"""Anything may come to `/ai`: it is answered or refused by name, soon, and breaks nothing."""

import gc
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from handlers.ai import MAX_BODY, AiRoutes
from tests.engine.clock import HastyClock
from tests.engine.world import House, opened
from tests.handlers.web import client_of

# Of CPU, for a whole call: whoever takes more holds up every diner.
MOST_S = 1.0
BOUNDED = settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
REFUSALS = {400, 404, 413, 415, 422}
ANY_TEXT = st.text(st.characters(), max_size=40) | st.sampled_from(
    ["", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "/cfo", "/", "//", "\u202e/help", "x" * 5_000,
     "waiter", "CFO", "default", " ", "\ufeff", "\x1b[2J", "'; DROP TABLE diners; --", "%s%n"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.fixed_dictionaries(
    {}, optional={"text": ANY_TEXT, "key": ANY_TEXT, "sender": ANY_TEXT}
) | st.dictionaries(st.sampled_from(["text", "sender", "key"]) | ANY_TEXT, ANYTHING, max_size=4)
LONG = st.sampled_from(
    [
        b"[" * 60_000,
        b'{"text":' * 8_000,
        b'{"text":"hi","x":' + b"[" * 60_000,
        b"1" * 60_000,
        b'{"text":' + b"9" * 60_000 + b"}",
        b'{"text":1e999999999}',
        b'{"text":"' + b"\\ud83d" * 10_000 + b'"}',
        b'{"text":"' + b"# a" + b" " * 60_000 + b'b"}',
        b"{" + b'"text":"hi",' * 5_000 + b'"text":"hi"}',
        b" " * MAX_BODY,
        b"x" * (MAX_BODY + 1),
    ]
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """JSON of all kinds, in all encodings, and what is none."""
    kind = draw(st.sampled_from(["object", "object", "object", "anything", "bytes", "long"]))
    if kind == "bytes":
        return draw(st.binary(max_size=200))
    if kind == "long":
        return draw(LONG)
    text = json.dumps(
        draw(OBJECTS if kind == "object" else ANYTHING), ensure_ascii=draw(st.booleans())
    )
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32"]))
    body = text.encode(encoding, "surrogatepass")
    return body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 4)) == 0 else body


CALLS = st.tuples(
    st.sampled_from(["/ai/say", "/ai/say", "/ai/persona"]),
    bodies(),
    st.sampled_from(["application/json", "application/json", "text/plain", "", "a/b+json"]),
    st.sampled_from(["*/*", "text/event-stream", "application/json", ";;q=", "\xe9"]),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    fixture = "sqlite_url" if request.param == "sqlite" else "emptied_postgresql_url"
    with opened(request.getfixturevalue(fixture), HastyClock()) as house:
        yield house


def client(house: House) -> FlaskClient:
    routes = AiRoutes(house.talk, api_token=None, is_production=False, is_enabled=True)
    return client_of(routes.blueprint())


def soon(call: Any) -> TestResponse:
    gc.disable()  # what all the other tests have left is not of this call
    try:
        began = time.thread_time()
        answer: TestResponse = call()
        answer.get_data()
        took_s = time.thread_time() - began
    finally:
        gc.enable()
    assert took_s < MOST_S
    return answer


@BOUNDED
@given(call=CALLS)
def test_whatever_is_posted_is_answered_or_refused_by_name(
    house: House, call: tuple[str, bytes, str, str]
) -> None:
    path, body, content_type, accept = call
    http = client(house)
    answer = soon(
        lambda: http.post(path, data=body, content_type=content_type, headers={"Accept": accept})
    )
    if answer.status_code in REFUSALS:
        assert answer.status_code == 413 or (answer.json and answer.json["error"])
        return
    assert answer.status_code == 200
    if answer.mimetype == "text/event-stream":
        assert "event: done" in answer.text
    else:
        assert answer.json is not None
        assert answer.json["ok"]


@BOUNDED
@given(
    asked=st.tuples(
        st.sampled_from(["/ai/healthz?sender=", "/ai/say/", "/ai/say/AI", "/ai/healthz?"]),
        st.binary(max_size=60),
    )
)
def test_whatever_is_asked_for_is_told_or_refused(house: House, asked: tuple[str, bytes]) -> None:
    path, end = asked
    encoded = "".join(f"%{byte:02X}" for byte in end)
    answer = soon(lambda: client(house).get(path + encoded))
    assert answer.status_code in {200, 308} | REFUSALS | {405}
