"""What who asked to be forgotten had taken of their day"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

COUNTS = (
    "turns",
    "messages_in",
    "messages_out",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "audio_input_tokens",
    "audio_output_tokens",
    "image_input_tokens",
)


def upgrade() -> None:
    op.create_table(
        "forgotten_use",
        sa.Column("whose", sa.String(64), nullable=False),
        sa.Column("quarter", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("whose", "quarter", name="pk_forgotten_use"),
    )


def downgrade() -> None:
    op.drop_table("forgotten_use")
