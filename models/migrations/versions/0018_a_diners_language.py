"""The language that a diner writes, or chose"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("diners", sa.Column("language", sa.String(length=8), nullable=True))
    op.add_column(
        "diners",
        sa.Column("has_chosen_language", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("diners", "has_chosen_language")
    op.drop_column("diners", "language")
