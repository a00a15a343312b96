"""What every message's statements need: a diner's rows by index, and their arrivals counted"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("diners", sa.Column("arrivals", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_messages_diner_id", "messages", ["diner_id"])
    op.create_index("ix_messages_turn_id_diner_id", "messages", ["turn_id", "diner_id"])
    op.create_index("ix_outbox_diner_id_state", "outbox", ["diner_id", "state"])
    op.create_index("ix_turns_diner_id_id", "turns", ["diner_id", "id"])
    op.drop_index("ix_messages_turn_id", "messages")
    op.drop_index("ix_messages_waiting", "messages")
    op.drop_index("ix_turns_diner_id", "turns")


def downgrade() -> None:
    waits = sa.text("turn_id IS NULL")
    op.create_index("ix_turns_diner_id", "turns", ["diner_id"])
    op.create_index(
        "ix_messages_waiting",
        "messages",
        ["diner_id", "id"],
        postgresql_where=waits,
        sqlite_where=waits,
    )
    op.create_index("ix_messages_turn_id", "messages", ["turn_id"])
    op.drop_index("ix_turns_diner_id_id", "turns")
    op.drop_index("ix_outbox_diner_id_state", "outbox")
    op.drop_index("ix_messages_turn_id_diner_id", "messages")
    op.drop_index("ix_messages_diner_id", "messages")
    op.drop_column("diners", "arrivals")
