"""What conversations took that were erased, and what owners heard of their budget"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
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
        "erased_use",
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("quarter", sa.DateTime(timezone=True), nullable=False),
        sa.Column("persona", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("number", "quarter", "persona", name="pk_erased_use"),
    )
    op.add_column("restaurants", sa.Column("budget_told", sa.String(40)))


def downgrade() -> None:
    op.drop_column("restaurants", "budget_told")
    op.drop_table("erased_use")
