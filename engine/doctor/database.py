"""The database: reached, of a version that is maintained, its tables as this code knows them.

Also its clock beside ours, its connections, its size, and the disk that SQLite's file is on.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.doctor.finding import Finding, ok, warn, wrong
from models.database import examining, migrate
from models.database.absence import DatabaseUnavailableError
from models.database.engine import Database
from models.database.examining import Server
from models.database.state import OK
from models.database.state import look as words_of

# What its statements need: AS MATERIALIZED, and RETURNING.
OLDEST = {"PostgreSQL": (12,), "SQLite": (3, 35)}
# The community ends a version in the November five years after it came out, 17 in 2029:
# https://www.postgresql.org/support/versioning/
POSTGRESQL_ENDS_IN = 2012
MOST_OFF_S = 5.0
# Beside a process' pool: the one that listens, and now and then one that erases.
BESIDE_POOL = 2
GB = 1_000_000_000
LARGE = 2 * GB
LEAST_FREE = GB // 5
UPGRADE = "Run flask --app app db upgrade."
# A folder's disk: its bytes, those used, those free.
RoomOf = Callable[[Path], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Use:
    """How many processes use it, each with so many connections; `keeps_all`: nothing is purged."""

    processes: int
    pool_size: int
    keeps_all: bool


def look(database: Database, use: Use, today: date) -> Iterator[Finding]:
    """It raises nothing: what else asks the database is not looked at where it can't be used."""
    if is_missing(database):
        sentence = f"There is no database yet: {database.url.database}."
        yield wrong("database.migrations", sentence, UPGRADE)
        return
    try:
        server = examining.server(database)
        yield _version(server, today)
        yield from _tables(database)
        if not database.is_sqlite:
            yield from _clock(server)
            yield from _connections(server, use)
        yield _size(database, keeps_all=use.keeps_all)
    except DatabaseUnavailableError as error:
        yield wrong(
            "database",
            f"The database can't be used: {error}.",
            "Mend that first: all else needs it.",
        )


def is_missing(database: Database) -> bool:
    """Whether SQLite's file is not there: a look at it would make an empty one."""
    return database.is_sqlite and not Path(str(database.url.database)).exists()


def disk(database: Database, room_of: RoomOf = shutil.disk_usage) -> Iterator[Finding]:
    """Where SQLite's file lies; of a server's disk, only the server knows."""
    if not database.is_sqlite:
        return
    folder = Path(str(database.url.database)).parent
    if not os.access(folder, os.W_OK):
        yield wrong(
            "disk",
            f"{folder} can't be written to, and SQLite's log stands beside its file.",
            "Let the service's user write there, or name another folder in DATABASE_URL.",
        )
        return
    total, _, free = room_of(folder)
    told = f"{_gb(free)} of {_gb(total)} are free in {folder}"
    if free < LEAST_FREE:
        yield wrong("disk", f"Only {told}.", "Make room: without it no message can be stored.")
    elif free < total // 20:
        yield warn("disk", f"Only {told}.", "Make room before it is used up.")
    else:
        yield ok("disk", f"{told}.")


def _version(server: Server, today: date) -> Finding:
    told = f"{server.name} {'.'.join(map(str, server.version))}"
    if server.is_pooled:
        told += " behind a transaction pooler"
    if server.version < OLDEST[server.name]:
        return wrong(
            "database.version",
            f"{told} is too old.",
            f"Use {server.name} {'.'.join(map(str, OLDEST[server.name]))} or later.",
        )
    ends = date(POSTGRESQL_ENDS_IN + server.version[0], 11, 30)
    if server.name == "PostgreSQL" and today > ends:
        return warn(
            "database.version",
            f"{told} gets no security fixes since {ends:%B %Y}.",
            "Move to a version that does.",
        )
    return ok("database.version", f"{told} answers.")


def _tables(database: Database) -> Iterator[Finding]:
    found, known = migrate.revision(database, examining.LIMIT_S), migrate.revisions()
    if found is None:
        yield wrong("database.migrations", "The database has no tables yet.", UPGRADE)
        return
    if found not in known:
        yield wrong(
            "database.migrations",
            f"The database is at migration {found[:20]}, and this code ends at {known[-1]}: newer"
            " code has been here.",
            "Start the code that the database is of, or restore a backup that fits this one.",
        )
        return
    if missing := len(known) - 1 - known.index(found):
        yield wrong(
            "database.migrations",
            f"The database is at migration {found}, {missing} behind {known[-1]}.",
            UPGRADE,
        )
        return
    yield ok("database.migrations", f"The tables are up to date, at migration {found}.")
    if (words := words_of(database)) != OK:
        yield wrong(
            "database",
            f"The database can't be used: {words}.",
            "Mend that: no message can be stored.",
        )


def _clock(server: Server) -> Iterator[Finding]:
    off_s = server.clock_off_s
    if abs(off_s) > MOST_OFF_S:
        which = "ahead of" if off_s > 0 else "behind"
        yield warn(
            "database.clock",
            f"The database's clock is {abs(off_s):.0f} s {which} this machine's: leases go by its"
            " time, days and windows by ours.",
            "Set both by NTP.",
        )
    else:
        yield ok("database.clock", f"Its clock and ours are {abs(off_s):.1f} s apart.")


def _connections(server: Server, use: Use) -> Iterator[Finding]:
    wanted = use.processes * (use.pool_size + BESIDE_POOL)
    told = f"{use.processes} x (DATABASE_POOL_SIZE {use.pool_size} + {BESIDE_POOL}) = {wanted}"
    if server.most_connections is None:
        yield ok("database.connections", f"Up to {told} connections; the pooler shares them out.")
    elif wanted > server.most_connections:
        yield warn(
            "database.connections",
            f"Up to {told} connections, and the server allows {server.most_connections}.",
            "Lower DATABASE_POOL_SIZE or WEB_CONCURRENCY, or let the server allow more.",
        )
    else:
        yield ok(
            "database.connections",
            f"Up to {told} connections of {server.most_connections}, {server.connections} now.",
        )


def _size(database: Database, *, keeps_all: bool) -> Finding:
    size = examining.size(database)
    unit = "rows" if database.is_sqlite else "MB"
    by = 1 if database.is_sqlite else 1_000_000
    largest = ", ".join(f"{name} {count // by:,} {unit}" for name, count in size.largest)
    told = f"It takes {size.bytes / 1_000_000:,.1f} MB, {largest} the most of it."
    if size.bytes > LARGE and keeps_all:
        return warn(
            "database.size",
            told,
            "Set RETENTION_DAYS, or erase by hand: flask --app app purge --older-than 180d.",
        )
    return ok("database.size", told)


def _gb(count: int) -> str:
    return f"{count / GB:,.1f} GB"
