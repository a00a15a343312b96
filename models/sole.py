"""The promise that SQLite has one process: a lock beside its file, held for as long as the process that serves lives."""

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL


class SecondProcessError(Exception):
    """Another process serves on this SQLite database already."""


def be_the_only_process(url: URL) -> IO[str] | None:
    """Take the lock; keep what is returned for as long as you serve. None where no lock is needed: PostgreSQL, or in memory.

    Raises SecondProcessError.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    lock = Path(f"{url.database}.lock").open("w")  # noqa: SIM115 (it stays open as long as the process serves)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SecondProcessError(
            f"another process serves on {url.database} already, and SQLite is for one: stop it, or set DATABASE_URL to PostgreSQL"
        ) from None
    return lock
