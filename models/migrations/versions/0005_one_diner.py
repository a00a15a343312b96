"""A diner's other addresses, and how many messages came since they were last quiet"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("diners", sa.Column("user_id", sa.String(128), nullable=True))
    op.add_column("diners", sa.Column("reply_to", sa.String(128), nullable=True))
    op.add_column("diners", sa.Column("lively", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_diners_user_id_number", "diners", ["user_id", "number"])


def downgrade() -> None:
    op.drop_index("ix_diners_user_id_number", "diners")
    op.drop_column("diners", "lively")
    op.drop_column("diners", "reply_to")
    op.drop_column("diners", "user_id")
