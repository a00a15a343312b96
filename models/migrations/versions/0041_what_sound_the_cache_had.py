"""How much of the sound that went in the prompt cache had"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLES = ("turns", "erased_use", "forgotten_use")


def upgrade() -> None:
    for table in TABLES:
        column = sa.Column("audio_cached_tokens", sa.Integer(), server_default="0", nullable=False)
        op.add_column(table, column)


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "audio_cached_tokens")
