"""`/metrics`: every process' numbers, for whoever may read them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from engine.alarm import Alarm
from engine.numbers import Numbers
from engine.spending import Spending
from engine.standing import Standing
from handlers.metrics import MetricsRoutes
from knowledge import costs
from knowledge.clock import Clock
from models import restaurants
from models.database.engine import Database
from models.meter import ErasedUse
from models.turns import DEAD
from telemetry.metrics import Metrics
from tests.engine.store import Store
from tests.handlers.web import client_of
from tests.models.desk import LEASE_S, NOON, Desk, moment

TOKEN, OLD_TOKEN = "a" * 32, "b" * 32
CLOCK = Clock(now=lambda: NOON)


class Line:
    """In the Realtime client's place."""

    circuit = "half_open"

    def counts(self) -> dict[str, int]:
        return {"sockets": 2, "in_flight": 7, "waiting": 0}


class Process:
    """One process of the service, as far as it counts."""

    def __init__(self, database: Database, line: Any = None, name: str = "web1") -> None:
        self.metrics = Metrics()
        self.alarm = Alarm()
        standing = Standing(self.metrics, database, self.alarm, line)
        self.numbers = Numbers(database, self.metrics, standing, CLOCK, process=name)
        self._spending = Spending(database, CLOCK, costs.DEFAULT)
        self._database = database

    def page(self, **more: Any) -> FlaskClient:
        routes = MetricsRoutes(self._database, self.numbers, self._spending, **more)
        return client_of(routes.blueprint())

    def read(self, **more: Any) -> str:
        return self.page(**more).get("/metrics").text


def test_the_numbers_are_told_as_prometheus_reads_them(store: Store) -> None:
    process = Process(store, Line())
    process.metrics.messages.labels("whatsapp", "new").inc()
    answer = process.page().get("/metrics")
    assert answer.mimetype == "text/plain"
    assert 'tableside_messages_total{channel="whatsapp",outcome="new"} 1.0' in answer.text
    assert 'tableside_realtime_now{what="in_flight"} 7.0' in answer.text
    assert 'tableside_realtime_circuit{connection="shared",state="half_open"} 1.0' in answer.text


def test_without_a_model_there_are_numbers_all_the_same(store: Store) -> None:
    answer = Process(store).page().get("/metrics")
    assert (answer.status_code, 'what="sockets"' in answer.text) == (200, False)


ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.mark.parametrize(
    ("environ", "headers"),
    [(ELSEWHERE, {}), ({}, {"X-Forwarded-For": "203.0.113.9"}), ({}, {"Host": "inzozi.example"})],
    ids=["another machine", "through a proxy", "by another name"],
)
def test_without_a_token_this_machine_alone_may_read(
    store: Store, environ: dict[str, str], headers: dict[str, str]
) -> None:
    page = Process(store).page()
    assert page.get("/metrics").status_code == 200
    answer = page.get("/metrics", environ_overrides=environ, headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.get_json()["error"].startswith("METRICS_TOKEN is not set")
    assert "tableside" not in answer.text


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_with_a_token_whoever_sends_it_may_read(store: Store, token: str) -> None:
    page = Process(store).page(token=f"{TOKEN},{OLD_TOKEN}")
    headers = {"Authorization": f"Bearer {token}"}
    answer = page.get("/metrics", environ_overrides=ELSEWHERE, headers=headers)
    assert (answer.status_code, "tableside_build_info" in answer.text) == (200, True)


@pytest.mark.parametrize("given", [None, f"Bearer {TOKEN},{OLD_TOKEN}", f"Bearer {TOKEN[1:]}"])
def test_with_a_token_nobody_reads_without_it(store: Store, given: str | None) -> None:
    page = Process(store).page(token=f"{TOKEN},{OLD_TOKEN}")
    answer = page.get("/metrics", headers={"Authorization": given} if given else {})
    assert (answer.status_code, "METRICS_TOKEN" in answer.text) == (401, True)


def test_while_the_database_is_away_it_says_so_and_nothing_stale(store: Store) -> None:
    process = Process(store)
    assert "tableside_database_up 1.0" in process.read()
    store.is_away = True
    told = process.read()
    assert "tableside_database_up 0.0" in told
    assert "tableside_age_seconds{" not in told


def test_what_came_to_nothing_is_told_of_all_processes(store: Store) -> None:
    desk = Desk(store)
    desk.end(desk.claimed(desk.write("Hello")), state=DEAD)
    told = Process(store).read()
    assert 'tableside_dead_letters{what="turns_dead"} 1.0' in told
    assert 'tableside_dead_letters{what="parts_failed"} 0.0' in told


def test_what_waits_is_told_of_all_processes(store: Store) -> None:
    Desk(store).reply("Welcome")
    told = Process(store).read(now=lambda: moment(LEASE_S + 75))
    assert 'tableside_age_seconds{what="outbox"} 75.0' in told


def test_the_months_money_is_the_same_however_many_look_at_once(stocked_url: str) -> None:
    database = Store(stocked_url)
    with database.transaction() as session:
        number = restaurants.all_of_them(session)[0].number
        session.execute(
            insert(ErasedUse).values(
                number=number, quarter=NOON, persona="waiter", turns=1, messages_in=100,
                messages_out=0, input_tokens=0, cached_tokens=0, output_tokens=0,
                audio_input_tokens=0, audio_output_tokens=0, image_input_tokens=0,
            )
        )  # fmt: skip
    process = Process(database)
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: process.read(), range(4)))
    labels = 'persona="waiter",restaurant="kigali",what="us_dollars"'
    for name in ("month", "today"):
        assert all(f"tableside_{name}{{{labels}}} 0.5\n" in each for each in told)
    database.close()
