"""Which errors of a driver say that the database can't be used for now, and the words for each.

It shows nothing of a driver's own text: that can hold a row, or a piece of a mistyped password.
"""

import re
import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError

UNREACHABLE = "unreachable: check DATABASE_URL and that the server runs"
LOST = "unreachable: the connection was lost"
NO_HOST = "unreachable: the host in DATABASE_URL has no address"
NO_DATABASE = "unreachable: the server has no database of the name in DATABASE_URL"
REFUSED = (
    "refuses the user or the password in DATABASE_URL"
    " (in a password, @ : / ? # % have to be percent-encoded: % is %25)"
)
NO_SSL = "unreachable: the server and DATABASE_URL do not agree on SSL: check its sslmode"
NO_OPTIONS = (
    "unreachable: a pooler stands before it and takes no ?options= in DATABASE_URL:"
    " leave them out, and give the user these settings by ALTER ROLE ... SET"
)
NOT_DIRECT = (
    "unreachable: a pooler stands before it, though pgbouncer=false in DATABASE_URL says none does:"
    " leave pgbouncer=false out"
)
SILENT = "does not answer: the server hangs, or is overloaded"
FULL_HOUSE = (
    "takes no more connections:"
    " processes times (DATABASE_POOL_SIZE + 2) must stay below what it allows"
)
NO_PLACE = "busy: no connection became free; DATABASE_POOL_SIZE sets how many there are"
IN_USE = "in use: somebody reads or writes a table for long (a dump, an open session, another task)"
READ_ONLY = "read-only: a standby, a failover under way, or a file or user without the right"
DISK_FULL = "its disk is full: nothing can be stored until there is room"
DISK_FAULT = "its disk fails: nothing can be stored"
NO_RIGHTS = "refuses: the user in DATABASE_URL lacks rights on the tables"
NO_TABLES = "not up to date: run flask --app app db upgrade"
OTHER_TABLES = "not ours: it lacks tables that its version has; restore it, or begin an empty one"
OTHERS_TABLES = (
    "another program's: it has tables under our names. flask --app app adopt takes their menu over,"
    " or ?schema=tableside in DATABASE_URL puts ours beside them"
)
NO_FILE = "unreachable: SQLite's file can't be opened: check DATABASE_URL and its folder"
DAMAGED = "unreachable: what DATABASE_URL names is damaged, or no SQLite file"

# What befell one connection has befallen the others too.
OF_ALL = frozenset({LOST, READ_ONLY})

# https://www.postgresql.org/docs/current/errcodes-appendix.html
BY_STATE = {
    "25006": READ_ONLY,
    "28000": REFUSED,
    "28P01": REFUSED,
    "3D000": NO_DATABASE,
    "3F000": NO_TABLES,
    "42501": NO_RIGHTS,
    "42703": NO_TABLES,
    "42P01": NO_TABLES,
    "42P07": OTHERS_TABLES,
    "53100": DISK_FULL,
    "53300": FULL_HOUSE,
    "55P03": IN_USE,
    "57014": SILENT,  # our own time-out for a statement
    "57P01": LOST,
    "57P02": LOST,
}
# https://www.sqlite.org/rescode.html
BY_CODE = {
    "SQLITE_BUSY": IN_USE,
    "SQLITE_CANTOPEN": NO_FILE,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_FULL": DISK_FULL,
    "SQLITE_IOERR": DISK_FAULT,
    "SQLITE_IOERR_SHMSIZE": DISK_FULL,  # of the file beside the log, as it is begun
    "SQLITE_LOCKED": IN_USE,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_READONLY": READ_ONLY,
}
# While it connects, libpq gives no code. Servers that speak another language are just unreachable.
BY_WORDS = (
    ("password|pg_hba.conf|role .* does not exist|authentication", REFUSED),
    ("database .* does not exist", NO_DATABASE),
    ("translate host name|resolve host|Name or service not known", NO_HOST),
    ("too many clients|connection slots|too many connections|max_client_conn", FULL_HOUSE),
    ("SSL|certificate|channel binding", NO_SSL),
    ("timeout expired|timed out", SILENT),
)
_MISSING_IN_SQLITE = re.compile("no such (table|column)|has no column named")


class DatabaseUnavailableError(Exception):
    """The database can't be reached or used for now, or did not answer in time.

    What was asked of it may be tried again. The message is one of the sentences above.
    """

    @property
    def was_lost(self) -> bool:
        """A connection that worked died, as when the server restarts: the next may work at once."""
        return str(self) == LOST


class UnstorableError(ValueError):
    """A value that no column takes: a number too large, a text too long, half a character."""


def is_unstorable(error: BaseException) -> bool:
    own = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(own, OverflowError | UnicodeEncodeError):
        return True  # the drivers' own, of a number and of a text
    return any(each.__name__ == "DataError" for each in type(own).__mro__)


def why_away(error: BaseException, *, is_lost: bool) -> str | None:
    """Why the database can't be used, in a sentence; None for a mistake in what was asked.

    `is_lost`: the connection is closed since.
    """
    own = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(own, sqlite3.Error):
        return _why_of_sqlite(own)
    if type(own).__module__.partition(".")[0] == "psycopg":
        return _why_of_postgresql(own, is_lost=is_lost)
    return None


def _why_of_sqlite(error: sqlite3.Error) -> str | None:
    code = getattr(error, "sqlite_errorname", "")
    if found := BY_CODE.get(code) or BY_CODE.get("_".join(code.split("_")[:2])):
        return found
    is_missing = isinstance(error, sqlite3.OperationalError)
    return NO_TABLES if is_missing and _MISSING_IN_SQLITE.search(str(error)) else None


def _why_of_postgresql(error: Any, *, is_lost: bool) -> str | None:
    if found := BY_STATE.get(error.sqlstate or ""):
        return found
    if is_lost:
        return LOST
    kinds = {each.__name__ for each in type(error).__mro__}
    if not kinds & {"OperationalError", "InterfaceError"}:
        return None
    if error.sqlstate is None:
        for words, found in BY_WORDS:
            if re.search(words, str(error)):
                return found
    return UNREACHABLE
