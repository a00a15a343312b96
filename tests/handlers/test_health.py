"""The operator's pages: alive, ready, and the numbers, in words that say what to do."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.alarm import Alarm
from handlers.health import HealthRoutes
from models.database.engine import Database
from tests.engine.store import Store
from tests.handlers.web import client_of
from tests.models.desk import LEASE_S, Desk, moment


class Line:
    """In the Realtime client's place."""

    def __init__(self, *, is_ready: bool = True) -> None:
        self.is_ready = is_ready

    def state(self) -> str:
        return "open" if self.is_ready else "down: 401 since 12:00"


class Account:
    """In the place of what is known of Twilio's account."""

    def __init__(self, refusal: str | None) -> None:
        self.refusal = refusal

    def state(self) -> str:
        return self.refusal or "ok"


def pages(database: Database, line: Any = None, **more: Any) -> FlaskClient:
    return client_of(HealthRoutes(database, line, **more).blueprint())


def test_a_number_that_twilio_refuses_is_named_and_others_may_be_well(store: Store) -> None:
    alarm = Alarm()
    client = pages(store, Line(), alarm=alarm)
    assert "senders" not in client.get("/readyz").get_json()
    alarm.ring("whatsapp:+14155238886", 63007, was_taken=False)
    answer = client.get("/readyz")
    told = "whatsapp:+1***886 (63007): the number is no WhatsApp sender"
    assert (answer.status_code, answer.get_json()["senders"][0].startswith(told)) == (200, True)


def test_a_process_that_answers_is_alive_whatever_is_away(store: Store) -> None:
    store.is_away = True
    answer = pages(store, Line(is_ready=False)).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"ok": True})


def test_with_its_database_and_its_model_it_is_ready(store: Store) -> None:
    answer = pages(store, Line()).get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {
            "ok": True,
            "database": "ok",
            "realtime": "open",
            "inbox_age_s": 0.0,
            "outbox_lag_s": 0.0,
        },
    )


def test_without_its_database_it_is_not(store: Store) -> None:
    store.is_away = True
    answer = pages(store, Line()).get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["ok"]) == (503, False)
    assert answer.json["database"].startswith("unreachable: check DATABASE_URL")


def test_without_its_tables_it_says_what_to_run(tmp_path: Path) -> None:
    bare = Database(f"sqlite:///{tmp_path / 'bare.db'}")
    answer = pages(bare, Line()).get("/readyz")
    bare.close()
    assert answer.json is not None
    assert (answer.status_code, answer.json["ok"]) == (503, False)
    assert "flask --app app db upgrade" in answer.json["database"]


def test_without_its_model_it_is_not_ready_and_says_why(store: Store) -> None:
    answer = pages(store, Line(is_ready=False)).get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["realtime"]) == (503, "down: 401 since 12:00")


@pytest.mark.parametrize(("refusal", "status"), [(None, 200), ("set TWILIO_AUTH_TOKEN", 503)])
def test_while_twilio_refuses_its_key_it_is_not_ready_and_says_why(
    store: Store, refusal: str | None, status: int
) -> None:
    answer = pages(store, Line(), account=Account(refusal)).get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["ok"]) == (status, status == 200)
    assert answer.json["twilio"] == (refusal or "ok")


def test_where_the_model_is_switched_off_nobody_waits_for_it(store: Store) -> None:
    answer = pages(store).get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["ok"]) == (200, True)
    assert answer.json["realtime"].startswith("off: ")


@pytest.mark.parametrize(("late_s", "status"), [(59, 200), (61, 503)])
def test_where_nobody_answers_it_is_not_ready_after_a_minute(
    store: Store, late_s: float, status: int
) -> None:
    Desk(store).write("Hi")
    answer = pages(store, Line(), now=lambda: moment(late_s)).get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["inbox_age_s"]) == (status, late_s)
    assert ("nobody answers" in answer.text) == (status == 503)


def test_where_nobody_sends_it_is_not_ready_either(store: Store) -> None:
    Desk(store).reply("Welcome")
    answer = pages(store, Line(), now=lambda: moment(LEASE_S + 75)).get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["outbox_lag_s"]) == (503, 75)
    assert "nobody sends" in answer.text
