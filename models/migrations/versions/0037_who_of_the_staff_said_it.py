"""Who of the staff said it"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("said_by", sa.String(128)))


def downgrade() -> None:
    op.drop_column("turns", "said_by")
