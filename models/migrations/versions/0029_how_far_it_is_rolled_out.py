"""Who is answered by a persona, and what it would have said"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

DRAFTED = sa.text("state = 'drafted'")


def upgrade() -> None:
    for name in ("is_limited", "is_shadowed"):
        op.add_column(
            "restaurants",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.create_table(
        "allowed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allowed"),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name="fk_allowed_restaurant_id_restaurants",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("restaurant_id", "address", name="uq_allowed_restaurant_id_address"),
    )
    op.create_table(
        "drafts",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("bubbles", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.String(128)),
        sa.PrimaryKeyConstraint("turn_id", name="pk_drafts"),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_drafts_turn_id_turns", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_turns_drafted",
        "turns",
        ["diner_id", "id"],
        postgresql_where=DRAFTED,
        sqlite_where=DRAFTED,
    )


def downgrade() -> None:
    op.drop_index("ix_turns_drafted", "turns")
    op.drop_table("drafts")
    op.drop_table("allowed")
    op.drop_column("restaurants", "is_shadowed")
    op.drop_column("restaurants", "is_limited")
