"""The promise that SQLite has one process: a lock beside its file, held by the one that serves."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:  # gunicorn's master holds the lock, and nothing of sqlalchemy
    from sqlalchemy.engine import URL


# Its grace time, and a little more.
ORPHANS_END_WITHIN_S = 30
LOOK_S = 0.2


class LockError(Exception):
    """A sentence: another process serves on this SQLite database, or nothing can be written."""


def be_the_only_process(url: "URL") -> IO[str] | None:
    """Take the lock; keep what is returned for as long as you serve. Raises LockError.

    None where no lock is needed: PostgreSQL.
    """
    file = sqlite_file(url)
    return lock(file) if file else None


def sqlite_file(url: "URL") -> str | None:
    """What only one process may serve on, if it is that kind of database."""
    return url.database if url.get_backend_name() == "sqlite" else None


def lock(file: str) -> IO[str]:
    """As `be_the_only_process`, for one SQLite file. Who has the lock stands in it.

    A worker shares its master's lock, and finishes what it has when the master was killed: that is
    waited for.
    """
    try:
        # It stays open as long as the process serves.
        held = Path(f"{file}.lock").open("a+")  # noqa: SIM115
    except OSError as error:
        raise LockError(
            f"no file can be written beside {file}: {error.strerror}: let it be in a folder"
            " that is there and that this user may write to"
        ) from None
    deadline = time.monotonic() + ORPHANS_END_WITHIN_S
    while not _takes(held):
        holder = _holder(held)
        if holder is None or _lives(holder) or time.monotonic() > deadline:
            held.close()
            raise LockError(_sentence(file, holder))
        time.sleep(LOOK_S)
    held.truncate(0)
    held.write(str(os.getpid()))
    held.flush()
    return held


def _takes(held: IO[str]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(held: IO[str]) -> int | None:
    held.seek(0)
    written = held.read().strip()
    return int(written) if written.isdecimal() else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return True


def _sentence(file: str, holder: int | None) -> str:
    remedy = f"stop process {holder} (kill {holder})" if holder else "stop it"
    return (
        f"another process serves on {file} already, and SQLite is for one:"
        f" {remedy}, or set DATABASE_URL to PostgreSQL"
    )
