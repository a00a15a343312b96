"""The one door to the database: an engine, and short transactions on it.

It never holds a transaction open while somebody waits for the model or for Twilio: callers keep a
`with` block to queries.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from models.database.fair_queue import FairQueue
from models.database.opening import PING_AFTER_S, POOL_TIMEOUT_S, driver_url, new_engine
from models.database.statements import Connection, Spelling


class DatabaseUnavailableError(Exception):
    """The database can't be reached, or did not answer in time.

    What was asked of it may be tried again.
    """


class Database:
    """An engine on `url`, and the short transactions on it.

    `url`: `sqlite:///file.db`, `postgres://...` or `postgresql://...` (both mean psycopg 3).
    `pool_size`: how many connections may be open at once; who asks for more waits in a fair queue.
    SQLite has one.
    `watch` hears of each statement that runs on a `connection()` or `alone()`, with its parameters,
    as it is sent.
    `has_clock`: see `Spelling`; False plays PostgreSQL with the time that its callers give.
    Raises ValueError for an address that is not one of these.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        watch: Callable[[str, Mapping[str, Any]], None] | None = None,
        has_clock: bool = True,
    ) -> None:
        self.url = driver_url(url)
        if self.is_sqlite:
            # It takes one writer at a time, and who waits for its lock would freeze the process:
            # wait in the queue instead.
            pool_size = 1
        self.engine = new_engine(self.url, pool_size)
        self._places = FairQueue(pool_size)
        self._watch = watch
        self._sql = Spelling(self.engine.dialect, has_clock=has_clock)
        self._at_hand: list[_Pooled] = []

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session in one transaction, for what runs now and then.

        Committed at the end of the block, rolled back if it raises. What it loaded stays readable
        afterwards (nothing expires at the commit). Raises DatabaseUnavailableError.
        """
        self._take_place()
        try:
            if spare := self._from_hand():
                spare.pooled.close()  # it may be the pool's last
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (DBAPIError, PoolTimeoutError) as error:
            if self._is_absence(error):
                raise DatabaseUnavailableError(type(error).__name__) from error
            raise
        finally:
            self._places.give_back()

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection in one transaction, as above, for what runs for every message."""
        return _Use(self, begins=True)

    def alone(self) -> AbstractContextManager[Connection]:
        """A connection for one statement or chain, a transaction by itself: it spares two trips."""
        return _Use(self, begins=False)

    def take(self) -> "_Pooled":
        """For `_Use` alone, as the three below.

        The connection that was used last needs no way through the pool.
        """
        self._take_place()
        try:
            if pooled := self._from_hand():
                return pooled
            lent = self.engine.raw_connection()
            return _Pooled(lent, Connection(lent.driver_connection, self._sql, self._watch))
        except BaseException as error:
            self._places.give_back()
            if self._is_absence(error):
                raise DatabaseUnavailableError(type(error).__name__) from error
            raise

    def give_back(self, pooled: "_Pooled") -> None:
        pooled.used_at = time.monotonic()
        self._at_hand.append(pooled)
        self._places.give_back()

    def throw_away(self, pooled: "_Pooled", error: BaseException) -> None:
        """That rolls back what was begun, and nobody else gets it in whatever state it is.

        Raises DatabaseUnavailableError.
        """
        is_closed = bool(getattr(pooled.pooled.driver_connection, "closed", False))
        is_absence = self._is_absence(error) or is_closed
        pooled.drop()
        while is_absence and self._at_hand:
            self._at_hand.pop().drop()  # what one has lost, the others have lost too
        self._places.give_back()
        if is_absence and isinstance(error, Exception):
            raise DatabaseUnavailableError(type(error).__name__) from error

    def _from_hand(self) -> "_Pooled | None":
        """One that works: what was idle for longer is tried first."""
        while self._at_hand:
            pooled = self._at_hand.pop()
            if time.monotonic() - pooled.used_at < PING_AFTER_S:
                return pooled
            try:
                self.engine.dialect.do_ping(pooled.driver)
            except self.engine.dialect.loaded_dbapi.Error:
                pooled.drop()
            else:
                return pooled
        return None

    def _take_place(self) -> None:
        if not self._places.take(POOL_TIMEOUT_S):
            raise DatabaseUnavailableError("no connection became free")

    def _is_absence(self, error: BaseException) -> bool:
        """Not a mistake in a query: a lost connection counts, whatever error its driver gives."""
        driver = self.engine.dialect.loaded_dbapi
        if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
            return True
        if isinstance(error, driver.OperationalError | driver.InterfaceError):
            return True
        return isinstance(error, DBAPIError) and error.connection_invalidated

    def ping(self) -> None:
        """Run `SELECT 1`. Raises DatabaseUnavailableError."""
        with self.transaction() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        while self._at_hand:
            self._at_hand.pop().pooled.close()
        self.engine.dispose()


@dataclass(slots=True)
class _Pooled:
    """A connection of the pool's, in the service's form, and when it was last used."""

    pooled: PoolProxiedConnection
    connection: Connection
    used_at: float = 0.0  # in seconds of the monotonic clock

    @property
    def driver(self) -> Any:
        return self.pooled.driver_connection

    def drop(self) -> None:
        """It is closed, and the pool may open another one in its place."""
        self.pooled.invalidate()
        self.pooled.close()


class _Use:
    """A connection for the time of a block.

    A class, since a generator would cost half as much as what runs in the block.
    """

    __slots__ = ("_begins", "_database", "_pooled")

    def __init__(self, database: Database, *, begins: bool) -> None:
        self._database = database
        self._begins = begins

    def __enter__(self) -> Connection:
        self._pooled = self._database.take()
        if self._begins:
            try:
                self._pooled.connection.begin()
            except BaseException as error:
                self._database.throw_away(self._pooled, error)
                raise
        return self._pooled.connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None and self._begins:
            try:
                self._pooled.connection.commit()
            except BaseException as failure:
                self._database.throw_away(self._pooled, failure)
                raise
        if error is None:
            self._database.give_back(self._pooled)
        else:
            self._database.throw_away(self._pooled, error)
