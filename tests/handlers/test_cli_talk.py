"""`ai` and `worker`: the personas at the terminal, and a process that answers for others."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from handlers.cli.commands import register_commands
from handlers.cli.talk import DEMO, Running, ai_group
from handlers.cli.worker import worker_command
from knowledge.seed import seed
from models.database.engine import Database
from models.database.one_process import be_the_only_process
from models.database.opening import driver_url
from personas.catalogue import PERSONAS
from service import Service
from tests.engine.clock import HastyClock
from tests.engine.world import KIGALI, House, opened
from tests.handlers.terminal import NO_KEYS, bare_url, run, settings_for


@pytest.fixture(autouse=True)
def same_log_level() -> Iterator[None]:
    """A command that talks is silent otherwise, and its process ends with it; ours goes on."""
    before = logging.getLogger().level
    yield
    logging.getLogger().setLevel(before)


@pytest.fixture
def served_url(sqlite_url: str) -> Iterator[str]:
    """The address of a database that a process serves on."""
    lock = be_the_only_process(driver_url(sqlite_url))
    assert lock is not None
    with lock:
        yield sqlite_url


def ai(url: str, *words: str, **changed: Any) -> Result:
    """A process of its own, as each command is."""
    settings = settings_for(url, **changed)
    service = Service(settings)
    group = ai_group(
        service.talk,
        service.running,
        is_enabled=settings.ai_realtime_enabled,
        is_practice=settings.openai_is_stand_in,
    )
    return run(group, *words)


def in_house(house: House, *words: str, running: Running = nullcontext) -> Result:
    return run(ai_group(house.talk, running, is_enabled=True, is_practice=False), *words)


def test_the_practice_model_answers_where_there_is_no_key(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    seed(database, today=datetime.now(UTC).date(), kigali_number=KIGALI)
    database.close()
    said = ai(sqlite_url, "say", "say exactly: hi", **NO_KEYS)
    assert (said.exit_code, said.stdout) == (0, "hi\n")
    assert "OPENAI_API_KEY is not set" in said.stderr


def test_a_persona_is_kept_for_its_sender(sqlite_url: str) -> None:
    switched = ai(sqlite_url, "persona", "CFO", "--sender", "dora")
    assert (switched.exit_code, switched.stdout) == (0, "dora talks to cfo now.\n")
    personas = [
        json.loads(ai(sqlite_url, "health", "--sender", sender).stdout)["persona"]
        for sender in ("dora", "emil")
    ]
    assert personas == ["cfo", "waiter"]


def test_a_persona_that_is_not_there_is_refused_with_those_that_are(sqlite_url: str) -> None:
    done = ai(sqlite_url, "persona", "chef")
    assert (done.exit_code, done.stderr) == (1, f"Error: The personas are {', '.join(PERSONAS)}.\n")


def test_switched_off_health_says_so_and_fails(sqlite_url: str) -> None:
    done = ai(sqlite_url, "health", ai_realtime_enabled=False)
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"ok": False, "persona": "waiter", "realtime_enabled": False}


def test_what_could_not_be_answered_is_told_with_its_cause(sqlite_url: str) -> None:
    done = ai(sqlite_url, "say", "Hello")  # there is no restaurant
    assert (done.exit_code, "(no_restaurant)" in done.stderr) == (1, True)


def test_when_no_answer_comes_in_time_that_is_told(sqlite_url: str) -> None:
    with opened(sqlite_url, runs_turns=False) as house:
        done = in_house(house, "say", "Hello")
    assert (done.exit_code, done.stderr) == (1, "Error: No answer came in time.\n")


def test_the_demo_plays_a_conversation(sqlite_url: str) -> None:
    with opened(sqlite_url, HastyClock()) as house:
        done = in_house(house, "demo")
        said = [line.removeprefix("> ") for line in done.stdout.splitlines() if line[:2] == "> "]
        assert (done.exit_code, said) == (0, DEMO)
        assert {turn.persona for turn in house.turns()} == {"waiter", "cfo", None}


@pytest.mark.parametrize(("words", "code"), [(["persona", "cfo"], 0), (["persona", "chef"], 1)])
def test_whatever_comes_of_a_command_everything_ends_with_it(
    house: House, words: list[str], code: int
) -> None:
    did: list[str] = []

    @contextmanager
    def running() -> Iterator[None]:
        did.append("started")
        try:
            yield
        finally:
            did.append("stopped")

    assert in_house(house, *words, running=running).exit_code == code
    assert did == ["started", "stopped"]


@pytest.mark.parametrize("words", [("say", "Hello"), ("persona", "cfo"), ("health",)])
def test_without_its_tables_each_says_what_to_run(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = ai(bare_url(tmp_path), *words)
    assert (done.exit_code, "db upgrade" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "missing", [{"openai_api_key": None}, {"twilio_account_sid": None, "twilio_auth_token": None}]
)
def test_a_worker_refuses_stand_ins(served_url: str, missing: dict[str, None]) -> None:
    done = run(worker_command(settings_for(served_url, **missing)))
    assert (done.exit_code, "A worker has no stand-ins" in done.stderr) == (1, True)


def test_a_second_process_on_sqlite_is_refused(served_url: str) -> None:
    done = run(worker_command(settings_for(served_url)))
    assert (done.exit_code, "another process serves" in done.stderr) == (1, True)


def test_all_commands_are_on_the_flask_command(sqlite_url: str) -> None:
    app = Flask("inzozi", static_folder=None)
    service = Service(settings_for(sqlite_url))
    register_commands(app, service)
    assert {"ai", "db", "inbox", "purge", "seed", "worker"} <= set(app.cli.commands)
    shown = app.test_cli_runner().invoke(args=["inbox", "list"])
    service.stop()
    assert shown.stdout == "Every message has its answer.\n"
