"""Which dishes were looked up"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tool_calls", sa.Column("dishes", sa.JSON()))


def downgrade() -> None:
    op.drop_column("tool_calls", "dishes")
