"""What diners call things, a language each"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("means", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
        sa.UniqueConstraint(
            "restaurant", "language", "word", name=op.f("uq_synonyms_restaurant_language_word")
        ),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("synonyms")
