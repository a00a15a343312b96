"""What diners may tap: the contents that were made at Twilio, each by its shape"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_contents"),
        sa.UniqueConstraint("sid", name="uq_contents_sid"),
    )
    op.create_index("ix_contents_used_at", "contents", ["used_at"])


def downgrade() -> None:
    op.drop_table("contents")
