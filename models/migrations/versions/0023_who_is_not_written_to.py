"""Who opted out or can't be reached, and the templates that WhatsApp has approved"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("diners", sa.Column("opted_out_at", sa.DateTime(timezone=True)))
    op.add_column("diners", sa.Column("blocked_at", sa.DateTime(timezone=True)))
    op.create_table(
        "templates",
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sid", name="pk_templates"),
        sa.UniqueConstraint(
            "purpose", "language", "digest", name="uq_templates_purpose_language_digest"
        ),
    )


def downgrade() -> None:
    op.drop_table("templates")
    op.drop_column("diners", "blocked_at")
    op.drop_column("diners", "opted_out_at")
