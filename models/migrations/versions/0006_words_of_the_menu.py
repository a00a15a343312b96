"""What is served is told in words that are known: an allergen is one of 14, or it is none

Rows that are there stay as they are: a word that nobody knows keeps its dish from whoever must not
have something in it, until the menu is loaded again.
"""

from alembic import op

from models.menu_guard import STATEMENTS, WHENS

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ALLERGENS = (
    *("gluten", "crustaceans", "eggs", "fish", "peanuts", "soya", "milk"),
    *("nuts", "celery", "mustard", "sesame", "sulphites", "lupin", "molluscs"),
)
DIETS = (
    *("vegan", "vegetarian", "pescatarian", "halal", "kosher", "gluten-free", "dairy-free"),
    *("spicy", "contains-alcohol"),
)


def upgrade() -> None:
    for statement in STATEMENTS[op.get_bind().dialect.name](ALLERGENS, DIETS):
        op.execute(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in WHENS:
        op.execute(f"DROP TRIGGER menu_items_{name}{'' if is_sqlite else ' ON menu_items'}")
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_unknown_word()")
