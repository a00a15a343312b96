"""What the doctor says of the model: it answers, or why not, told apart; and when it ends."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from engine.doctor import model
from engine.doctor.finding import Finding, Level
from realtime import shutdowns
from realtime.client import RealtimeClient
from realtime.connection import Connection
from realtime.fleet.limits import Limits
from realtime.shutdowns import SHUTDOWNS, Shutdown
from realtime.trial import Observe, Outcome, try_out
from sandbox.realtime.server import RealtimeServer

KEY = "sk-sandbox"
NAME = "gpt-realtime-2.1-mini"
TODAY = date(2026, 11, 26)
LIMITS = Limits(sockets=1, in_flight=1, tries=2, backoff_base_s=0.02)


@pytest.fixture(scope="module")
def standing() -> Iterator[RealtimeServer]:
    server = RealtimeServer(KEY)
    server.start()
    with closing(server):
        yield server


@pytest.fixture
def server(standing: RealtimeServer) -> RealtimeServer:
    standing.behaviour.reset()
    return standing


def tried(url: str, key: str = KEY, within_s: float = 8.0) -> Outcome:
    def client_of(observe: Observe) -> RealtimeClient:
        return RealtimeClient(partial(Connection, url, NAME, key), observe, LIMITS)

    return try_out(client_of, within_s)


def looked(outcome: Outcome) -> Finding:
    (found,) = model.look(lambda: outcome, NAME, "api.openai.com")
    return found


def test_a_model_that_answers_is_fine_and_costs_one_short_answer(server: RealtimeServer) -> None:
    before = len(server.requests)
    found = looked(tried(server.url))
    assert found.level is Level.OK
    (asked,) = server.requests[before:]
    assert asked["event"]["response"]["max_output_tokens"] == 16


def test_one_that_takes_long_is_told() -> None:
    assert looked(Outcome(5.0)).level is Level.WARN


@pytest.mark.parametrize(
    ("fault", "code", "what_to_do"),
    [
        ({"bad_key": True}, "invalid_api_key", "Set OPENAI_API_KEY to a valid one."),
        ({"insufficient_quota": True}, "insufficient_quota", "Add credit to it."),
        (
            {"unknown_models": [NAME]},
            "model_not_found",
            "Check OPENAI_REALTIME_MODEL and OPENAI_REALTIME_ENDPOINT.",
        ),
        (
            {"refuse_with": "403 unsupported_country_region_territory"},
            "unsupported_country_region_territory",
            "Run it in one that is served",
        ),
        ({"close_with": "3000 invalid_api_key"}, "invalid_api_key", "Set OPENAI_API_KEY"),
    ],
)
def test_what_only_somebody_can_mend_is_told_apart(
    server: RealtimeServer, fault: dict[str, Any], code: str, what_to_do: str
) -> None:
    server.behaviour.apply(fault)
    found = looked(tried(server.url))
    assert found.level is Level.WRONG
    assert f"({code})" in found.sentence
    assert found.what_to_do.startswith(what_to_do)
    assert KEY not in found.sentence


def test_a_server_that_is_not_reached_is_told_within_its_time() -> None:
    found = looked(tried("ws://127.0.0.1:1/v1/realtime", within_s=0.3))
    assert found.level is Level.WRONG
    assert "ConnectionRefusedError" in found.sentence
    assert "HTTPS_PROXY" in found.what_to_do


def test_rate_limits_that_are_used_up_are_told(server: RealtimeServer) -> None:
    server.behaviour.apply({"rate_limit": 100, "rate_limit_reset_s": 5.0})
    found = looked(tried(server.url, within_s=0.5))
    assert found.level is Level.WRONG
    assert "rate limits" in found.sentence


@pytest.mark.parametrize(
    ("days", "level"), [(-1, Level.WRONG), (0, Level.WRONG), (55, Level.WARN), (300, Level.OK)]
)
def test_an_end_that_comes_near_is_told(days: int, level: Level) -> None:
    shutdown = Shutdown(TODAY + timedelta(days=days), "gpt-realtime-2.1")
    found = model.ending("gpt-realtime", shutdown, TODAY)
    assert found.level is level
    assert level is Level.OK or "OPENAI_REALTIME_MODEL=gpt-realtime-2.1" in found.what_to_do


def test_a_model_that_stays_is_fine() -> None:
    assert model.ending(NAME, shutdowns.announced(NAME), TODAY).level is Level.OK


@pytest.mark.parametrize("name", ["gpt-realtime", "gpt-realtime-2025-08-28", "whisper-1"])
def test_what_was_announced_is_known_of_a_model_and_its_snapshots(name: str) -> None:
    assert shutdowns.announced(name)


def test_what_is_recommended_stays_longer() -> None:
    assert not {each.instead for each in SHUTDOWNS.values()} & set(SHUTDOWNS)


def test_the_server_may_tell_an_end_itself(server: RealtimeServer) -> None:
    assert shutdowns.told(server.url, NAME, KEY, None) is None
    server.behaviour.apply({"shutdown_date": "2027-06-30"})
    assert shutdowns.told(server.url, NAME, KEY, None) == Shutdown(date(2027, 6, 30))
    assert shutdowns.told(server.url, NAME, "sk-wrong", None) is None


def test_the_table_is_of_openais_own_models() -> None:
    known = shutdowns.announced("gpt-realtime")
    refused = "http://127.0.0.1:1"  # a proxy that is not there: nothing is told
    own = shutdowns.of("wss://eu.api.openai.com/v1/realtime", "gpt-realtime", KEY, refused)
    assert own == known
    elsewhere = shutdowns.of("wss://elsewhere.example/v1/realtime", "gpt-realtime", KEY, refused)
    assert elsewhere is None


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1/v1/realtime", "ws://127.0.0.1:1/other", "x"])
def test_a_server_that_tells_nothing_is_no_trouble(url: str) -> None:
    assert shutdowns.told(url, NAME, KEY, None) is None
