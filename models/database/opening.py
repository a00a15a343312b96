"""How either database is opened: its driver, and what each new connection is told.

What then runs on a connection is `engine.py`'s; what the address means is `address.py`'s.
"""

from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from models.database.absence import NO_OPTIONS, NOT_DIRECT, DatabaseUnavailableError
from models.database.address import Address, read

BEGIN = "BEGIN"
# A transaction that reads first and writes later can't wait for SQLite's lock: take it at once.
BEGIN_SQLITE = "BEGIN IMMEDIATE"
SQLITE_BUSY_TIMEOUT_MS = 5_000
# So long may the log grow, in pages of 4 KiB, before a commit has to write it into the file:
# `models.database.checkpoints` is there to do it before.
SQLITE_CHECKPOINT_PAGES = 8_000
CONNECT_TIMEOUT_S = 2  # libpq's least
WAKING_S = 15  # where nobody waits for an answer: a server in the clouds may have to wake first
STATEMENT_TIMEOUT_MS = 10_000
# A process that is frozen within a transaction must not keep its locks from the others.
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
TIMEOUTS = {
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
}
# What the client's own side does about a server that is cut off, for what nobody waits for.
CLIENT_SIDE: dict[str, Any] = {
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 2,  # seconds
    "keepalives_count": 3,
}
# A setting of ours that no server knows by itself: who finds it is on a session of their own.
MARK = "tableside.session"
# Where a connection of the engine's keeps what begins a transaction on it.
BEGINS_BY = "tableside.begin"


class Opening:
    """Opens connections to one database. `begin` is what begins a transaction on them."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.begin = BEGIN_SQLITE if address.url.get_backend_name() == "sqlite" else BEGIN

    @property
    def is_pooled(self) -> bool | None:
        """Whether a pooler lends a session for a transaction alone; None: not yet known."""
        return False

    @property
    def begins_alone(self) -> bool:
        """Whether a statement by itself needs a transaction around it all the same."""
        return False

    def engine(self) -> Engine:
        """Ours keeps the connections by itself, so that each of them is opened for good."""
        engine = create_engine(
            self.address.url,
            hide_parameters=True,
            paramstyle="named",
            poolclass=NullPool,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return self._beginning(engine)

    def connect(self, **given: Any) -> Any:
        """A connection of the driver's, with what the engine's dialect gives for it."""
        raise NotImplementedError("SQLite's are the engine's alone")

    def _beginning(self, engine: Engine) -> Engine:
        """A transaction begins as its connection was opened, whichever engine speaks on it."""
        event.listen(engine, "connect", self._say_how_to_begin)
        event.listen(engine, "begin", _begin)
        return engine

    def _say_how_to_begin(self, _driver: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[BEGINS_BY] = self.begin


class OpeningPostgreSQL(Opening):
    """Also finds out, with the first connection, whether a pooler stands before the server.

    A transaction pooler (PgBouncer as it comes, Supabase's, Neon's) takes no `options`, prepares
    nothing, and forgets what a session was told, LISTEN included.
    """

    def __init__(self, address: Address, connect_s: int) -> None:
        super().__init__(address)
        self._connect_s = connect_s
        self._is_pooled = False
        self._is_known = False
        if address.is_pooled is not None:
            self._settle(is_pooled=address.is_pooled)

    @property
    def is_pooled(self) -> bool | None:
        return self._is_pooled if self._is_known else None

    @property
    def begins_alone(self) -> bool:
        return self._is_pooled and self.address.schema is not None

    def engine(self) -> Engine:
        engine = create_engine(
            self.address.url,
            hide_parameters=True,  # an error's text goes into the log, a diner's words must not
            poolclass=NullPool,
            use_native_hstore=False,  # which would be asked for in vain
        )
        event.listen(engine, "do_connect", lambda _, __, ___, given: self.connect(**given))
        return self._beginning(engine)

    def connect(self, **given: Any) -> Any:
        """Raises psycopg's errors, and DatabaseUnavailableError for what a pooler can't take."""
        import psycopg  # noqa: PLC0415

        # The driver must not begin transactions by itself: `_begin` does.
        given = {"connect_timeout": self._connect_s, **CLIENT_SIDE, **given, "autocommit": True}
        if not self._is_pooled:
            try:
                connection = psycopg.connect(**given | {"options": self._options(given)})
            except psycopg.OperationalError as error:
                if not _takes_no_options(error):
                    raise
                if self.address.is_pooled is False:
                    raise DatabaseUnavailableError(NOT_DIRECT) from error
            else:
                # Others may have found out meanwhile.
                is_direct = self._is_known and not self._is_pooled
                if is_direct or self._is_on_its_own(connection):
                    self._settle(is_pooled=False)
                    return connection
                connection.close()
            self._settle(is_pooled=True)
        try:
            return psycopg.connect(**given, prepare_threshold=None)
        except psycopg.OperationalError as error:
            if _takes_no_options(error):
                raise DatabaseUnavailableError(NO_OPTIONS) from error
            raise

    def _settle(self, *, is_pooled: bool) -> None:
        self._is_pooled = is_pooled
        self._is_known = True
        if is_pooled:
            # One round trip, as BEGIN alone.
            self.begin = "; ".join(
                [
                    BEGIN,
                    *(f"SET LOCAL {name} = {value}" for name, value in TIMEOUTS.items()),
                    *self._search_path("SET LOCAL search_path = "),
                ]
            )

    def _options(self, given: dict[str, Any]) -> str:
        """Ours, and then the address' own, which overrule them."""
        ours = {**TIMEOUTS, "timezone": "UTC", MARK: "own"}
        options = [f"-c {name}={value}" for name, value in ours.items()]
        return " ".join([*options, *self._search_path("-c search_path="), given.get("options", "")])

    def _search_path(self, before: str) -> list[str]:
        return [f'{before}"{self.address.schema}"'] if self.address.schema else []

    def _is_on_its_own(self, connection: Any) -> bool:
        asked = f"SELECT current_setting('{MARK}', true), pg_backend_pid()"
        mark, pid = connection.execute(asked).fetchone()
        # A pooler invents the number of a session for its client.
        return bool(mark == "own" and pid == connection.info.backend_pid)


def _begin(connection: EngineConnection) -> None:
    connection.exec_driver_sql(connection.info[BEGINS_BY])


def driver_url(address: str) -> URL:
    """What the driver gets of an address. Raises ValueError for one that can't be used."""
    return read(address).url


def opening(address: Address, connect_s: int) -> Opening:
    """`connect_s`: how long it may take to connect, if the address does not say so."""
    is_sqlite = address.url.get_backend_name() == "sqlite"
    return Opening(address) if is_sqlite else OpeningPostgreSQL(address, connect_s)


def _takes_no_options(error: Exception) -> bool:
    return "unsupported startup parameter" in str(error)


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
