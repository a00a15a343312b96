"""`calls voices`: what the model has spoken for calls, told at the terminal."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from conversation.call.sentences import KEYS, Sentences, every_text
from handlers.cli.calls import calls_group
from handlers.cli.commands import VOICES, register_commands
from knowledge.call_sounds import packaged
from models import sounds
from models.database.engine import Database
from sandbox.realtime.server import RealtimeServer
from service import Service
from tests.handlers.terminal import NO_KEYS, bare_url, run, settings_for

KEY = "sk-sandbox"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[RealtimeServer]:
    with closing(RealtimeServer(KEY)) as server:
        server.start()
        yield server


def calls(url: str, *words: str, **changed: Any) -> Result:
    settings = settings_for(url, **changed)
    service = Service(settings)
    group = calls_group(service.voices, service.running, ["cedar", "marin"], settings)
    try:
        return run(group, *words)
    finally:
        service.stop()


def with_key(url: str, server: RealtimeServer, *words: str) -> Result:
    return calls(url, *words, openai_api_key=KEY, openai_realtime_endpoint=server.url)


def test_the_model_speaks_what_is_not_there_yet_in_each_voice(
    sqlite_url: str, server: RealtimeServer
) -> None:
    first = with_key(sqlite_url, server, "voices", "--language", "en")
    assert first.exit_code == 0
    assert first.stdout.startswith(f"Made {2 * len(KEYS)} sounds of calls, ")
    again = with_key(sqlite_url, server, "voices", "--language", "en")
    assert again.stdout == "Every sound of calls is there.\n"
    database = Database(sqlite_url)
    for voice in ("cedar", "marin"):
        hello = Sentences(database, lambda: 0.0).one("hello", "en", voice).sound
        assert hello != packaged("hello", "en")
    database.close()


def test_what_is_left_out_is_named_with_why(sqlite_url: str, server: RealtimeServer) -> None:
    server.behaviour.misreads = "Good night."
    told = with_key(sqlite_url, server, "voices", "--language", "it")
    assert told.exit_code == 0
    assert "marin it hello: other words were said than were written; the packaged" in told.stderr
    assert told.stdout.startswith("Made 0 sounds of calls, ")


@pytest.mark.parametrize("changed", [NO_KEYS, {"ai_realtime_enabled": "false"}])
def test_where_nobody_has_a_voice_it_says_so(sqlite_url: str, changed: dict[str, Any]) -> None:
    refused = calls(sqlite_url, "voices", **changed)
    assert refused.exit_code == 1
    assert "OPENAI_API_KEY is not set, or AI_REALTIME_ENABLED is false" in refused.stderr


def test_a_language_that_we_do_not_speak_is_refused(sqlite_url: str) -> None:
    assert calls(sqlite_url, "voices", "--language", "de").exit_code == 2


def test_without_its_table_it_says_what_to_do(tmp_path: Any, server: RealtimeServer) -> None:
    refused = with_key(bare_url(tmp_path), server, "voices")
    assert refused.exit_code == 1
    assert "db upgrade" in refused.stderr


def test_seeding_has_them_spoken_where_calls_are_taken(
    stocked_sqlite_url: str, server: RealtimeServer
) -> None:
    but_one = every_text()[1:]
    database = Database(stocked_sqlite_url)
    with database.transaction() as session:
        for voice in VOICES:
            for text in but_one:
                sounds.keep(session, voice, text, b"\xff", NOW)
    database.close()
    with_key = {"openai_api_key": KEY, "openai_realtime_endpoint": server.url}
    for is_enabled, told in (("false", False), ("true", True)):
        settings = settings_for(stocked_sqlite_url, calls_enabled=is_enabled, **with_key)
        service = Service(settings)
        app = Flask("inzozi", static_folder=None)
        register_commands(app, service)
        seeded = app.test_cli_runner().invoke(args=["seed", "--samples"])
        service.stop()
        assert seeded.exit_code == 0, seeded.output
        assert (f"Made {len(VOICES)} sounds of calls" in seeded.stdout) is told
