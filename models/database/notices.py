"""PostgreSQL's NOTIFY between the processes: a diner wrote, look. A hint only: the sweep finds what
a notice missed.

The notices are given by `models.intake`, with the message they tell of.
"""

from collections.abc import Callable
from threading import Event

from sqlalchemy.engine import URL

CHANNEL = "tableside"
LISTEN_S = 0.5  # how long one look lasts, and so how long a stop may take
RECONNECT_S = 5.0


def listen(url: URL, heard: Callable[[str, int], None], stopping: Event) -> None:
    """Call `heard(sender, diner_id)` for every notice, our own too, until `stopping`; a lost
    connection is opened again.
    """
    import psycopg  # noqa: PLC0415  where the database is SQLite nobody listens, and this costs megabytes

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
