"""A diner's id is never used again: the staff names a conversation by it, whoever is forgotten

PostgreSQL's sequence never goes back. SQLite gives the highest id out again unless its table says
otherwise. To make the table anew would erase what refers to its rows; so the words that made it are
changed in place, and the rows stay as they are: https://www.sqlite.org/lang_altertable.html
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

USED_AGAIN, USED_ONCE = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    _make_of(USED_AGAIN, USED_ONCE)
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq)"
        " SELECT 'diners', max(id) FROM diners HAVING max(id) IS NOT NULL"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'diners'")
    _make_of(USED_ONCE, USED_AGAIN)


def _make_of(before: str, after: str) -> None:
    connection = op.get_bind()
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'diners'"
        ),
        {"before": before, "after": after},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {int(version) + 1}"))  # for all others
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))  # for this connection
