"""Whether messages can be stored, in words, within a moment: what `/readyz` says of the database.

It asks nobody anew while an answer is still awaited. What else is to be looked at, it is given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from sqlalchemy import text

from models.database import absence
from models.database.engine import Database, DatabaseUnavailableError
from models.database.migrate import is_current
from models.database.statements import Connection
from telemetry.logs import log_defect

OK = "ok"
WITHIN_S = 0.8
LIMIT_S = 1.0  # for each of its transactions


# Figures by name.
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sight:
    """`words`: `ok`, or why not and what to do about it; then there are no figures."""

    words: str
    figures: Figures = field(default_factory=dict)


class State:
    """`count`: what else is to be known of a database that is as it should be."""

    def __init__(
        self, database: Database, count: Callable[[Connection], Figures] = lambda _: {}
    ) -> None:
        self._database = database
        self._count = count
        self._lock = Lock()
        self._asked: Asked | None = None

    def words(self, within_s: float = WITHIN_S) -> str:
        """`ok`, or why not and what to do about it. It takes no longer than `within_s`."""
        return self.sight(within_s).words

    def sight(self, within_s: float = WITHIN_S) -> Sight:
        """As `words`, with the figures."""
        with self._lock:
            if self._asked is None or self._asked.ended.is_set():
                self._asked = Asked(self._database, self._count)
            asked = self._asked
        return asked.sight if asked.ended.wait(within_s) else Sight(absence.SILENT)


class Asked:
    """One look, on a thread of its own: to connect to a server that is frozen takes its time."""

    def __init__(self, database: Database, count: Callable[[Connection], Figures]) -> None:
        self.ended = Event()
        self.sight = Sight(absence.UNREACHABLE)
        self._database = database
        self._count = count
        Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        try:
            words = look(self._database)
            self.sight = Sight(words, self._figures() if words == OK else {})
        except DatabaseUnavailableError as error:
            self.sight = Sight(str(error))
        except Exception as error:  # noqa: BLE001 (whoever waits must hear)
            log_defect("readyz.failed", error)
        finally:
            self.ended.set()

    def _figures(self) -> Figures:
        with self._database.alone(LIMIT_S) as connection:
            return self._count(connection)


def look(database: Database) -> str:
    """`ok`, or why messages can't be stored."""
    try:
        with database.transaction(LIMIT_S) as session:
            if database.is_sqlite:
                # A read would not notice a full disk. This changes nothing, and is written.
                version = session.scalar(text("PRAGMA user_version"))
                session.execute(text(f"PRAGMA user_version = {int(version or 0)}"))
            elif session.scalar(text("SELECT current_setting('transaction_read_only')")) == "on":
                return absence.READ_ONLY
        if database.is_full:
            return absence.DISK_FULL
        return OK if is_current(database) else absence.NO_TABLES
    except DatabaseUnavailableError as error:
        return str(error)
