"""What a database tells of itself: its server, its clock, its connections, its room.

What that means for the service is said elsewhere.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from models.database.columns import Base
from models.database.engine import Database

LIMIT_S = 5.0
MOST_TABLES = 3


@dataclass(frozen=True, slots=True)
class Server:
    """`version`: major, minor and so on. `clock_off_s`: by how much its clock is before ours.

    `most_connections`: how many it allows to us, None where that is not its own to say.
    `connections`: how many there are now.
    """

    name: str
    version: tuple[int, ...]
    is_pooled: bool = False
    clock_off_s: float = 0.0
    most_connections: int | None = None
    connections: int = 0


@dataclass(frozen=True, slots=True)
class Size:
    """`largest`: the tables with the most in them, with their bytes, or rows on SQLite."""

    bytes: int
    largest: Sequence[tuple[str, int]]


def server(database: Database) -> Server:
    """Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        if database.is_sqlite:
            return Server("SQLite", sqlite3.sqlite_version_info)
        before = datetime.now(UTC)
        number, its_now, most, connections = session.execute(_SERVER).one()
        ours = before + (datetime.now(UTC) - before) / 2
    return Server(
        "PostgreSQL",
        (number // 10_000, number % 10_000),
        is_pooled=database.is_pooled,
        clock_off_s=(its_now - ours).total_seconds(),
        most_connections=None if database.is_pooled else most,
        connections=connections,
    )


# A role and a database may allow fewer than the server does; -1 is no limit.
_SERVER = text(
    """
    SELECT current_setting('server_version_num')::int, clock_timestamp(),
        least(
            current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int,
            (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
            (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
        ),
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
    """
)


def size(database: Database) -> Size:
    """Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        return _size_of_sqlite(session) if database.is_sqlite else _size_of_postgresql(session)


def _size_of_postgresql(session: Session) -> Size:
    total: int = session.scalar(text("SELECT pg_database_size(current_database())")) or 0
    largest = text(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relnamespace"
        " <> 'pg_catalog'::regnamespace ORDER BY 2 DESC LIMIT :most"
    )
    return Size(total, _pairs(session.execute(largest, {"most": MOST_TABLES})))


def _size_of_sqlite(session: Session) -> Size:
    pages: int = session.scalar(text("PRAGMA page_count")) or 0
    page: int = session.scalar(text("PRAGMA page_size")) or 0
    rows = {
        table.name: session.scalar(text(f"SELECT max(rowid) FROM {table.name}")) or 0  # noqa: S608
        for table in Base.metadata.sorted_tables
        if inspect(session.connection()).has_table(table.name)
    }
    largest = sorted(rows.items(), key=lambda each: -each[1])[:MOST_TABLES]
    return Size(pages * page, largest)


def _pairs(rows: Any) -> list[tuple[str, int]]:
    return [(str(name), int(count)) for name, count in rows]
