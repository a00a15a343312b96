"""When a tax rule holds, and whether it was read at its source"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tax_rules", sa.Column("effective_from", sa.Date(), nullable=True))
    op.add_column("tax_rules", sa.Column("effective_to", sa.Date(), nullable=True))
    op.add_column(
        "tax_rules",
        sa.Column("unverified", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    for column in ("unverified", "effective_to", "effective_from"):
        op.drop_column("tax_rules", column)
