"""Who has a diner at the console, and what was said there"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "diners",
        sa.Column("in_hands_at_console", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "said_once",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name="pk_said_once"),
        sa.UniqueConstraint("key", name="uq_said_once_key"),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], ondelete="CASCADE", name="fk_said_once_turn_id_turns"
        ),
    )


def downgrade() -> None:
    op.drop_table("said_once")
    op.drop_column("diners", "in_hands_at_console")
