"""What is served is told in words that are known: an allergen is one of 14, or it is none

Rows that are there stay as they are: a word that nobody knows keeps its dish from whoever must not
have something in it, until the menu is loaded again.

Whoever changes `menu_items` on SQLite by `batch_alter_table` makes its triggers again there: the
table is made anew, without them.
"""

import json

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Not those of models/: they may change, and what this has done does not.
WHENS = {"added": "INSERT", "changed": "UPDATE OF allergens, dietary, available"}
COMPLAINT = "menu_items: an allergen or a diet that is not known"
ALLERGENS = (
    *("gluten", "crustaceans", "eggs", "fish", "peanuts", "soya", "milk"),
    *("nuts", "celery", "mustard", "sesame", "sulphites", "lupin", "molluscs"),
)
DIETS = (
    *("vegan", "vegetarian", "pescatarian", "halal", "kosher", "gluten-free", "dairy-free"),
    *("spicy", "contains-alcohol"),
)
COLUMNS = {"allergens": ALLERGENS, "dietary": DIETS}
# A tuple of words is written in Python as in SQL.
IS_UNKNOWN_ON_SQLITE = " OR ".join(
    f"json_type(NEW.{column}) <> 'array' OR EXISTS (SELECT 1 FROM json_each(NEW.{column})"  # noqa: S608
    f" WHERE type <> 'text' OR value NOT IN {words})"
    for column, words in COLUMNS.items()
)
IS_UNKNOWN_ON_POSTGRESQL = " OR ".join(
    f"json_typeof(NEW.{column}) <> 'array' OR NOT NEW.{column}::jsonb <@ '{json.dumps(words)}'"
    for column, words in COLUMNS.items()
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, when in WHENS.items():
            op.execute(
                f"CREATE TRIGGER menu_items_{name} BEFORE {when} ON menu_items"
                f" WHEN NEW.available AND ({IS_UNKNOWN_ON_SQLITE})"
                f" BEGIN SELECT RAISE(ABORT, '{COMPLAINT}'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_unknown_word() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{COMPLAINT}' USING ERRCODE = 'check_violation'; END $$"
    )
    for name, when in WHENS.items():
        op.execute(
            f"CREATE TRIGGER menu_items_{name} BEFORE {when} ON menu_items"
            f" FOR EACH ROW WHEN (NEW.available AND ({IS_UNKNOWN_ON_POSTGRESQL}))"
            " EXECUTE FUNCTION refuse_unknown_word()"
        )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in WHENS:
        op.execute(f"DROP TRIGGER menu_items_{name}{'' if is_sqlite else ' ON menu_items'}")
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_unknown_word()")
