"""The one door to the database: an engine, and short transactions on it.

It never holds a transaction open while somebody waits for the model or for Twilio: callers keep a `with` block to queries.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from models.places import Places
from models.statements import BEGIN, BEGIN_SQLITE, Connection

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
    """An engine on `url`, and the short transactions on it.

    `url`: `sqlite:///file.db`, `postgres://...` or `postgresql://...` (both mean psycopg 3).
    `pool_size`: how many connections may be open at once; who asks for more waits in a fair queue. SQLite has one.
    `watch` hears of each statement that runs on a `connection()` or `alone()`, with its parameters, as it is sent.
    Raises ValueError for an address that is not one of these.
    """

    def __init__(self, url: str, *, pool_size: int = 20, watch: Callable[[str, Mapping[str, Any]], None] | None = None) -> None:
        self.url = driver_url(url)
        if self.is_sqlite:
            # It takes one writer at a time, and who waits for its lock would freeze the whole process: wait in the queue instead.
            pool_size = 1
        self.engine = _engine(self.url, pool_size)
        self._places = Places(pool_size)
        self._watch = watch
        self._driver: Any = self.engine.dialect.loaded_dbapi
        self._signs_of_absence = (
            OperationalError,
            InterfaceError,
            PoolTimeoutError,
            self._driver.OperationalError,
            self._driver.InterfaceError,
        )

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end of the block, rolled back if it raises. For what runs now and then.

        What it loaded stays readable afterwards (nothing expires at the commit). Raises DatabaseUnavailableError.
        """
        with self._place(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in one transaction, as above, for the statements that run for every message."""
        with self.alone() as connection:
            connection.begin()
            yield connection
            connection.commit()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection for one statement or one chain, which is a transaction by itself: that spares two round trips."""
        with self._place():
            pooled = self.engine.raw_connection()
            try:
                yield Connection(pooled.driver_connection, self.engine.dialect, self._watch)
            except BaseException as error:
                is_gone = getattr(pooled.driver_connection, "closed", False)
                pooled.invalidate()  # that rolls back, and nobody else gets it in whatever state it is
                if is_gone and isinstance(error, self._driver.Error):
                    raise DatabaseUnavailableError(type(error).__name__) from error
                raise
            finally:
                pooled.close()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among the connections. What the drivers raise when the database is away becomes DatabaseUnavailableError."""
        if not self._places.take(POOL_TIMEOUT_S):
            raise DatabaseUnavailableError("no connection became free")
        try:
            yield
        except self._signs_of_absence as error:
            raise DatabaseUnavailableError(type(error).__name__) from error
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            # A connection that is gone counts, whatever error its driver gives that.
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


def _engine(url: URL, pool_size: int) -> Engine:
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
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
            f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}",
        },
    )
    event.listen(engine, "begin", partial(_begin, BEGIN))
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
    # The driver must not begin transactions by itself: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(how: str, connection: EngineConnection) -> None:
    connection.exec_driver_sql(how)
