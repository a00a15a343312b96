"""The one door to the database: its connections, and short transactions on them.

It never holds a transaction open while somebody waits for the model or for Twilio: callers keep a
`with` block to queries.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.orm import Session

from models.database import absence
from models.database.absence import DatabaseUnavailableError
from models.database.address import read
from models.database.changes import Changes
from models.database.fair_queue import FairQueue
from models.database.kept import LOOK_AFTER_S, AtHand, Kept
from models.database.opening import CONNECT_TIMEOUT_S, opening
from models.database.settling import Natively, Settling
from models.database.spelling import Spelling
from models.database.statements import Connection
from models.database.watch import Line, Watch

__all__ = ["LOOK_AFTER_S", "Database", "DatabaseUnavailableError"]

# How long one use of a connection may take, with the wait for it: a little longer than the
# server's own limit for a statement, which says more when it is there to say it.
USE_LIMIT_S = 12.0
PLACE_TIMEOUT_S = 10.0
# A full disk is told of for so long after it last refused something.
TOLD_FOR_S = 60.0
FOR_EVER = float("inf")
# Of each kind of database the engine that connected first: what SQLAlchemy compiles on it is
# compiled for all that this process opens, as `Statement` does.
_COMPILING: dict[str, Engine] = {}


class Database:
    """The connections to the database at `url`, and the short transactions on them.

    `url`: `sqlite:///file.db`, `postgres://...` or `postgresql://...` (both mean psycopg 3).
    `pool_size`: how many connections may be open at once; who asks for more waits in a fair queue.
    SQLite has one, and an address may allow fewer.
    `watch` hears of each statement that runs on a `connection()` or `alone()`, with its parameters,
    as it is sent.
    `waited` hears of each wait for a place, in seconds.
    `has_clock`: see `Spelling`; False plays PostgreSQL with the time that its callers give.
    Raises ValueError for an address that is not one of these.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        connect_s: int = CONNECT_TIMEOUT_S,
        watch: Callable[[str, Mapping[str, Any]], None] | None = None,
        has_clock: bool = True,
        waited: Callable[[float], object] = lambda _: None,
    ) -> None:
        self.address = read(url)
        self.opening = opening(self.address, connect_s)
        self.engine = self.opening.engine()
        self._compiling = self.engine
        self.watch = Watch()
        self.changes = Changes(self)
        # SQLite takes one writer at a time, and who waits for its lock would freeze the process:
        # wait in the queue instead.
        most = 1 if self.is_sqlite else min(pool_size, self.address.connection_limit or pool_size)
        self._places = FairQueue(most, waited)
        self._heard_by = watch
        self._settling = Settling(str(self.url.database)) if self.is_sqlite else None
        self._sql = Spelling(self.engine.dialect, has_clock=has_clock)
        self._at_hand = AtHand(self.watch, self.engine.dialect)
        self._full_at = -FOR_EVER  # when its disk last refused something

    @property
    def url(self) -> URL:
        return self.address.url

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def is_pooled(self) -> bool:
        """Whether a transaction pooler is known to stand between: nobody can listen there."""
        return bool(self.opening.is_pooled)

    def places(self) -> dict[str, int]:
        """How many may be used at once, are, and are waited for."""
        queue = self._places
        return {"limit": queue.count, "in_use": queue.in_use, "waiting": queue.waiting}

    @contextmanager
    def transaction(self, limit_s: float = USE_LIMIT_S) -> Iterator[Session]:
        """A session in one transaction, for what runs now and then.

        Committed at the end of the block, rolled back if it raises. What it loaded stays readable
        afterwards (nothing expires at the commit). `limit_s`: how long the block may take.
        Raises DatabaseUnavailableError.
        """
        kept = self.take(limit_s)
        try:
            connection = EngineConnection(self._compiling, kept.lent)
            with Session(connection, expire_on_commit=False) as session, session.begin():
                yield session
        except BaseException as error:
            self.throw_away(kept, error)
            raise
        self.give_back(kept)

    def connection(self, limit_s: float = USE_LIMIT_S) -> AbstractContextManager[Connection]:
        """A connection in one transaction, as above, for what runs for every message."""
        return _Use(self, limit_s, begins=True)

    def alone(self, limit_s: float = USE_LIMIT_S) -> AbstractContextManager[Connection]:
        """A connection for one statement or chain, a transaction by itself: it spares two trips."""
        return _Use(self, limit_s, begins=False)

    @contextmanager
    def connected_apart(self) -> Iterator[tuple[Any, Line]]:
        """A connection of PostgreSQL's driver for one purpose, beside those that are counted.

        Raises DatabaseUnavailableError.
        """
        _, given = self.engine.dialect.create_connect_args(self.url)
        driver = line = None
        try:
            driver = self.opening.connect(**given)
            line = Line(driver)
            yield driver, line
        except self.engine.dialect.loaded_dbapi.Error as error:
            why = absence.why_away(error, is_lost=driver is not None and driver.closed)
            raise DatabaseUnavailableError(why or absence.UNREACHABLE) from error
        finally:
            if line is not None:
                line.close()
            if driver is not None:
                driver.close()

    def take(self, limit_s: float) -> Kept:
        """For `_Use` and `transaction` alone, as the two below.

        The connection that was used last comes first.
        """
        now = time.monotonic()
        until = self.watch.until(now, limit_s)
        if not self._places.take(min(until - now, PLACE_TIMEOUT_S)):
            raise DatabaseUnavailableError(absence.NO_PLACE)
        try:
            kept = self._at_hand.take(now, until) or self._opened()
        except BaseException as error:
            self._places.give_back()
            if why := absence.why_away(error, is_lost=False):
                raise DatabaseUnavailableError(why) from error
            raise
        if kept.line:
            self.watch.begin(kept.line, until)
        return kept

    def give_back(self, kept: Kept) -> None:
        if kept.line:
            self.watch.end(kept.line)
        self._at_hand.keep(kept, time.monotonic())
        self._places.give_back()

    def throw_away(self, kept: Kept, error: BaseException) -> None:
        """That rolls back what was begun, and nobody else gets it in whatever state it is.

        Raises DatabaseUnavailableError, and UnstorableError for what no column takes.
        """
        if kept.line:
            self.watch.end(kept.line)
        why = self._why_away(kept, error)
        kept.drop()
        if why in absence.OF_ALL:
            self._at_hand.drop()
        elif kept.line and kept.line.was_cut:
            self._at_hand.doubt()
        self._places.give_back()
        if why == absence.DISK_FULL:
            self._full_at = time.monotonic()
        if why:
            raise DatabaseUnavailableError(why) from error
        if absence.is_unstorable(error):
            raise absence.UnstorableError("a value that can't be stored") from error

    def _why_away(self, kept: Kept, error: BaseException) -> str | None:
        if not isinstance(error, Exception):
            return None
        if kept.line and kept.line.was_cut:
            return absence.SILENT
        return absence.why_away(error, is_lost=bool(getattr(kept.driver, "closed", False)))

    def _opened(self) -> Kept:
        lent = self.engine.raw_connection()
        self._compiling = _COMPILING.setdefault(self.url.get_backend_name(), self.engine)
        driver = lent.driver_connection
        own = Connection(driver, self._sql, self.opening.begin, self._heard_by)
        return Kept(lent, driver, own, None if self.is_sqlite else Line(driver))

    def begin_settling(self, natively: Natively) -> None:
        """A process serves from now on: see `settle`."""
        if self._settling:
            self._settling.begin(natively)

    def settle(self) -> None:
        """Wait until all that was committed would outlast a power cut, as PostgreSQL's commits do.

        Raises DatabaseUnavailableError.
        """
        if self._settling:
            self._settling.settle()

    @property
    def is_full(self) -> bool:
        """Its disk refused something a moment ago."""
        return time.monotonic() - self._full_at < TOLD_FOR_S

    @contextmanager
    def held(self, duty: int) -> Iterator[bool]:
        """Whether no other process is at `duty`; until the block ends none begins it.

        Held by a transaction that does nothing else, which a pooler keeps whole. On SQLite there
        is one process. Raises DatabaseUnavailableError.
        """
        if self.is_sqlite:
            yield True
            return
        with self.connected_apart() as (connection, line):
            with self.watch.limited(line, USE_LIMIT_S):
                connection.execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0")
                asked = connection.execute(f"SELECT pg_try_advisory_xact_lock({duty})")
                is_ours = bool(asked.fetchone()[0])
            yield is_ours
            # A server takes its time to see that a connection is closed: the duty is free now.
            with self.watch.limited(line, USE_LIMIT_S):
                connection.execute("ROLLBACK")

    def hurry(self, left_s: float) -> None:
        """The service stops: so long from now, whatever still waits for the database is cut."""
        self.watch.hurry(time.monotonic() + left_s)

    def close(self) -> None:
        self.watch.close()
        self.changes.close()
        self._at_hand.close()
        self.engine.dispose()


class _Use:
    """A connection for the time of a block.

    A class, since a generator would cost half as much as what runs in the block.
    """

    __slots__ = ("_begins", "_database", "_kept", "_limit_s")

    def __init__(self, database: Database, limit_s: float, *, begins: bool) -> None:
        self._database = database
        self._limit_s = limit_s
        self._begins = begins

    def __enter__(self) -> Connection:
        self._kept = self._database.take(self._limit_s)
        self._begins = self._begins or self._database.opening.begins_alone
        if self._begins:
            try:
                self._kept.connection.begin()
            except BaseException as error:
                self._database.throw_away(self._kept, error)
                raise
        return self._kept.connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None and self._begins:
            try:
                self._kept.connection.commit()
            except BaseException as failure:
                self._database.throw_away(self._kept, failure)
                raise
        if error is None:
            self._database.give_back(self._kept)
        else:
            self._database.throw_away(self._kept, error)
