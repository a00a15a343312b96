"""Several processes on one PostgreSQL: frozen, killed, replaced, apart as web and worker.

SQLite is for one.
With `-s` (make test ARGS="-n 0 -s ...") it prints its figures.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.promise import Load, by_process, metric, rows, told, wait_for_words
from tests.scenarios.world import (
    ROOT,
    WAIT_S,
    House,
    Outside,
    diners,
    end,
    procfile,
    running_houses,
    until,
)

LEASE_S = 2
# A lease that no test could wait for.
LONG_LEASE_S = 60
NO_LONGER_S = 10.0  # than usual may a message wait while processes come and go: no lease's time
NOBODY = "http://127.0.0.1:1"
# Long enough for turns to be under way at any moment of a load.
WORKING_S = 0.3
MODEL_TAKES_S = 5.0
ENDLESS_S = 30.0  # no grace time is that long
TWILIO_TAKES_S = 4.0
HASTY = {"LEASE_S": str(LEASE_S)}
SLOW = {"TWILIO_MESSAGES_PER_SECOND": "0.3", "PUBLIC_URL": NOBODY}
PATIENT = {"LEASE_S": str(LONG_LEASE_S), "GRACE_S": "4"}


@dataclass(frozen=True)
class Pair:
    """Two services on one database."""

    url: str
    outside: Outside
    first: House
    second: House


@contextmanager
def running_pair(url: str, first: dict[str, str], second: dict[str, str]) -> Iterator[Pair]:
    with running_houses(url, first, second) as (outside, houses):
        yield Pair(url, outside, *houses)


@pytest.fixture(scope="module")
def hasty(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[Pair]:
    """Whose leases are soon over; the first, which is killed at last, sends slowly."""
    url = seeded_postgres.create_database(next(database_names), template=SEEDED)
    with running_pair(url, HASTY | SLOW, HASTY) as pair:
        yield pair


@pytest.fixture(scope="module")
def patient(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[Pair]:
    """What either leaves behind would wait for long; the first is stopped at last."""
    url = seeded_postgres.create_database(next(database_names), template=SEEDED)
    with running_pair(url, PATIENT, PATIENT) as pair:
        yield pair


def test_a_process_frozen_past_its_lease_writes_nothing_and_sends_nothing(hasty: Pair) -> None:
    outside, zombie, other = hasty.outside, hasty.first, hasty.second
    load = Load(outside, zombie)
    asking, paced = bring_it_to_every_wait(outside, zombie, load, hasty.url)
    zombie.freeze()
    try:
        outside.calm()
        load.settle()
    finally:
        zombie.thaw()
    until(lambda: metric(zombie, "tableside_turns_total", state="lost") == asking)
    until(lambda: metric(zombie, "tableside_sends_total", outcome="lost") == paced)
    figures = told("frozen, then thawed", load.settle().figures())
    assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
    [name] = by_process(zombie, "tableside_turns_total", state="lost")
    for asked in (other, zombie):  # each tells what both have sent
        sent = by_process(asked, "tableside_sends_total", outcome="sent")
        assert len(sent) == 2
        assert sent[name] == figures.sent - asking - paced


def bring_it_to_every_wait(outside: Outside, house: House, load: Load, url: str) -> tuple[int, int]:
    """One diner's part waits for Twilio's answer.

    So many more turns wait for the model, and so many parts for their place.
    """
    sending, *others = diners(6)
    outside.order_faults({"to": sending, "timeout_s": TWILIO_TAKES_S, "after": True})
    load.write(sending)
    until(lambda: outside.replies(sending))
    paced, asking = others[:2], others[2:]
    for diner in paced:
        load.write(diner)
    until(lambda: rows(url, "SELECT count(*) FROM outbox WHERE state = 'sending'") == [(3,)])
    outside.behave(first_event_delay_s=MODEL_TAKES_S)
    wait_for_words(outside, [load.write(diner) for diner in asking])
    return len(asking), len(paced)


def test_two_services_on_one_database_and_one_is_killed_under_load(hasty: Pair) -> None:
    hasty.outside.behave(first_event_delay_s=WORKING_S)
    load = Load(hasty.outside, hasty.first, hasty.second)
    with load.rush(diners(20), each=3):
        until(lambda: load.acknowledged > 25)
        hasty.first.kill()
    figures = told("one of two killed", load.settle().figures())
    assert (figures.are_as_promised, figures.answered) == (True, figures.sent)


def test_two_processes_of_one_service_and_one_is_killed_under_load(
    seeded_postgresql_url: str,
) -> None:
    with running_houses(seeded_postgresql_url, HASTY | {"WEB_CONCURRENCY": "2"}) as (
        outside,
        [house],
    ):
        outside.behave(first_event_delay_s=WORKING_S)
        load = Load(outside, house)
        with load.rush(diners(20), each=3):
            until(lambda: load.acknowledged > 25)
            first, _second = until(lambda: (found := house.workers())[1:] and found)
            os.kill(first, signal.SIGKILL)
        figures = told("one of two workers of WEB_CONCURRENCY=2 killed", load.settle().figures())
        assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
        seen: dict[str, float] = {}
        for _ in range(10):  # either of them answers
            now = by_process(house, "tableside_messages_total", outcome="new")
            assert seen.items() <= {name: min(now[name], seen[name]) for name in seen}.items()
            seen = now


def test_web_processes_that_only_accept_and_a_worker_that_answers(
    seeded_postgresql_url: str,
) -> None:
    with running_houses(
        seeded_postgresql_url, {"LEASE_S": str(LONG_LEASE_S), "WEB_RUNS_TURNS": "false"}
    ) as (outside, [web]):
        load = Load(outside, web)
        with load.rush(early := diners(20)):
            assert not outside.replies()
        with running_worker(web) as worker:
            load.settle()
            late = load.write("whatsapp:+250790000001").diner
            figures = told("web and worker, the worker came later", load.settle().figures(early))
            assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
            figures = told("a message to a running worker", load.figures([late]))
            assert figures.longest_wait_s < NO_LONGER_S
            assert web.say("say exactly: from elsewhere")["reply"] == "from elsewhere"
            stream = web.post(
                "/ai/say", {"text": "count to 40"}, headers={"Accept": "text/event-stream"}
            )
            assert stream.elapsed.total_seconds() < NO_LONGER_S
            assert '"reply": "1 2 3' in stream.text
            assert end(worker) == 0
        # It told to the end; the web process ran none.
        turns = metric(web, "tableside_turns_total", state="done")
        done = "SELECT count(*) FROM turns WHERE state = 'done'"
        assert rows(seeded_postgresql_url, done) == [(turns,)]


def test_a_rolling_restart_under_load_keeps_nobody_waiting(patient: Pair) -> None:
    patient.outside.behave(first_event_delay_s=0.2, delta_delay_s=0.1)
    load = Load(patient.outside, patient.first, patient.second)
    with load.rush(diners(30), every_s=1.0):
        until(lambda: load.acknowledged > 20)
        usual = told("before the restart", load.figures()).longest_wait_s
        assert patient.first.stop() == 0
        patient.first.restart()
        seen = load.acknowledged
        until(lambda: load.acknowledged > seen + 15)
    figures = told("rolling restart", load.settle().figures())
    assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
    assert figures.longest_wait_s < usual + NO_LONGER_S


def test_a_turn_that_does_not_end_within_the_grace_time_is_handed_over_at_once(
    patient: Pair,
) -> None:
    patient.outside.calm()
    patient.outside.behave(first_event_delay_s=ENDLESS_S)
    load = Load(patient.outside, patient.first)
    wait_for_words(patient.outside, written := [load.write(diner) for diner in diners(5)])
    patient.outside.calm()  # the next time it is asked, the model answers at once
    assert patient.first.stop() == 0
    figures = told("handed over", load.settle(LONG_LEASE_S / 2).figures())
    assert (figures.are_as_promised, figures.answered) == (True, 5)
    asked = str(patient.outside.requests())
    assert all(asked.count(each.word) > 1 for each in written)


@pytest.fixture(scope="module")
def sqlite_on_a_dyno(
    seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    file = tmp_path_factory.mktemp("dyno") / "tableside.db"
    url = f"sqlite:///{shutil.copy(seeded_sqlite_file, file)}"
    with running_houses(url, {"DYNO": "web.1", "SQLITE_ON_DYNO": "true"}) as (_, [house]):
        yield house


def test_a_second_process_on_a_sqlite_database_is_refused_with_a_sentence(
    sqlite_on_a_dyno: House,
) -> None:
    holder = sqlite_on_a_dyno.process.pid
    sentence = start_and_fail(sqlite_on_a_dyno.environment | {"PORT": "0"})
    assert "another process serves on" in sentence
    assert f"kill {holder}" in sentence
    assert sqlite_on_a_dyno.get("/readyz").status_code == 200


def test_a_port_that_is_taken_is_one_sentence_with_another(
    sqlite_on_a_dyno: House, tmp_path: Path
) -> None:
    elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"}
    told = start_and_fail(sqlite_on_a_dyno.environment | elsewhere).splitlines()
    assert [line for line in told if line.startswith("PORT: ") and "PORT=" in line] == told[-1:]
    assert sqlite_on_a_dyno.get("/readyz").status_code == 200


def test_a_reload_keeps_the_sqlite_database_to_itself(sqlite_on_a_dyno: House) -> None:
    before = sqlite_on_a_dyno.workers()
    sqlite_on_a_dyno.process.send_signal(signal.SIGHUP)
    until(lambda: (now := sqlite_on_a_dyno.workers()) and not set(now) & set(before))
    assert "another process serves on" in start_and_fail(
        sqlite_on_a_dyno.environment | {"PORT": "0"}
    )
    assert sqlite_on_a_dyno.get("/readyz").status_code == 200


def test_sqlite_on_a_dynos_disk_is_refused_unless_it_is_asked_for(sqlite_on_a_dyno: House) -> None:
    assert "SQLITE_ON_DYNO" in start_and_fail(
        sqlite_on_a_dyno.environment | {"SQLITE_ON_DYNO": "false"}
    )
    assert sqlite_on_a_dyno.get("/readyz").status_code == 200


def start_and_fail(environment: dict[str, str]) -> str:
    """What the Procfile's `web:` line says when it does not start."""
    ended = subprocess.run(
        procfile()["web"],
        shell=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    return ended.stderr


@contextmanager
def running_worker(web: House) -> "Iterator[subprocess.Popen[bytes]]":
    """The Procfile's `worker:` line, with the settings of a web process."""
    worker = subprocess.Popen(procfile()["worker"], shell=True, cwd=ROOT, env=web.environment)
    try:
        yield worker
    finally:
        end(worker)
