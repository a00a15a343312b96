"""A reply that takes longer than a platform's router waits: it is fetched, from any process."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from handlers.ai import REPLY_WITHIN_S, AiRoutes
from realtime.client import RealtimeError
from tests.engine.clock import soon
from tests.engine.world import House
from tests.handlers.web import client_of

BEARER = {"Authorization": "Bearer secret"}


def api(house: House, api_token: str | None = "secret") -> FlaskClient:
    routes = AiRoutes(house.talk, api_token=api_token, is_production=False, is_enabled=True)
    return client_of(routes.blueprint())


def said(house: House, text: str = "Hello", sender: str = "dora") -> TestResponse:
    return api(house).post("/ai/say", json={"text": text, "sender": sender}, headers=BEARER)


def fetched(house: House, later: TestResponse) -> TestResponse:
    assert later.json is not None
    return api(house).get(later.json["poll"], headers=BEARER)


def test_after_twenty_seconds_a_caller_is_told_where_the_reply_will_be(any_house: House) -> None:
    thinking = any_house.model.holds()
    later = said(any_house)
    assert any_house.clock.monotonic() == REPLY_WITHIN_S
    assert later.json is not None
    assert (later.status_code, later.json) == (202, {"ok": True, "poll": later.headers["Location"]})
    assert later.headers["Retry-After"] == "1"
    again = fetched(any_house, later)
    assert (again.status_code, again.json) == (202, later.json)
    thinking.says("Welcome.")
    assert soon(lambda: fetched(any_house, later).status_code == 200)
    assert fetched(any_house, later).json == {
        "ok": True,
        "reply": "Welcome.",
        "persona": "waiter",
    }


def test_any_process_tells_what_any_other_came_to(any_house: House) -> None:
    web = any_house.beside(runs_turns=False)
    later = said(web)
    assert later.status_code == 202
    assert any_house.sweeps_until(lambda: fetched(any_house, later).status_code == 200)
    for house in (web, any_house, any_house.beside("web 3")):
        answer = fetched(house, later).json
        assert answer is not None
        assert answer["reply"] == "Yes."


def test_the_persona_is_the_one_the_sender_talks_to_now(any_house: House) -> None:
    web = any_house.beside(runs_turns=False)
    later = said(web, "/cfo")
    assert any_house.sweeps_until(lambda: fetched(web, later).status_code == 200)
    answer = fetched(web, later).json
    assert answer is not None
    assert answer["persona"] == "cfo"


def test_where_no_answer_could_be_made_the_cause_is_told_later_too(any_house: House) -> None:
    web = any_house.beside(runs_turns=False)
    any_house.model.will(RealtimeError("busy"))
    later = said(web)
    assert any_house.sweeps_until(lambda: fetched(web, later).status_code == 503)
    answer = fetched(web, later).json
    assert answer is not None
    assert answer["details"] == ["busy"]


def test_what_was_erased_is_there_no_longer(any_house: House) -> None:
    web = any_house.beside(runs_turns=False)
    later = said(web)
    forgotten = said(web, "/forget")
    assert any_house.sweeps_until(lambda: fetched(web, forgotten).status_code == 404)
    assert fetched(web, later).status_code == 404


@pytest.mark.parametrize(
    "ticket", [f"AI{'0' * 32}", "SM1", "AI", "%00", f"AI{'0' * 31}%00", "x" * 5_000, "..%2F", "1"]
)
def test_what_nobody_said_is_not_found(any_house: House, ticket: str) -> None:
    answer = api(any_house).get(f"/ai/say/{ticket}", headers=BEARER)
    assert answer.status_code == 404


def test_a_message_of_whatsapp_is_nobodys_to_fetch(house: House) -> None:
    house.hears("Hello")
    (message,) = house.messages()
    assert api(house).get(f"/ai/say/{message.sid}", headers=BEARER).status_code == 404


def test_who_may_not_talk_may_not_fetch(house: House) -> None:
    house.model.holds()
    later = said(house)
    assert later.json is not None
    poll = later.json["poll"]
    assert api(house).get(poll).status_code == 401
    assert api(house, None).get(poll, headers={"Host": "evil.example"}).status_code == 401
    assert api(house, None).get(poll).status_code == 202
