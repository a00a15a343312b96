"""Brings a database up to date: Alembic's migrations, run from here with no `alembic.ini`.

Only what runs a migration imports Alembic: a process that serves asks just whether there is one.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from models.database import absence
from models.database.engine import (
    FOR_EVER,
    USE_LIMIT_S,
    Database,
    DatabaseUnavailableError,
)
from models.database.opening import WAKING_S

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Alembic's: https://alembic.sqlalchemy.org/en/latest/api/runtime.html, `version_table`.
VERSION_TABLE = "alembic_version"


def upgrade(url: str) -> None:
    """Run every migration that this database has not seen. Raises DatabaseUnavailableError.

    Two at once on PostgreSQL wait for each other.
    """
    database = Database(url, connect_s=WAKING_S)
    try:
        # A migration of large tables, or the wait for another one, takes the time it takes.
        with database.transaction(limit_s=FOR_EVER) as session:
            upgrade_within(session, database.address.schema)
    except DatabaseUnavailableError as error:
        # To run this again is no help against it.
        raise DatabaseUnavailableError(
            absence.OTHER_TABLES if str(error) == absence.NO_TABLES else str(error)
        ) from error
    finally:
        database.close()


def upgrade_within(session: Session, schema: str | None) -> None:
    """The same, in a transaction that is under way: it takes effect with the rest of it.

    `schema`: the one that the address names.
    """
    from alembic import command  # noqa: PLC0415

    _make_schema(session, schema)
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    command.upgrade(configured(connection), "head")


def _make_schema(session: Session, name: str | None) -> None:
    """The one that the address names, where it is not there yet."""
    found = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
    if name is not None and session.scalar(found, {"name": name}) is None:
        session.execute(text(f'CREATE SCHEMA "{name}"'))


def is_current(database: Database) -> bool:
    """False when migrations are still to be run: `flask --app app db upgrade`.

    Raises DatabaseUnavailableError.
    """
    return revision(database) == head()


def revision(database: Database, limit_s: float = USE_LIMIT_S) -> str | None:
    """The migration that a database is at; None before the first. Raises as above."""
    with database.transaction(limit_s) as session:
        if not inspect(session.connection()).has_table(VERSION_TABLE):
            return None
        version = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 (a constant)
        found: str | None = session.scalar(version)
    return found


def head() -> str:
    """The last migration's revision."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Of all migrations, in their order: the numbers at the beginning of their files' names."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def configured(connection: Connection) -> "Config":
    """Alembic's own way in, on this connection, for what is no upgrade to the end."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # A percent sign means something to Alembic.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
