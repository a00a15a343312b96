"""Who asked for a person in vain, and what waits for one"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

IN_VAIN = sa.text("asked_in_vain_at IS NOT NULL")
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.add_column("diners", sa.Column("asked_in_vain_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_diners_asked_in_vain",
        "diners",
        ["asked_in_vain_at"],
        postgresql_where=IN_VAIN,
        sqlite_where=IN_VAIN,
    )
    op.create_index(
        "ix_turns_held", "turns", ["started_at"], postgresql_where=HELD, sqlite_where=HELD
    )


def downgrade() -> None:
    op.drop_index("ix_turns_held", "turns")
    op.drop_index("ix_diners_asked_in_vain", "diners")
    op.drop_column("diners", "asked_in_vain_at")
