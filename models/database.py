"""The one door to the database: an engine, and short transactions on it.

It never holds a transaction open while somebody waits for the model or for Twilio: callers keep a `with` block to queries.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from models.places import Places

SQLITE_BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_MS = 10_000
POOL_TIMEOUT_S = 10
# A connection that was idle for so long is tried before it is used: the server may have gone and come back meanwhile.
PING_AFTER_S = 1.0
USED_AT = "used_at"  # a connection's note in the pool, in seconds of the monotonic clock
# A process that is frozen within a transaction must not keep its locks from the others.
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
# The server's time-outs are of no use when it is cut off: then the connection itself must give up.
TCP_TIMEOUT_MS = 10_000
KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}  # seconds, seconds, times


class DatabaseUnavailableError(Exception):
    """The database can't be reached, or did not answer in time. What was asked of it may be tried again."""


class Database:
    """An engine on `url`, and the sessions that are opened on it.

    `url`: `sqlite:///file.db`, `postgres://...` or `postgresql://...` (both mean psycopg 3).
    `pool_size`: how many connections may be open at once; who asks for more waits in a fair queue.
    Raises ValueError for an address that is not one of these.
    """

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = driver_url(url)
        self.engine = _engine(self.url, pool_size)
        self._places = Places(pool_size)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end of the block, rolled back if it raises.

        What it loaded stays readable afterwards (nothing expires at the commit). Raises DatabaseUnavailableError.
        """
        if not self._places.take(POOL_TIMEOUT_S):
            raise DatabaseUnavailableError("no connection became free")
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (DBAPIError, PoolTimeoutError) as error:
            if not _is_unavailability(error):
                raise
            raise DatabaseUnavailableError(type(error).__name__) from error
        finally:
            self._places.give_back()

    def ping(self) -> None:
        """Run `SELECT 1`. Raises DatabaseUnavailableError."""
        with self.transaction() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def driver_url(url: str) -> URL:
    """`url` with the driver this service uses: psycopg 3 for every spelling of PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError("not a database address: expected sqlite:///file.db or postgresql://user:password@host/name") from error
    backend = parsed.get_backend_name()
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ValueError(f"{backend} is not supported: use sqlite:///file.db or postgresql://user:password@host/name")
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite in memory forgets everything with each connection: name a file, as in sqlite:///file.db")
    return parsed


def _is_unavailability(error: DBAPIError | PoolTimeoutError) -> bool:
    """Not a mistake in a query: a connection that is gone counts, whatever error its driver gives that."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return error.connection_invalidated


def _engine(url: URL, pool_size: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,  # an error's text goes into the log, a diner's words must not
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": TCP_TIMEOUT_MS,
            **KEEPALIVE,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
            f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}",
        },
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_ping_after_idleness, engine))
    return engine


def _note_use(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info[USED_AT] = time.monotonic()


def _ping_after_idleness(
    engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """SQLAlchemy's own ping comes before every transaction, and nearly doubles what a message costs the server."""
    used_at = record.info.get(USED_AT)  # a new connection has none
    if used_at is None or time.monotonic() - used_at < PING_AFTER_S:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: _begin_immediate does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads first and writes later can't wait for the lock on SQLite, it fails: take the lock at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
