"""Brings a database up to date: Alembic's migrations, run from here with no `alembic.ini`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from models.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Run every migration that this database has not seen. Two at once on PostgreSQL wait for each other.

    Raises DatabaseUnavailableError.
    """
    database = Database(url)
    try:
        with database.transaction() as session:
            if not database.is_sqlite:
                # A migration of large tables, or the wait for another one, takes the time it takes.
                session.execute(text("SET LOCAL statement_timeout = 0"))
            command.upgrade(_config(session.connection()), "head")
    finally:
        database.close()


def is_current(database: Database) -> bool:
    """False when migrations are still to be run: `flask --app app db upgrade`. Raises DatabaseUnavailableError."""
    with database.transaction() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
