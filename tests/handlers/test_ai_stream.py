"""`/ai/say` as server-sent events: the words as they come, then one end."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from handlers.ai import DATABASE_AWAY, KEEP_ALIVE_S, AiRoutes
from models.tokens import Tokens
from realtime.client import RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.engine.clock import HastyClock, soon
from tests.engine.world import TURN_S, House, opened
from tests.handlers.web import client_of, events

LOOKS_IT_UP = Reply(
    "Let me look...",
    (FunctionCall("call_1", "lookup_menu", '{"query": "coffee"}'),),
    Tokens(),
    "completed",
)


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """A house whose callers wait for as long as it takes."""
    with opened(sqlite_url, HastyClock()) as house:
        yield house


@pytest.fixture
def client(house: House) -> FlaskClient:
    routes = AiRoutes(house.talk, api_token=None, is_production=False, is_enabled=True)
    return client_of(routes.blueprint())


def said(client: FlaskClient, accept: str = "text/event-stream") -> TestResponse:
    return client.post("/ai/say", json={"text": "Hello"}, headers={"Accept": accept})


def told(answer: TestResponse) -> list[tuple[str, Any]]:
    return [(name, json.loads(fields)) for name, fields in events(answer.text)]


def test_the_words_come_piece_by_piece_and_then_the_whole(
    house: House, client: FlaskClient
) -> None:
    thinking = house.model.holds("Wel")
    answer = said(client)
    for piece in ("come,\n", "Zoë."):
        thinking.speaks(piece)
    thinking.says("Welcome,\nZoë.")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert told(answer) == [
        ("delta", {"text": "Wel"}),
        ("delta", {"text": "come,\n"}),
        ("delta", {"text": "Zoë."}),
        ("done", {"ok": True, "reply": "Welcome,\nZoë.", "persona": "waiter"}),
    ]


def test_no_proxy_may_keep_the_words_back(client: FlaskClient) -> None:
    headers = said(client).headers
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")


def test_words_that_are_void_are_called_back(house: House, client: FlaskClient) -> None:
    house.model.will(LOOKS_IT_UP, "No coffee today.")
    assert [name for name, _ in told(said(client))] == ["restart", "done"]


def test_where_no_answer_could_be_made_the_stream_ends_with_the_cause(
    house: House, client: FlaskClient
) -> None:
    house.model.will(RealtimeError("unavailable"))
    ((name, fields),) = told(said(client))
    assert (name, fields["details"]) == ("error", ["unavailable"])


def test_when_no_answer_comes_in_time_the_stream_ends_with_that(
    house: House, client: FlaskClient
) -> None:
    house.model.holds("Wel")
    answer = said(client)
    house.clock.passes(TURN_S)
    (first, _), (last, fields) = told(answer)
    assert (first, last, fields["error"]) == ("delta", "error", "No answer came in time.")


def test_where_another_process_runs_the_turn_the_stream_ends_with_its_reply(house: House) -> None:
    web = house.beside(runs_turns=False)
    routes = AiRoutes(web.talk, api_token=None, is_production=False, is_enabled=True)
    with ThreadPoolExecutor(1) as beside:
        swept = beside.submit(house.sweeps_until, house.turns)
        ((name, fields),) = told(said(client_of(routes.blueprint())))
    assert swept.result()
    assert (name, fields["reply"]) == ("done", "Yes.")


def test_pieces_that_were_wrong_are_void_and_the_right_ones_follow(
    house: House, client: FlaskClient
) -> None:
    thinking = house.model.holds("No ")
    answer = said(client)
    pieces = answer.iter_encoded()
    assert next(pieces).startswith(b"event: delta")
    thinking.speaks("No ")
    thinking.says("No rush.")
    assert [line for line in b"".join(pieces).decode().splitlines() if line] == [
        "event: delta",
        'data: {"text": "No "}',
        "event: restart",
        "data: {}",
        "event: delta",
        'data: {"text": "No rush."}',
        "event: done",
        'data: {"ok": true, "reply": "No rush.", "persona": "waiter"}',
    ]


def test_a_stream_that_loses_the_database_ends_with_an_error(
    house: House, client: FlaskClient
) -> None:
    thinking = house.model.holds("Wel")
    answer = said(client)
    pieces = answer.iter_encoded()
    assert next(pieces).startswith(b"event: delta")
    thinking.says("Welcome.")
    assert soon(lambda: [turn.state for turn in house.turns()] == ["done"])
    house.database.is_away = True
    last = b"".join(pieces).decode()
    house.database.is_away = False
    assert "event: error" in last
    assert DATABASE_AWAY in last


def test_while_no_word_comes_the_line_is_kept_open(house: House, client: FlaskClient) -> None:
    thinking = house.model.holds()
    look = "SELECT turns.state, turns.reply"
    house.database.meanwhile[look] = lambda: house.clock.passes(KEEP_ALIVE_S)
    answer = said(client)
    thinking.says("Welcome.")
    assert answer.text.startswith(": still at it\n\nevent: done\n")


def test_when_the_caller_hangs_up_the_turn_goes_on(house: House, client: FlaskClient) -> None:
    thinking = house.model.holds("Wel")
    answer = said(client)
    assert next(answer.iter_encoded()).startswith(b"event: delta")
    answer.close()
    thinking.says("Welcome.")
    assert soon(lambda: [turn.reply for turn in house.turns()] == ["Welcome."])


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
def test_only_who_asks_for_a_stream_gets_one(client: FlaskClient, accept: str) -> None:
    answer = said(client, accept)
    assert (answer.mimetype, answer.json) == (
        "application/json",
        {"ok": True, "reply": "Yes.", "persona": "waiter"},
    )
