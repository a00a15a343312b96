"""Where a restaurant is on a map"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("restaurants", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("restaurants", sa.Column("longitude", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("restaurants", "longitude")
    op.drop_column("restaurants", "latitude")
