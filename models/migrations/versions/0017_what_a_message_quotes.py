"""The message that a message quotes"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("quoted_sid", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "quoted_sid")
