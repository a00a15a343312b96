"""PostgreSQL's NOTIFY between the processes: a diner wrote, look. A hint only: the sweep finds what a notice missed."""

from collections.abc import Callable
from threading import Event

import psycopg
from sqlalchemy import ColumnElement, Text, cast, func, literal
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

CHANNEL = "tableside"
LISTEN_S = 0.5  # how long one look lasts, and so how long a stop may take
RECONNECT_S = 5.0


def notice(session: Session, diner_id: int, sender: str) -> ColumnElement[str | None]:
    """What an INSERT returns so that the other processes hear of this diner when it commits; NULL on SQLite, which has one."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(literal(None), Text)
    return cast(func.pg_notify(CHANNEL, f"{sender}:{diner_id}"), Text)


def listen(url: URL, heard: Callable[[str, int], None], stopping: Event) -> None:
    """Call `heard(sender, diner_id)` for every notice, our own too, until `stopping`; a lost connection is opened again."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not stopping.is_set():
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                while not stopping.is_set():
                    for each in connection.notifies(timeout=LISTEN_S):
                        sender, _, diner_id = each.payload.rpartition(":")
                        if diner_id.isdigit():
                            heard(sender, int(diner_id))
        except psycopg.OperationalError:
            stopping.wait(RECONNECT_S)
