"""SQLite's log brought onto the disk: one sync for all that committed before it began.

SQLite's own way (`synchronous=FULL`) syncs within each commit, and all of the process stands still
meanwhile: with a disk that takes 4 ms it is good for 100 messages a second, this one for 900.
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Lock
from typing import Any

from models.database.absence import DISK_FAULT, DatabaseUnavailableError

# Runs work on a thread of the system's own and gives what it returns: where threads are greenlets,
# the others go on meanwhile.
Natively = Callable[[Callable[[], Any]], Any]


def quietly(natively: Natively) -> Natively:
    """The same, and it never sees what the work raises: gevent's pool prints that, and goes on."""

    def run(work: Callable[[], Any]) -> Any:
        failures: list[Exception] = []

        def tried() -> Any:
            try:
                return work()
            except Exception as error:  # noqa: BLE001 (it is raised where somebody heeds it)
                failures.append(error)

        found = natively(tried)
        if failures:
            raise failures[0]
        return found

    return run


class Settling:
    """`file` is SQLite's, by its real path: its log is beside that."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._natively: Natively | None = None
        self._changed = Condition(Lock())
        self._begun = 0  # syncs, counted
        self._done = 0
        self._is_busy = False

    def begin(self, natively: Natively) -> None:
        """From now on it matters."""
        self._natively = natively

    def settle(self) -> None:
        """Wait until all that was committed would outlast a power cut.

        Raises DatabaseUnavailableError when the disk fails.
        """
        if self._natively is None:
            return
        with self._changed:
            mine = self._begun + 1  # one that runs already may have missed our commit
            while self._is_busy and self._done < mine:
                self._changed.wait()
            if self._done >= mine:
                return
            self._is_busy = True
            self._begun += 1
            mine = self._begun
        is_done = False
        try:
            self._natively(self._sync)
            is_done = True
        except OSError as error:
            raise DatabaseUnavailableError(DISK_FAULT) from error
        finally:
            with self._changed:
                self._is_busy = False
                if is_done:
                    self._done = mine
                self._changed.notify_all()

    def _sync(self) -> None:
        # Opened each time: SQLite makes it anew when its last connection has closed.
        try:
            log = os.open(f"{self._file}-wal", os.O_RDONLY)
        except FileNotFoundError:
            # Whoever closed last has synced it, written it into the file and synced that too:
            # https://www.sqlite.org/wal.html
            Path(self._file).stat()
            return
        try:
            os.fdatasync(log)
        finally:
            os.close(log)
