"""A part of the outbox may be of no turn's reply, and its place in one is told by its id alone"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLE = {"sqlite_autoincrement": True}  # SQLite makes the table anew


def upgrade() -> None:
    with op.batch_alter_table("outbox", table_kwargs=TABLE) as outbox:
        outbox.alter_column("turn_id", existing_type=sa.Integer(), nullable=True)
        outbox.alter_column("number", existing_type=sa.Integer(), server_default="0")


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE turn_id IS NULL")
    with op.batch_alter_table("outbox", table_kwargs=TABLE) as outbox:
        outbox.alter_column("turn_id", existing_type=sa.Integer(), nullable=False)
        outbox.alter_column("number", existing_type=sa.Integer(), server_default=None)
