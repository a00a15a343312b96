"""The HTTP API: one JSON object in, one out; what is wrong is named, and who may not is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.intake import WEBHOOK_LIMIT_S
from handlers.ai import MAX_BODY, AiRoutes
from realtime.client import RealtimeError
from tests.engine.clock import HastyClock
from tests.engine.world import TURN_S, House, opened
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


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"null",
        b"[" * 60_000,
        b'{"text":' * 7_000,
        b"\xff",
        b"\xff\xfe{",
        b"1" * 5_000,
        b'{"text": ' + b"1" * 5_000 + b"}",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b'"text"',
        b'{"text": "hi"} {}',
        b"{'text': 'hi'}",
        "\ud800".encode("utf-16", "surrogatepass"),
    ],
)
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
        house.clock.meanwhile.append(lambda: house.clock.passes(TURN_S))
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


@pytest.mark.parametrize("token", ["newer", "older", "oldest"])
def test_while_a_token_is_rotated_each_of_them_opens(house: House, token: str) -> None:
    client = api(house, api_token="newer,older,oldest")
    given = {"Authorization": f"bearer {token}"}
    assert client.post("/ai/persona", json={"key": "cfo"}, headers=given).status_code == 200


@pytest.mark.parametrize("given", ["", "newer,older", "new", "newer,", ","])
def test_what_is_none_of_them_opens_nothing(house: House, given: str) -> None:
    client = api(house, api_token="newer,older")
    for header in (f"Bearer {given}", f"Basic {given}", "Basic newer", "newer"):
        answer = client.post("/ai/say", json={"text": "hi"}, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_where_no_token_is_set_this_machine_alone_may_call(house: House) -> None:
    client = api(house, api_token=None)
    assert client.post("/ai/persona", json={"key": "cfo"}).status_code == 200
    calls = [
        client.post("/ai/persona", json={"key": "cfo"}, headers={"Host": "evil.example"}),
        client.post("/ai/say", json={"text": "hi"}, headers={"Via": "1.1 tunnel"}),
        client.get("/ai/healthz?sender=dora", headers={"Host": "evil.example"}),
    ]
    assert [(each.status_code, "API_TOKEN" in each.text) for each in calls] == [(401, True)] * 3


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/vnd.inzozi+json", 200),
        ("text/plain", 415),
        ("text/plain; application/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
        (None, 415),
    ],
)
def test_where_no_token_is_set_a_body_must_say_that_it_is_json(
    house: House, content_type: str | None, status: int
) -> None:
    """A page of another site may post anything else without asking."""
    client = api(house, api_token=None)
    answer = client.post("/ai/persona", data=b'{"key": "cfo"}', content_type=content_type)
    assert (answer.status_code, "application/json" in answer.text) == (status, status == 415)


def test_with_the_token_any_body_of_json_is_read(client: FlaskClient) -> None:
    answer = client.post(
        "/ai/persona", data=b'{"key": "cfo"}', content_type="text/plain", headers=BEARER
    )
    assert answer.status_code == 200


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


def test_anybody_may_ask_how_it_is(client: FlaskClient) -> None:
    assert client.get("/ai/healthz").json == {
        "ok": True,
        "persona": "waiter",
        "realtime_enabled": True,
    }


def test_whom_a_sender_talks_to_is_told_to_those_who_may_talk(
    house: House, client: FlaskClient
) -> None:
    house.talk.set_persona("dora", "cfo")
    assert client.get("/ai/healthz?sender=dora").status_code == 401
    health = client.get("/ai/healthz?sender=dora", headers=BEARER)
    assert health.json is not None
    assert health.json["persona"] == "cfo"


@pytest.mark.parametrize(
    "sender", ["a\x00b", "\ud800", "", "a b", "a\u2003b", "a\x1bb", "x" * 129, None, 5, {}]
)
def test_a_sender_that_is_none_is_named_wherever_it_stands(
    client: FlaskClient, sender: object
) -> None:
    for path, fields in (("/ai/say", {"text": "hi"}), ("/ai/persona", {"key": "cfo"})):
        answer = client.post(path, json=fields | {"sender": sender}, headers=BEARER)
        assert answer.json is not None
        assert (answer.status_code, answer.json["details"][0][:8]) == (422, "sender: ")


@pytest.mark.parametrize("sender", ["%00", "a%00b", "", "a%20b", "a%1Bb", "x" * 129])
def test_so_is_one_that_nobody_can_ask_after(any_house: House, sender: str) -> None:
    answer = api(any_house).get(f"/ai/healthz?sender={sender}", headers=BEARER)
    assert answer.json is not None
    assert (answer.status_code, answer.json["details"][0][:8]) == (422, "sender: ")


@pytest.mark.parametrize("sender", ["%FF", "%ED%A0%80", "%F0%9F%91%A9"])
def test_a_sender_in_any_letters_can_be_asked_after(any_house: House, sender: str) -> None:
    answer = api(any_house).get(f"/ai/healthz?sender={sender}", headers=BEARER)
    assert answer.status_code == 200


@pytest.mark.parametrize("text", ["\x00", " \x00\n"])
def test_what_nothing_is_left_of_was_not_said(client: FlaskClient, text: str) -> None:
    answer = client.post("/ai/say", json={"text": text}, headers=BEARER)
    assert (answer.status_code, "text: " in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/ai/healthz", None),
        ("GET", f"/ai/say/AI{'0' * 32}", None),
        ("POST", "/ai/persona", {"key": "cfo"}),
    ],
)
def test_no_caller_waits_for_the_database_for_long(
    house: House, client: FlaskClient, method: str, path: str, body: Any
) -> None:
    client.open(path, method=method, json=body, headers=BEARER)
    assert house.database.limits_s
    assert max(house.database.limits_s) == WEBHOOK_LIMIT_S
