"""What a send of unknown outcome, a lost turn and an erased message leave to be known"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("losses", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("resends", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "forgotten_messages",
        sa.Column("sid_hash", sa.String(length=64), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sid_hash", name=op.f("pk_forgotten_messages")),
    )
    op.create_index(
        "ix_forgotten_messages_forgotten_at", "forgotten_messages", ["forgotten_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("forgotten_messages")
    op.drop_column("outbox", "resends")
    op.drop_column("outbox", "tried_at")
    op.drop_column("turns", "losses")
