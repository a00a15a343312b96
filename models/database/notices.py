"""PostgreSQL's NOTIFY between the processes: a diner wrote, look.

A hint only: the sweep finds what a notice missed. A notice is given by `models.arrival`, with the
message it tells of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, literal
from sqlalchemy.engine import URL

from models.database.statements import Spelling

CHANNEL = "tableside"
LISTEN_S = 0.5  # how long one look lasts, and so how long a stop may take
RECONNECT_S = 5.0
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


def listen(url: URL, on_notice: Callable[[Notice], None], stopping: Event) -> None:
    """Pass on every notice, our own too, until `stopping`; a lost connection is opened again."""
    # Where the database is SQLite nobody listens, and it takes megabytes.
    import psycopg  # noqa: PLC0415

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not stopping.is_set():
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                while not stopping.is_set():
                    for each in connection.notifies(timeout=LISTEN_S):
                        if notice := read(each.payload):
                            on_notice(notice)
        except psycopg.OperationalError:
            stopping.wait(RECONNECT_S)
