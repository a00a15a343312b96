"""Who signs in to the console, and who changed what"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ADDRESS = sa.String(128)


def upgrade() -> None:
    op.create_table(
        "console_accounts",
        sa.Column("address", ADDRESS, nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_console_accounts"),
    )
    op.create_table(
        "console_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("address", ADDRESS, nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_console_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_console_sessions_token_hash"),
    )
    op.create_index("ix_console_sessions_address", "console_sessions", ["address"])
    op.create_table(
        "console_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("address", ADDRESS, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_console_links"),
        sa.UniqueConstraint("token_hash", name="uq_console_links_token_hash"),
    )
    op.create_index("ix_console_links_address", "console_links", ["address"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("by", ADDRESS, nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            ondelete="CASCADE",
            name="fk_audit_restaurant_id_restaurants",
        ),
    )
    op.create_index("ix_audit_restaurant_id_id", "audit", ["restaurant_id", "id"])


def downgrade() -> None:
    for table in ("audit", "console_links", "console_sessions", "console_accounts"):
        op.drop_table(table)
