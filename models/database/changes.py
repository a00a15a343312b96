"""Whether anything was written to the database, told at a fraction of what a look at it costs.

By whichever process, and to whichever table: what it was, one has to look.
"""

import sqlite3
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, func, select

from models.database.absence import UNREACHABLE, DatabaseUnavailableError
from models.database.statements import Statement

if TYPE_CHECKING:
    from models.database.engine import Database

# Moves with each transaction that writes. Of PostgreSQL 12 too.
_SNAPSHOT = Statement(select(cast(func.txid_current_snapshot(), Text)))


class Changes:
    def __init__(self, database: "Database") -> None:
        self._database = database
        # SQLite tells a connection of what others committed, and it writes nothing itself.
        self._apart: sqlite3.Connection | None = None
        self._lock = Lock()

    def mark(self) -> object:
        """Another one after each commit. Raises DatabaseUnavailableError."""
        if self._database.is_sqlite:
            return self._version()
        with self._database.alone() as connection:
            return connection.one(_SNAPSHOT)

    def close(self) -> None:
        with self._lock:
            if self._apart is not None:
                self._apart.close()
                self._apart = None

    def _version(self) -> object:
        """https://sqlite.org/pragma.html#pragma_data_version"""
        with self._lock:
            try:
                if self._apart is None:
                    file = Path(str(self._database.url.database)).absolute().as_uri()
                    self._apart = sqlite3.connect(
                        f"{file}?mode=rw", uri=True, check_same_thread=False, isolation_level=None
                    )
                return self._apart.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error as error:
                raise DatabaseUnavailableError(UNREACHABLE) from error
