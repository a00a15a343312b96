"""When an operator had a part tried again"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("retried_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("outbox", "retried_at")
