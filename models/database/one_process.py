"""The promise that SQLite has one process: a lock beside its file, held by the one that serves."""

import fcntl
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:  # gunicorn's master holds the lock, and nothing of sqlalchemy
    from sqlalchemy.engine import URL


class SecondProcessError(Exception):
    """Another process serves on this SQLite database already."""


def be_the_only_process(url: "URL") -> IO[str] | None:
    """Take the lock; keep what is returned for as long as you serve. Raises SecondProcessError.

    None where no lock is needed: PostgreSQL.
    """
    file = sqlite_file(url)
    return lock(file) if file else None


def sqlite_file(url: "URL") -> str | None:
    """What only one process may serve on, if it is that kind of database."""
    return url.database if url.get_backend_name() == "sqlite" else None


def lock(file: str) -> IO[str]:
    """As `be_the_only_process`, for one SQLite file."""
    # It stays open as long as the process serves.
    held = Path(f"{file}.lock").open("w")  # noqa: SIM115
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise SecondProcessError(
            f"another process serves on {file} already, and SQLite is for one:"
            " stop it, or set DATABASE_URL to PostgreSQL"
        ) from None
    return held
