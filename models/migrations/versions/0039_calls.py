"""Calls, the turns that were said in one, and the numbers at which a restaurant is rung"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("state <> 'over'")
OF_A_CALL = sa.text("call_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("diner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("stream_sid", sa.String(64), nullable=True),
        sa.Column("process", sa.String(64), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(32), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("messages", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["diner_id"], ["diners.id"], name=op.f("fk_calls_diner_id_diners"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("sid", name=op.f("uq_calls_sid")),
        sa.UniqueConstraint("token", name=op.f("uq_calls_token")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calls_diner_id"), "calls", ["diner_id"])
    op.create_index(
        "ix_calls_under_way",
        "calls",
        ["lease_until"],
        postgresql_where=UNDER_WAY,
        sqlite_where=UNDER_WAY,
    )
    # As both databases take it: SQLite adds no constraint to a table that there is.
    op.execute(
        "ALTER TABLE turns ADD COLUMN call_id INTEGER CONSTRAINT fk_turns_call_id_calls"
        " REFERENCES calls (id)"
    )
    op.create_index(
        "ix_turns_call", "turns", ["call_id"], postgresql_where=OF_A_CALL, sqlite_where=OF_A_CALL
    )
    op.add_column("restaurants", sa.Column("phone", sa.String(128), nullable=True))
    op.add_column("restaurants", sa.Column("calls_number", sa.String(128), nullable=True))
    op.create_index("uq_restaurants_calls_number", "restaurants", ["calls_number"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_restaurants_calls_number", "restaurants")
    op.drop_column("restaurants", "calls_number")
    op.drop_column("restaurants", "phone")
    op.drop_index("ix_turns_call", "turns")
    op.drop_column("turns", "call_id")
    op.drop_table("calls")
