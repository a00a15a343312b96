"""PostgreSQL's NOTIFY between the processes: a diner wrote, look.

A hint only: the sweep finds what a notice missed. A notice is given by `models.arrival`, with the
message it tells of.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, literal

from models.database.engine import Database, DatabaseUnavailableError
from models.database.spelling import Spelling

CHANNEL = "tableside"
LISTEN_S = 0.5  # how long one look lasts, and so how long a stop may take
# Whether the process that gives a notice runs turns itself.
_RUNS, _ACCEPTS = "runs", "accepts"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of a diner waits. `process` took it in; where it runs no turns, others have to."""

    process: str
    runs_turns: bool
    diner_id: int


def sender(process: str, *, runs_turns: bool) -> str:
    """What a notice says of the process that gives it: `notice_from` in a statement."""
    return f"{process}/{_RUNS if runs_turns else _ACCEPTS}"


def giving(sql: Spelling, diner_id: Any) -> ColumnElement[str | None]:
    """A column that gives the notice of a diner, `notice_from` being bound; NULL on SQLite."""
    payload = bindparam("notice_from", type_=Text) + literal(":", Text) + cast(diner_id, Text)
    return sql.notify(CHANNEL, payload)


def read(payload: str) -> Notice | None:
    """What was given; None for what names no diner."""
    given_by, _, diner_id = payload.rpartition(":")
    process, _, does = given_by.partition("/")
    return Notice(process, does == _RUNS, int(diner_id)) if diner_id.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a silent connection is asked whether it lives, and how long anything may take."""

    ping_every_s: float = 5.0
    answer_s: float = 3.0
    reconnect_s: float = 5.0


def listen(
    database: Database,
    on_notice: Callable[[Notice], None],
    stopping: Event,
    patience: Patience = Patience(),
) -> bool:
    """Pass on every notice, our own too, until `stopping`; a lost connection is opened again.

    False, at once, where a pooler stands before the server: nobody hears anything there.
    """
    while not stopping.is_set():
        try:
            with database.connected_apart() as (connection, line):
                if database.is_pooled:
                    return False
                limited = partial(database.watch.limited, line, patience.answer_s)
                _pass_on(connection, limited, on_notice, stopping, patience.ping_every_s)
        except DatabaseUnavailableError:
            stopping.wait(patience.reconnect_s)
    return True


def _pass_on(
    connection: Any,
    limited: Callable[[], AbstractContextManager[None]],
    on_notice: Callable[[Notice], None],
    stopping: Event,
    ping_every_s: float,
) -> None:
    with limited():
        connection.execute(f"LISTEN {CHANNEL}")
    heard_at = time.monotonic()
    while not stopping.is_set():
        for each in connection.notifies(timeout=LISTEN_S):
            if notice := read(each.payload):
                on_notice(notice)
        if time.monotonic() - heard_at >= ping_every_s:
            # A proxy that swallows all leaves a connection that is silent, as a quiet day does.
            with limited():
                connection.execute("SELECT 1")
            heard_at = time.monotonic()
