"""How either database is opened: its address, its driver, and what each new connection is told.

What then runs on a connection is `engine.py`'s.
"""

import time
from functools import partial

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from models.database.statements import BEGIN, BEGIN_SQLITE

SQLITE_BUSY_TIMEOUT_MS = 5_000
# So long may the log grow, in pages of 4 KiB, before a commit has to write it into the file:
# `models.database.checkpoints` is there to do it before.
SQLITE_CHECKPOINT_PAGES = 8_000
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_MS = 10_000
POOL_TIMEOUT_S = 10
# A connection that was idle for so long is tried before it is used: the server may have gone
# and come back meanwhile.
PING_AFTER_S = 1.0
USED_AT = "used_at"  # a connection's note in the pool, in seconds of the monotonic clock
# A process that is frozen within a transaction must not keep its locks from the others.
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
# The server's time-outs are of no use when it is cut off: then the connection itself must give up.
TCP_TIMEOUT_MS = 10_000
# Seconds, seconds, times.
KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


def driver_url(url: str) -> URL:
    """`url` with the driver this service uses: psycopg 3 for every spelling of PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(
            "not a database address:"
            " expected sqlite:///file.db or postgresql://user:password@host/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ValueError(
            f"{backend} is not supported:"
            " use sqlite:///file.db or postgresql://user:password@host/name"
        )
    if parsed.database in (None, "", ":memory:"):
        raise ValueError(
            "SQLite in memory forgets everything with each connection:"
            " name a file, as in sqlite:///file.db"
        )
    return parsed


def new_engine(url: URL, pool_size: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            paramstyle="named",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", partial(_begin, BEGIN_SQLITE))
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,  # an error's text goes into the log, a diner's words must not
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={
            "autocommit": True,  # the driver must not begin transactions by itself: `_begin` does
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": TCP_TIMEOUT_MS,
            **KEEPALIVE,
            "options": (
                f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
                f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}"
            ),
        },
    )
    event.listen(engine, "begin", partial(_begin, BEGIN))
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_ping_after_idleness, engine))
    return engine


def _note_use(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info[USED_AT] = time.monotonic()


def _ping_after_idleness(
    engine: Engine,
    connection: DBAPIConnection,
    record: ConnectionPoolEntry,
    _proxy: PoolProxiedConnection,
) -> None:
    """SQLAlchemy's own comes before every transaction, and nearly doubles the cost of a message."""
    used_at = record.info.get(USED_AT)  # a new connection has none
    if used_at is None or time.monotonic() - used_at < PING_AFTER_S:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA wal_autocheckpoint={SQLITE_CHECKPOINT_PAGES}")
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(how: str, connection: EngineConnection) -> None:
    connection.exec_driver_sql(how)
