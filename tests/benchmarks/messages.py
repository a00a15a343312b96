"""What a message costs the database, from its arrival to its recorded answer.

Transactions and statements are counted at the driver. The whole service runs in this process,
against the sandbox, and without its sweep, which costs the same when nobody writes.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.pool import Pool

from models.database.migrate import upgrade
from models.diners import WHATSAPP
from models.inbox import Incoming
from service import Service
from settings import Settings
from telemetry.logs import configure_logging
from tests.conftest import load_samples
from tests.ports import free_port
from tests.postgres import running_cluster
from tests.scenarios.promise import UNFINISHED, rows
from tests.scenarios.world import KIGALI, Outside, diners, service_environment, until

MESSAGES = 30
KINDS = {
    "no tool": "say exactly: hello",
    "one tool": "how much is the cappuccino?",
    "a keyword": "/cfo",
}
# Twilio's status callbacks, three a message, are webhooks of their own, of one statement each:
# here they reach nobody.
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


@dataclass
class Counts:
    """Of every connection since it was made.

    BEGIN and COMMIT count as their transaction, not as statements.
    """

    transactions: int = 0
    statements: int = 0

    def watch(self, driver: Any, _record: object) -> None:
        # SQLAlchemy's own events would miss what runs on the driver's connection.
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(partial(self._ran_on_sqlite, driver))
        else:
            driver.cursor_factory = _counting(self)

    def _ran_on_sqlite(self, driver: sqlite3.Connection, text: str) -> None:
        self.transactions += not driver.in_transaction and not text.startswith("PRAGMA")
        self.statements += not text.startswith(("BEGIN", "COMMIT", "PRAGMA"))


def _counting(counts: Counts) -> type[psycopg.Cursor[Any]]:
    class Counting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> "Counting":
            counts.transactions += self.connection.info.transaction_status == TransactionStatus.IDLE
            counts.statements += query != "BEGIN"
            return super().execute(query, *arguments, **options)

    return Counting


def _print_costs(engine: str, url: str) -> None:
    counts = Counts()
    event.listen(Pool, "connect", counts.watch)
    try:
        with closing(Outside(NOBODY)) as outside, _running(outside, url) as service:
            for kind, text in KINDS.items():
                counts.transactions = counts.statements = 0
                for diner in diners(MESSAGES):
                    _take_in(service, diner, text)
                    until(lambda: rows(url, UNFINISHED)[0][0] == 0)
                print(
                    f"{engine:>12} {kind:>10}{counts.transactions / MESSAGES:16.1f}"
                    f"{counts.statements / MESSAGES:12.1f}"
                )
    finally:
        event.remove(Pool, "connect", counts.watch)


@contextmanager
def _running(outside: Outside, url: str) -> Iterator[Service]:
    """The service as it is wired, without its ways in."""
    environment = service_environment(
        free_port(), url, outside.told, PUBLIC_URL=NOBODY, DINER_TURNS_PER_MINUTE="0"
    )
    service = Service(
        Settings.model_validate({name.lower(): value for name, value in environment.items()})
    )
    service.start(sweeps=False)
    try:
        yield service
    finally:
        service.stop()


def _take_in(service: Service, diner: str, text: str) -> None:
    incoming = Incoming(WHATSAPP, diner, KIGALI, f"SM{uuid4().hex}", text, "Guest")
    service.intake.wake(service.intake.take_in(incoming))
