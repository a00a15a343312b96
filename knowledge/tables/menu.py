"""The menu and its pairings as tables; what a dish must have, `knowledge.files` says."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ConfigDict

from knowledge.files import Dish, DishPairing
from knowledge.hours import week_of
from knowledge.tables import cells
from knowledge.tables.kind import Column, Key, Kind, Numbered, Row
from knowledge.tables.sheet import Cell
from knowledge.tables.wrong import Wrong
from knowledge.words import words_of

NONE = "none"
OTHERS = "others"  # all that is in no other list of a dish


def _text(cell: Cell, _currency: str) -> str:
    return cells.text(cell)


def _words(cell: Cell, _currency: str) -> list[str]:
    return cells.words(cell)


def _any_text(cell: Cell, _currency: str) -> str | None:
    return cells.text(cell) or None


def _any_words(cell: Cell, _currency: str) -> list[str] | None:
    """None for an empty cell: it says nothing."""
    return cells.words(cell) if cells.text(cell) else None


def _free_of(cell: Cell, currency: str) -> list[str] | str | None:
    is_the_rest = cells.text(cell).casefold() == OTHERS
    return OTHERS if is_the_rest else _any_words(cell, currency)


def _of_any_words(listed: Sequence[str] | None) -> Cell:
    return None if listed is None else cells.of_words(listed) or NONE


def _allergens(cell: Cell, _currency: str) -> list[str]:
    # An empty cell would pass for a dish that is safe.
    if not cells.text(cell):
        raise ValueError(f"is empty: write what it contains, or {NONE}")
    return cells.words(cell)


def _truth(cell: Cell, _currency: str) -> bool:
    return cells.text(cell) == "" or cells.truth(cell)


def _currency(cell: Cell, currency: str) -> None:
    named = cells.text(cell).upper()
    if named not in ("", currency):
        raise ValueError(f"{named} is not {currency}, which the restaurant's money is in")


def _of_allergens(listed: Sequence[str]) -> str:
    return cells.of_words(listed) or NONE


def _same(value: Any) -> Cell:
    return value  # type: ignore[no-any-return]


def text_column(name: str, *, field: str = "", is_needed: bool = False, also: str = "") -> Column:
    return Column(name, _text, _same, field, tuple(also.split()), is_needed)


def _find_slug(values: Row, there: Mapping[Key, Row]) -> None:
    """A dish without a slug is the one on file that has its name, or gets one made of it."""
    if values.get("slug") or not values.get("name"):
        return
    named = [key for (key,), row in there.items() if row["name"] == values["name"]]
    values["slug"] = named[0] if named else "-".join(words_of(values["name"]))[:80].strip("-")


# That a dish is sold out is the day's, and its kitchen's to say: no column has it.
_COLUMNS = (
    text_column("slug", also="id sku code"),
    text_column("name", is_needed=True, also="dish item title"),
    Column("price", cells.amount, _same, is_needed=True),
    Column("currency", _currency, _same, is_kept=False),
    text_column("category", also="section"),
    text_column("description"),
    Column("dietary", _words, cells.of_words, other_names=("diets",)),
    Column("allergens", _allergens, _of_allergens, other_names=("contains",)),
    Column("may_contain", _any_words, _of_any_words, other_names=("traces",)),
    Column("free_of", _free_of, _of_any_words),
    Column("keywords", _words, cells.of_words),
    Column("portion", _any_text, _same),
    Column("served", _any_words, _of_any_words),
    text_column("image_url", also="image picture"),
    Column("available", _truth, _same),
)


def menu_of(periods: Collection[str]) -> Kind:
    """The menu of a restaurant whose day has these periods."""
    return Kind(
        name="menu",
        columns=_COLUMNS,
        shape=Dish,
        key=("slug",),
        complete=_find_slug,
        is_on_file=lambda row: bool(row["available"]),
        check=_unknown_times(periods),
    )


def _unknown_times(periods: Collection[str]) -> Callable[..., Iterable[Wrong]]:
    def faults(rows: Sequence[Numbered], _there: Mapping[Key, Row]) -> Iterable[Wrong]:
        for row in rows:
            for each in row.row["served"] or ():
                try:
                    each in periods or week_of((each,))
                except ValueError as error:
                    yield Wrong(row.line, "served", f"{error}, or {', '.join(periods) or '-'}")

    return faults


def pairings_of(menu: Iterable[str]) -> Kind:
    """The pairings of a menu with these slugs."""
    slugs = frozenset(menu)
    return Kind(
        name="pairings",
        columns=(
            text_column("item", is_needed=True),
            text_column("with", field="with_item", is_needed=True, also="with_item"),
            text_column("upsell", is_needed=True, also="sentence"),
        ),
        shape=_Pairing,
        key=("item", "with_item"),
        check=_not_on(slugs),
    )


class _Pairing(DishPairing):
    model_config = ConfigDict(populate_by_name=True)


def _not_on(slugs: frozenset[str]) -> Callable[..., Iterable[Wrong]]:
    def faults(rows: Sequence[Numbered], _there: Mapping[Key, Row]) -> Iterable[Wrong]:
        for each in rows:
            item, with_item = each.row["item"], each.row["with_item"]
            for column, slug in (("item", item), ("with", with_item)):
                if slug not in slugs:
                    yield Wrong(each.line, column, f"{slug} is not on the menu")
            if item == with_item:
                yield Wrong(each.line, "with", "is the dish itself")

    return faults
