"""`doctor` looks at all of a service: at one that plays, and at one that has real doors."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import func, select

from app import application
from handlers.cli.doctor import doctor_command, is_asked, looks_of, of_broken
from handlers.cli.stock import staff_the_phone
from models.database.engine import Database
from models.diners import Diner
from models.inbox import Message
from sandbox.server import Sandbox
from service import Service
from tests.handlers.terminal import NO_KEYS, run, settings_for
from tests.sandbox.twilio.world import KIGALI, NUMBERS, VALLETTA, serving

KEY, TOKEN = "sk-of-the-doctors-test", "token-of-the-doctors-test"
ACCOUNT_SID = "AC" + "7" * 32
PATIENCE = 8.0  # a slow machine is none that would not work


@dataclass
class World:
    """A service as it is run, and what stands outside it."""

    service: Service
    sandbox: Sandbox
    url: str

    def doctor(self, *words: str) -> Result:
        return run(doctor_command(looks_of(self.service, PATIENCE)), *words)

    def findings(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.doctor("--json").stdout)
        return told


@contextmanager
def standing(url: str, **changed: Any) -> Iterator[World]:
    """The service answers at PUBLIC_URL, and its doors lead to stand-ins of another process'."""
    served: list[Any] = []

    def serve(environ: Any, start_response: Any) -> Any:
        return served[0](environ, start_response)

    with (
        serving(serve) as public_url,
        closing(
            Sandbox(
                lambda: NUMBERS,
                webhook_url=f"{public_url}/whatsapp#rc=3&rp=all",
                account_sid=ACCOUNT_SID,
                auth_token=TOKEN,
                api_key=KEY,
            )
        ) as sandbox,
    ):
        sandbox.start()
        doors = {
            "openai_api_key": KEY,
            "openai_realtime_endpoint": sandbox.realtime_url,
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": TOKEN,
            "twilio_api_base_url": sandbox.twilio_url,
            "twilio_whatsapp_number": VALLETTA,
            "public_url": public_url,
        }
        service = Service(settings_for(url, **doors | changed))
        served.append(application(service))
        try:
            yield World(service, sandbox, public_url)
        finally:
            service.stop()


@pytest.fixture
def world(stocked_sqlite_url: str) -> Iterator[World]:
    with standing(stocked_sqlite_url) as world:
        yield world


def wrongs(told: dict[str, Any]) -> list[str]:
    return [each["name"] for each in told["findings"] if each["level"] == "wrong"]


def test_what_make_run_starts_works(stocked_sqlite_url: str) -> None:
    database = Database(stocked_sqlite_url)
    staff_the_phone(database, is_real=False)  # as `seed` does there
    database.close()
    service = Service(settings_for(stocked_sqlite_url, **NO_KEYS))
    looked = run(doctor_command(looks_of(service, PATIENCE)))
    service.stop()
    assert looked.exit_code == 0, looked.output
    assert "WRONG" not in looked.output
    assert "Twilio is a stand-in here" in looked.output
    assert "The practice model answers" in looked.output
    assert "It works: " in looked.output


def test_a_service_with_real_doors_is_looked_at_to_its_last_part(world: World) -> None:
    looked = world.doctor("--json")
    told = json.loads(looked.stdout)
    assert looked.exit_code == 0, looked.output
    assert (told["works"], told["wrong"]) == (True, 0)
    assert set(told["findings"][0]) == {"name", "level", "sentence", "what_to_do"}
    names = {each["name"] for each in told["findings"]}
    assert names >= {
        "database.version",
        "database.migrations",
        "disk",
        "twilio.account",
        "twilio.balance",
        "twilio.sender",
        "twilio.webhook",
        "webhook.signature",
        "model.answer",
        "model.shutdown",
        "restaurants",
        "menu",
        "hours",
        "pictures",
        "books",
        "tax",
        "settings.books",
        "inbox",
        "costs.free",
        "costs.prices",
    }
    levels = [each["level"] for each in told["findings"]]
    assert levels == sorted(levels, key=["wrong", "warn", "ok"].index)
    assert not any(secret in looked.output for secret in (KEY, TOKEN))


