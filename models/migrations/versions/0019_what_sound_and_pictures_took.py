"""What of a turn's tokens was sound or a picture"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = ("audio_input_tokens", "audio_output_tokens", "image_input_tokens")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("turns", sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("turns", name)
