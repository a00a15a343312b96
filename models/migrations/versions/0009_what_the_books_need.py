"""What a restaurant's ratios need: what an account is of, covers by day, when its year begins"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "restaurants",
        sa.Column("fiscal_year_start", sa.Integer(), server_default="1", nullable=False),
    )
    op.create_table(
        "account_kinds",
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("account_code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name=op.f("fk_account_kinds_restaurant_id_restaurants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "account_code", name=op.f("pk_account_kinds")),
    )
    op.create_table(
        "covers",
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name=op.f("fk_covers_restaurant_id_restaurants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "day", name=op.f("pk_covers")),
    )


def downgrade() -> None:
    op.drop_table("covers")
    op.drop_table("account_kinds")
    op.drop_column("restaurants", "fiscal_year_start")