def test_nothing_comes_of_looking(world: World) -> None:
    assert world.doctor().exit_code == 0
    with world.service.database.transaction() as session:
        for table in (Diner, Message):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert world.sandbox.exchange.messages() == []


def test_what_would_not_work_ends_with_1_and_stands_first(world: World) -> None:
    world.sandbox.exchange.account.status = "suspended"
    world.sandbox.exchange.account.change(VALLETTA, status="OFFLINE", callback_url="")
    looked = world.doctor()
    assert looked.exit_code == 1
    first, second, *_ = looked.stdout.splitlines()
    assert first.startswith("WRONG twilio.account")
    assert "suspended" in first
    assert second.strip().startswith("-> See its state in Twilio's console")
    assert wrongs(world.findings()) == ["twilio.account", "twilio.sender", "twilio.webhook"]
    assert "It would not work: 3 wrong" in looked.stdout


def test_a_database_that_is_away_is_one_wrong_and_the_rest_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_text("no database, whatever its name says" * 100)
    with standing(f"sqlite:///{file}") as world:
        told = world.findings()
    assert "database" in wrongs(told)
    (unseen,) = [each for each in told["findings"] if each["name"] == "doctor"]
    assert "restaurants, pictures, books, staff" in unseen["sentence"]
    assert "twilio.account" in {each["name"] for each in told["findings"]}


def test_a_look_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    service = Service(settings_for(f"sqlite:///{file}", **NO_KEYS))
    looked = run(doctor_command(looks_of(service, PATIENCE)))
    assert looked.exit_code == 1
    assert f"There is no database yet: {file}." in looked.output
    assert not file.exists()
    service.stop()


def test_a_token_that_twilio_refuses_is_told_once(stocked_sqlite_url: str) -> None:
    with standing(stocked_sqlite_url, twilio_auth_token="wrong") as world:
        told = world.findings()
    assert "twilio.account" in wrongs(told)
    (unseen,) = [each for each in told["findings"] if each["name"] == "doctor"]
    assert "senders: Twilio does not tell (HTTP 401, error 20003)" in unseen["sentence"]


def test_where_no_number_can_be_looked_at_the_service_may_work(stocked_sqlite_url: str) -> None:
    with standing(stocked_sqlite_url, twilio_whatsapp_number=KIGALI) as world:
        told = world.findings()
    assert wrongs(told) == []
    (tried_out,) = [
        each
        for each in told["findings"]
        if each["name"] == "twilio.sender" and each["level"] == "warn"
    ]
    assert "Sandbox settings" in tried_out["what_to_do"]


@pytest.mark.parametrize(
    ("words", "is_its"),
    [
        (["flask", "--app", "app", "doctor"], True),
        (["flask", "--app", "app", "doctor", "--json"], True),
        (["gunicorn", "app:create_app()"], False),
        (["flask", "--app", "app", "seed", "--json"], False),
    ],
)
def test_who_asks_the_doctor_is_told_from_who_starts_the_service(
    words: list[str], is_its: bool
) -> None:
    assert is_asked(words) is is_its


def test_settings_that_let_nothing_start_are_told_in_the_same_form() -> None:
    sentences = ["PORT: no number", "LOG_LEVEL: none"]
    looked = run(doctor_command(of_broken(sentences)), "--json")
    assert looked.exit_code == 1
    told = json.loads(looked.stdout)
    assert [each["sentence"] for each in told["findings"]] == sentences
    assert (told["works"], told["wrong"]) == (False, 2)


def test_where_calls_are_taken_it_looks_at_them_too(stocked_sqlite_url: str) -> None:
    with standing(stocked_sqlite_url, calls_enabled=True) as world:
        names = {each["name"]: each["level"] for each in world.findings()["findings"]}
    # No sender has an app there, and PUBLIC_URL is http.
    assert names["calls"] == names["calls.webhook"] == "wrong"
    assert names["calls.voices"] == "warn"


def test_where_no_calls_are_taken_it_says_only_that(stocked_sqlite_url: str) -> None:
    with standing(stocked_sqlite_url) as world:
        found = [each for each in world.findings()["findings"] if each["name"].startswith("calls")]
    assert [(each["name"], each["level"]) for each in found] == [("calls", "ok")]
