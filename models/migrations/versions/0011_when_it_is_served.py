"""When a restaurant is open, when a dish is served, and how large it is"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def upgrade() -> None:
    op.add_column("menu_items", sa.Column("served", sa.JSON(), nullable=True))
    op.add_column(
        "menu_items", sa.Column("sold_out_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("menu_items", sa.Column("portion", sa.String(length=80), nullable=True))
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            f"day IN {WEEKDAYS} OR day LIKE '____-__-__'", name=op.f("ck_opening_hours_day")
        ),
        sa.CheckConstraint(
            "(opens LIKE '__:__' AND closes LIKE '__:__') OR (opens = '' AND closes = '')",
            name=op.f("ck_opening_hours_times"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name=op.f("fk_opening_hours_restaurant_id_restaurants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint(
            "restaurant_id",
            "what",
            "day",
            "opens",
            name=op.f("uq_opening_hours_restaurant_id_what_day_opens"),
        ),
    )


def downgrade() -> None:
    op.drop_table("opening_hours")
    for column in ("portion", "sold_out_until", "served"):
        op.drop_column("menu_items", column)
