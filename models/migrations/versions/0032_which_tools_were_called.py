"""Which tools a turn called"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tool_calls",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(64), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("is_error", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_tool_calls_turn_id_turns", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", "place", name="pk_tool_calls"),
    )
    missed_rows = sa.text("missed IS NOT NULL")
    op.create_index(
        "ix_tool_calls_missed",
        "tool_calls",
        ["turn_id"],
        postgresql_where=missed_rows,
        sqlite_where=missed_rows,
    )


def downgrade() -> None:
    op.drop_table("tool_calls")
