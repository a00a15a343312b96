"""What each process counts, as it told last"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

WHAT_CAME_TO_NOTHING = (
    ("ix_turns_given_up", "turns", "state IN ('dead', 'failed')"),
    ("ix_outbox_failed", "outbox", "state = 'failed'"),
)


def upgrade() -> None:
    # It is told anew every few seconds: none of it need outlive a crash, or go to a replica.
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "process_numbers",
        sa.Column("process", sa.String(64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("process", name="pk_process_numbers"),
        prefixes=unlogged,
    )
    for name, table, rows in WHAT_CAME_TO_NOTHING:
        op.create_index(
            name, table, ["state"], postgresql_where=sa.text(rows), sqlite_where=sa.text(rows)
        )


def downgrade() -> None:
    for name, table, _ in WHAT_CAME_TO_NOTHING:
        op.drop_index(name, table)
    op.drop_table("process_numbers")
