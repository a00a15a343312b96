"""What a message has beside its words: a picture, a voice note, choices to tap"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("extra", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "extra")
