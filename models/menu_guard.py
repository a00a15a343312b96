"""What keeps a menu's table from words that nobody knows, as statements for both databases.

A row that is served is told in known words, however it is written. Rows from before stay as they
are. No CHECK can say this: SQLite's looks into no list, and PostgreSQL's would hold for old rows.
"""

import json
from collections.abc import Callable, Iterator, Sequence

LISTS = ("allergens", "may_contain", "free_of")
WHENS = {"added": "INSERT", "changed": f"UPDATE OF {', '.join(LISTS)}, dietary, available"}
COMPLAINT = "menu_items: an allergen or a diet that is not known"


def _on_sqlite(allergens: Sequence[str], diets: Sequence[str]) -> Iterator[str]:
    is_unknown = " OR ".join(
        _holds_another(column, words) for column, words in _columns(allergens, diets)
    )
    for name, when in WHENS.items():
        yield (
            f"CREATE TRIGGER menu_items_{name} BEFORE {when} ON menu_items"
            f" WHEN NEW.available AND ({is_unknown})"
            f" BEGIN SELECT RAISE(ABORT, '{COMPLAINT}'); END"
        )


def _columns(allergens: Sequence[str], diets: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Each column with the words that it takes; one that is NULL holds no other."""
    yield from ((column, allergens) for column in LISTS)
    yield "dietary", diets


def _holds_another(column: str, words: Sequence[str]) -> str:
    known = ", ".join(f"'{word}'" for word in words)
    look = f"SELECT 1 FROM json_each(NEW.{column}) WHERE type <> 'text' OR value NOT IN ({known})"  # noqa: S608
    return f"json_type(NEW.{column}) <> 'array' OR EXISTS ({look})"


def _on_postgresql(allergens: Sequence[str], diets: Sequence[str]) -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION refuse_unknown_word() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{COMPLAINT}' USING ERRCODE = 'check_violation'; END $$"
    )
    is_unknown = " OR ".join(
        f"json_typeof(NEW.{column}) <> 'array' OR NOT NEW.{column}::jsonb <@ '{json.dumps(words)}'"
        for column, words in _columns(allergens, diets)
    )
    for name, when in WHENS.items():
        yield (
            f"CREATE TRIGGER menu_items_{name} BEFORE {when} ON menu_items"
            f" FOR EACH ROW WHEN (NEW.available AND ({is_unknown}))"
            " EXECUTE FUNCTION refuse_unknown_word()"
        )


STATEMENTS: dict[str, Callable[[Sequence[str], Sequence[str]], Iterator[str]]] = {
    "sqlite": _on_sqlite,
    "postgresql": _on_postgresql,
}
