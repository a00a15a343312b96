"""What one more process on a PostgreSQL database hears of the others."""

from threading import Event, Thread
from typing import Self

import psycopg

from models.database.engine import Database
from models.database.notices import CHANNEL, Notice, listen
from tests.engine.clock import soon

TRIAL = "trial"  # the process whose notices say only that somebody listens


class Heard:
    """It listens from the moment that the block begins."""

    def __init__(self, url: str) -> None:
        self._heard: list[Notice] = []
        self._database = Database(url)
        self._ended = Event()
        self._thread = Thread(
            target=listen, args=(self._database, self._heard.append, self._ended), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        url = self._database.url
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            assert soon(lambda: self._is_heard(connection)), "nobody listens"
        return self

    @property
    def notices(self) -> list[Notice]:
        return [each for each in self._heard if each.process != TRIAL]

    def _is_heard(self, connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{TRIAL}/runs:0"))
        return bool(self._heard)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._database.close()
