"""The HTTP API: one JSON object in, one out; what is wrong is named, and who may not is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from handlers.ai import MAX_BODY, AiRoutes
from realtime.client import RealtimeError
from tests.engine.clock import HastyClock
from tests.engine.world import House, opened
from tests.handlers.web import client_of

BEARER = {"Authorization": "Bearer secret"}


def api(house: House, **options: Any) -> FlaskClient:
    given: dict[str, Any] = {"api_token": "secret", "is_production": False, "is_enabled": True}
    given |= options
    return client_of(AiRoutes(house.talk, **given).blueprint())


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """A house whose callers wait for as long as it takes."""
    with opened(sqlite_url, HastyClock()) as house:
        yield house


@pytest.fixture
def client(house: House) -> FlaskClient:
    return api(house)


def test_say_answers_with_the_reply_and_the_persona(house: House, client: FlaskClient) -> None:
    house.model.will("Welcome.")
    answer = client.post("/ai/say", json={"text": " Hello "}, headers=BEARER)
    assert (answer.status_code, answer.json) == (
        200,
        {"ok": True, "reply": "Welcome.", "persona": "waiter"},
    )
    assert house.model.asked[0].words == ["Hello"]


def test_a_sender_is_a_conversation_of_its_own(client: FlaskClient) -> None:
    switched = client.post("/ai/persona", json={"key": "CFO", "sender": "dora"}, headers=BEARER)
    assert switched.json == {"ok": True, "active": "cfo"}
    personas = [
        client.post("/ai/say", json={"text": "Hi", "sender": sender}, headers=BEARER).json
        for sender in ("dora", "emil")
    ]
    assert [each and each["persona"] for each in personas] == ["cfo", "waiter"]


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("/ai/say", {}, 422, "text: "),
        ("/ai/say", {"text": "   "}, 422, "text: "),
        ("/ai/say", {"text": 5}, 422, "text: "),
        ("/ai/say", {"text": "x" * 4_001}, 422, "text: "),
        ("/ai/say", {"text": "hi", "sender": "a b"}, 422, "sender: "),
        ("/ai/say", {"text": "hi", "sender": "a\x00b"}, 422, "sender: "),
        ("/ai/say", {"text": "hi", "sender": "x" * 129}, 422, "sender: "),
        ("/ai/say", ["text"], 400, "fields: text, sender"),
        ("/ai/persona", "cfo", 400, "fields: key, sender"),
        ("/ai/persona", {"key": None}, 422, "key: "),
        ("/ai/persona", {"key": "chef"}, 404, "key: 'chef'"),
    ],
)
def test_what_is_wrong_is_named(
    client: FlaskClient, path: str, body: Any, status: int, named: str
) -> None:
    answer = client.post(path, json=body, headers=BEARER)
    assert answer.status_code == status
    assert answer.json is not None
    assert set(answer.json) == {"error", "details"}
    assert [detail for detail in answer.json["details"] if detail.startswith(named)]


@pytest.mark.parametrize("body", [b"{", b"", b"null", b"[" * 60_000, b"\xff"])
def test_a_body_that_is_no_json_object_is_bad(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/ai/say", data=body, headers=BEARER)
    assert (answer.status_code, "JSON object" in answer.text) == (400, True)


def test_a_body_over_64_kib_is_too_large(client: FlaskClient) -> None:
    answer = client.post("/ai/say", json={"text": "x" * MAX_BODY}, headers=BEARER)
    assert answer.status_code == 413


def test_several_faults_are_told_at_once(client: FlaskClient) -> None:
    answer = client.post("/ai/say", json={"text": "", "sender": ""}, headers=BEARER)
    assert answer.json is not None
    assert [detail.split(":")[0] for detail in answer.json["details"]] == ["text", "sender"]


def test_where_no_answer_could_be_made_the_cause_is_told(house: House, client: FlaskClient) -> None:
    house.model.will(RealtimeError("busy"))
    answer = client.post("/ai/say", json={"text": "Hello"}, headers=BEARER)
    assert answer.json is not None
    assert (answer.status_code, answer.json["details"]) == (503, ["busy"])
    assert answer.json["error"].startswith("Sorry, ")


def test_when_no_answer_comes_in_time_that_is_told(sqlite_url: str) -> None:
    with opened(sqlite_url, runs_turns=False) as house:
        answer = api(house).post("/ai/say", json={"text": "Hello"}, headers=BEARER)
    assert answer.json is not None
    assert (answer.status_code, answer.json["error"]) == (503, "No answer came in time.")


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "é"}])
def test_without_the_token_nobody_talks(
    house: House, client: FlaskClient, given: dict[str, str]
) -> None:
    for path, body in (("/ai/say", {"text": "hi"}), ("/ai/persona", {"key": "cfo"})):
        answer = client.post(path, json=body, headers=given)
        assert (answer.status_code, "Bearer" in answer.text) == (401, True)
    assert house.messages() == []


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.8.8", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 401),
        ("", {}, 401),
        ("unix:", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 401),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 401),
        ("::1", {"X-Real-Ip": "127.0.0.1"}, 401),
    ],
)
def test_where_no_token_is_set_this_machine_alone_may_call(
    house: House, address: str, headers: dict[str, str], status: int
) -> None:
    answer = api(house, api_token=None).post(
        "/ai/persona",
        json={"key": "cfo"},
        headers=headers,
        environ_overrides={"REMOTE_ADDR": address},
    )
    assert (answer.status_code, "API_TOKEN" in answer.text) == (status, status == 401)


def test_in_production_nobody_may_call_without_a_token(house: House) -> None:
    client = api(house, api_token=None, is_production=True)
    assert client.post("/ai/persona", json={"key": "cfo"}).status_code == 401


def test_switched_off_it_says_so(house: House) -> None:
    client = api(house, is_enabled=False)
    for path, body in (("/ai/say", {"text": "hi"}), ("/ai/persona", {"key": "cfo"})):
        answer = client.post(path, json=body, headers=BEARER)
        assert (answer.status_code, "AI_REALTIME_ENABLED" in answer.text) == (503, True)
        assert client.post(path, json=body).status_code == 401  # and to strangers not even that
    health = client.get("/ai/healthz")
    assert health.json is not None
    assert (health.status_code, health.json["ok"], health.json["realtime_enabled"]) == (
        503,
        False,
        False,
    )


def test_anybody_may_ask_how_it_is(house: House, client: FlaskClient) -> None:
    house.talk.set_persona("dora", "cfo")
    assert client.get("/ai/healthz").json == {
        "ok": True,
        "persona": "waiter",
        "realtime_enabled": True,
    }
    health = client.get("/ai/healthz?sender=dora")
    assert health.json is not None
    assert health.json["persona"] == "cfo"
