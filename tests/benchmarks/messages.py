"""What a message costs the database, from its arrival to its recorded answer, and what its webhook takes beside a bare route.

Transactions and statements are counted in this process, which runs the whole service against the sandbox. The webhook is
measured under gunicorn, in turns with a Flask route that answers 204 under the same configuration.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import Engine, event

from app import create_service
from handlers.service import Service
from models.diners import WHATSAPP
from models.migrate import upgrade
from sandbox.webhooks import inbound_fields, sign
from settings import Settings
from telemetry import configure_logging
from tests.postgres import running_cluster
from tests.scenarios.conftest import load_samples
from tests.scenarios.promise import UNFINISHED, rows
from tests.scenarios.world import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    KIGALI,
    House,
    Outside,
    diners,
    free_port,
    procfile,
    service_environment,
    until,
)

MESSAGES = 30
KINDS = {"no tool": "say exactly: hello", "one tool": "how much is the cappuccino?", "a keyword": "/cfo"}
WEBHOOKS = 200
# Calm enough for a message's turn to be done before the next one comes.
EVERY_S = 0.1
# Twilio's status callbacks, three a message, are webhooks of their own, of one statement each: here they reach nobody.
NOBODY = "http://127.0.0.1:1"


def run() -> None:
    configure_logging("ERROR", as_json=False)
    with tempfile.TemporaryDirectory() as folder, running_cluster() as cluster:
        urls = {"SQLite": f"sqlite:///{folder}/tableside.db", "PostgreSQL": cluster.url()}
        for url in urls.values():
            upgrade(url)
            load_samples(url)
        print("a message                  transactions  statements")
        for engine, url in urls.items():
            _print_costs(engine, url)
        print("\na webhook                   p50, ms     p99, ms")
        for engine, url in urls.items():
            _print_webhooks(engine, url)


@dataclass
class Counts:
    """BEGIN and COMMIT count as their transaction, not as statements."""

    transactions: int = 0
    statements: int = 0


def _print_costs(engine: str, url: str) -> None:
    with closing(Outside(NOBODY)) as outside, _running(outside, url) as service:
        counts = _counting(service.database.engine)
        for kind, text in KINDS.items():
            counts.transactions = counts.statements = 0
            for diner in diners(MESSAGES):
                _take_in(service, diner, text)
                until(lambda: rows(url, UNFINISHED)[0][0] == 0)
            print(f"{engine:>12} {kind:>10}{counts.transactions / MESSAGES:16.1f}{counts.statements / MESSAGES:12.1f}")


@contextmanager
def _running(outside: Outside, url: str) -> Iterator[Service]:
    """The service as `app.py` wires it, without its sweep, which costs the same whether somebody writes or not."""
    environment = service_environment(free_port(), url, outside.told, PUBLIC_URL=NOBODY)
    service = create_service(Settings.model_validate({name.lower(): value for name, value in environment.items()}), None)
    service.start(sweeps=False)
    try:
        yield service
    finally:
        service.stop()


def _counting(engine: Engine) -> Counts:
    counts = Counts()

    def began(*_: object) -> None:
        counts.transactions += 1

    def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counts.statements += not statement.startswith("BEGIN")

    event.listen(engine, "begin", began)
    event.listen(engine, "before_cursor_execute", executed)
    return counts


def _take_in(service: Service, diner: str, text: str) -> None:
    diner_id, _ = service.runner.receive(
        channel=WHATSAPP, address=diner, number=KIGALI, sid=f"SM{uuid4().hex}", text=text, profile_name="Guest", payload={}
    )
    service.runner.wake(diner_id)


def _print_webhooks(engine: str, url: str) -> None:
    bare_command = procfile()["web"].replace("app:create_app()", "tests.benchmarks.bare:create_app()")
    with closing(Outside(NOBODY)) as outside:
        environments = [service_environment(free_port(), url, outside.told, LOG_LEVEL="ERROR") for _ in range(2)]
        ours = House(int(environments[0]["PORT"]), environments[0])
        try:
            # SQLite's one process has the database: the bare one is told of another, which it never opens.
            elsewhere = environments[1] | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}
            bare = House(int(elsewhere["PORT"]), elsewhere, bare_command)
            try:
                times = _timed(ours, bare)
            finally:
                bare.kill()
        finally:
            ours.kill()
    (p50, p99), (bare_p50, bare_p99) = times
    print(f"{engine:>12}       ours{p50:13.2f}{p99:12.2f}")
    print(f"{'':>12}       bare{bare_p50:13.2f}{bare_p99:12.2f}")
    print(f"{'':>12}      ratio{p50 / bare_p50:13.2f}{p99 / bare_p99:12.2f}")


def _timed(*houses: House) -> list[tuple[float, float]]:
    """p50 and p99 in milliseconds of each, a message to the one and then to the other."""
    times: dict[House, list[float]] = {house: [] for house in houses}
    for diner in diners(WEBHOOKS):
        time.sleep(EVERY_S)
        for house in houses:
            form = inbound_fields(ACCOUNT_SID, f"SM{uuid4().hex}", diner, KIGALI, "say exactly: hello", "Guest", ())
            times[house].append(_seconds_for(house, form) * 1000)
    cuts = [quantiles(each, n=100) for each in times.values()]
    return [(each[49], each[98]) for each in cuts]


def _seconds_for(house: House, form: dict[str, str]) -> float:
    signature = sign(AUTH_TOKEN, f"{house.url}/whatsapp", form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(form)
    with closing(HTTPConnection("127.0.0.1", house.port)) as connection:
        connection.connect()
        began = time.perf_counter()
        connection.request("POST", "/whatsapp", body, headers)
        status = connection.getresponse().status
        took = time.perf_counter() - began
    assert status == 204, status
    return took
