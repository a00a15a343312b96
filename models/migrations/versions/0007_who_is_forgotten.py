"""Who is to be forgotten, by index"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_diners_forgotten",
        "diners",
        ["id"],
        postgresql_where=sa.text("is_forgotten"),
        sqlite_where=sa.text("is_forgotten = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_diners_forgotten", "diners")
