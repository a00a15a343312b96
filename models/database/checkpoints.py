"""SQLite's log, written into its file beside the statements.

To sync a file takes as long as the disk takes, and whoever commits at the wrong moment would hold
up the whole process with it.
"""

import sqlite3
from typing import Any

from sqlalchemy import NullPool, create_engine
from sqlalchemy.engine import URL

from models.database import absence
from models.database.absence import DatabaseUnavailableError
from models.database.settling import Natively

# While one is written, others are added; the log begins anew once all of it stands in the file.
TRIES = 3


class Checkpoints:
    """`url` is SQLite's.

    It has a connection of its own, since one may be in the middle of a transaction.
    """

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url, poolclass=NullPool, connect_args={"check_same_thread": False}
        )
        self._pooled = self._engine.raw_connection()
        self._driver: Any = self._pooled.driver_connection

    def run(self, natively: Natively) -> bool:
        """Write what the log has; whether all of it stands in the file.

        Raises DatabaseUnavailableError.
        """
        for _ in range(TRIES):
            try:
                _, in_log, written = natively(self._write)
            except sqlite3.Error as error:
                if why := absence.why_away(error, is_lost=False):
                    raise DatabaseUnavailableError(why) from error
                raise
            if in_log == written:
                return True
        return False

    def close(self) -> None:
        self._pooled.close()
        self._engine.dispose()

    def _write(self) -> tuple[int, int, int]:
        answer = self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
        told: tuple[int, int, int] = answer.fetchone()
        return told
