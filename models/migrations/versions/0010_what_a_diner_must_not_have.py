"""What a diner must not have, kept with them"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("diners", sa.Column("diet", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("diners", "diet")
