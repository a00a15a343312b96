"""A part of the outbox may be of no turn's reply, and its place in one is told by its id alone"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with _ids_kept(), op.batch_alter_table("outbox", table_kwargs=TABLE) as outbox:
        outbox.alter_column("turn_id", existing_type=sa.Integer(), nullable=True)
        outbox.alter_column("number", existing_type=sa.Integer(), server_default="0")


def downgrade() -> None:
    """What was said without a turn goes, sent or not: there is no place for it."""
    op.execute("DELETE FROM outbox WHERE turn_id IS NULL")
    with _ids_kept(), op.batch_alter_table("outbox", table_kwargs=TABLE) as outbox:
        outbox.alter_column("turn_id", existing_type=sa.Integer(), nullable=False)
        outbox.alter_column("number", existing_type=sa.Integer(), server_default=None)


# SQLite makes the table anew.
TABLE = {"sqlite_autoincrement": True}


@contextmanager
def _ids_kept() -> Iterator[None]:
    """Made anew, the table would count on from the highest id that is left in it.

    An id is never used again: a status callback of an erased part must not find another one.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        yield
        return
    last = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"))
    yield
    if last is not None:
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'outbox'"))
        connection.execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', :last)"),
            {"last": last},
        )
