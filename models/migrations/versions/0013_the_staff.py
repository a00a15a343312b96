"""The staff with their roles, and whose conversation is in human hands"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IN_HANDS = sa.text("in_hands_until IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name="fk_staff_restaurant_id_restaurants",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "restaurant_id", "address", "role", name="uq_staff_restaurant_id_address_role"
        ),
    )
    op.add_column("diners", sa.Column("in_hands_until", sa.DateTime(timezone=True)))
    op.add_column("diners", sa.Column("in_hands_of", sa.String(128)))
    op.create_index(
        "ix_diners_in_hands",
        "diners",
        ["in_hands_until"],
        postgresql_where=IN_HANDS,
        sqlite_where=IN_HANDS,
    )


def downgrade() -> None:
    op.drop_index("ix_diners_in_hands", "diners")
    op.drop_column("diners", "in_hands_of")
    op.drop_column("diners", "in_hands_until")
    op.drop_table("staff")
