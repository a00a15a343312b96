"""What a dish may contain and what it is free of, by columns of their own; null: not stated

The table takes the known words alone in them too, and the diets `no-pork`, `no-alcohol` and
`contains-pork`. Rows that are there state neither, until the menu is loaded again.
"""

import json
from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Not those of models/: they may change, and what this has done does not.
COMPLAINT = "menu_items: an allergen or a diet that is not known"
ALLERGENS = (
    *("gluten", "crustaceans", "eggs", "fish", "peanuts", "soya", "milk"),
    *("nuts", "celery", "mustard", "sesame", "sulphites", "lupin", "molluscs"),
)
OLD_DIETS = (
    *("vegan", "vegetarian", "pescatarian", "halal", "kosher", "gluten-free", "dairy-free"),
    *("spicy", "contains-alcohol"),
)
ADDED_DIETS = ("no-pork", "no-alcohol", "contains-pork")
ADDED = ("may_contain", "free_of")
OLD = {"allergens": ALLERGENS, "dietary": OLD_DIETS}
NEW = {
    "allergens": ALLERGENS,
    **dict.fromkeys(ADDED, ALLERGENS),
    "dietary": OLD_DIETS + ADDED_DIETS,
}


def upgrade() -> None:
    for column in ADDED:
        op.add_column("menu_items", sa.Column(column, sa.JSON(), nullable=True))
    _guard(NEW)


def downgrade() -> None:
    """What the old words don't know leaves the rows: a tag that is gone promises nothing."""
    _unguard()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    each = "json_each(dietary)" if is_sqlite else "json_array_elements_text(dietary) AS each(value)"
    array = "json_group_array(value)" if is_sqlite else "json_agg(value)"
    op.execute(
        "UPDATE menu_items SET dietary = coalesce("  # noqa: S608
        f"(SELECT {array} FROM {each} WHERE value NOT IN {ADDED_DIETS}), '[]')"
        " WHERE CAST(dietary AS TEXT) LIKE '%-pork%' OR CAST(dietary AS TEXT) LIKE '%no-alcohol%'"
    )
    for column in ADDED:
        op.drop_column("menu_items", column)
    _guard_anew(OLD)


def _guard(columns: Mapping[str, tuple[str, ...]]) -> None:
    _unguard()
    _guard_anew(columns)


def _unguard() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON menu_items"
    for name in ("added", "changed"):
        op.execute(f"DROP TRIGGER menu_items_{name}{on_table}")


def _guard_anew(columns: Mapping[str, tuple[str, ...]]) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    look = _holds_another_on_sqlite if is_sqlite else _holds_another_on_postgresql
    is_unknown = " OR ".join(look(column, words) for column, words in columns.items())
    for name, when in (
        ("added", "INSERT"),
        ("changed", f"UPDATE OF {', '.join(columns)}, available"),
    ):
        if is_sqlite:
            op.execute(
                f"CREATE TRIGGER menu_items_{name} BEFORE {when} ON menu_items"
                f" WHEN NEW.available AND ({is_unknown})"
                f" BEGIN SELECT RAISE(ABORT, '{COMPLAINT}'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER menu_items_{name} BEFORE {when} ON menu_items"
                f" FOR EACH ROW WHEN (NEW.available AND ({is_unknown}))"
                " EXECUTE FUNCTION refuse_unknown_word()"
            )


def _holds_another_on_sqlite(column: str, words: tuple[str, ...]) -> str:
    # A tuple of words is written in Python as in SQL.
    look = f"SELECT 1 FROM json_each(NEW.{column}) WHERE type <> 'text' OR value NOT IN {words}"  # noqa: S608
    return f"json_type(NEW.{column}) <> 'array' OR EXISTS ({look})"


def _holds_another_on_postgresql(column: str, words: tuple[str, ...]) -> str:
    return (
        f"json_typeof(NEW.{column}) <> 'array' OR NOT NEW.{column}::jsonb <@ '{json.dumps(words)}'"
    )
