"""Alembic's way into the tables: it runs on the connection that `database.migrate` hands over."""

from alembic import context
from sqlalchemy import text

from models.database.columns import Base
from models.tables import import_all

# Any number will do, as long as it stays the same: whoever migrates holds it.
MIGRATION_LOCK = 7_242_001
LOCK_TIMEOUT_MS = 5_000

import_all()
connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    # Who waits for a table that a dump or an open session reads would keep everybody else waiting.
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
