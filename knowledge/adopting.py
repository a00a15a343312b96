"""Makes a restaurant's file of a menu that another program kept; docs/tables.md has the mapping.

Pure. What their tables do not say stays unsaid: no dish of theirs is free of anything.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.files import Dish, FileError, RestaurantFile, faults_in, restaurant_of
from knowledge.money import currency_named
from knowledge.tables import cells
from knowledge.words import words_of
from models.foreign_menu import ForeignMenu

Row = Mapping[str, Any]

# Under what names others keep it; the first that is there counts.
_NAME = ("name", "title")
_CATEGORY = ("category", "section", "menu_category")
_IMAGE = ("image_url", "image", "photo_url")
_AVAILABLE = ("available", "is_available", "active", "is_active", "enabled", "is_enabled")
# What switches a dish off, however they call it.
_SWITCHED_OFF = (
    "sold_out",
    "is_sold_out",
    "hidden",
    "is_hidden",
    "archived",
    "is_archived",
    "disabled",
    "is_disabled",
    "deleted",
    "is_deleted",
)
_TAKEN_AWAY_AT = ("deleted_at", "archived_at")
_ITEM = ("item_id", "menu_item_id", "main_item_id", "dish_id")
_WITH = (
    "with_item_id",
    "paired_item_id",
    "pairs_with_id",
    "paired_with_id",
    "pairing_item_id",
    "recommended_item_id",
)
_UPSELL = ("upsell", "upsell_text", "sentence", "note", "notes", "reason", "description", "text")
CATEGORY = "Menu"  # of a dish that has none
LONGEST_SLUG = 70
CENTS = Decimal(100)


def adopted(card: Path, found: ForeignMenu) -> RestaurantFile:
    """The restaurant in the file `card`, which has no menu, with theirs.

    Raises FileError, which names the file and the field, or their table and row.
    """
    try:
        own = json.loads(card.read_bytes())
    except (OSError, ValueError) as error:
        raise FileError(f"{card.name}: is no JSON that can be read: {error}") from None
    if not isinstance(own, dict) or "restaurant" not in own:
        raise FileError(f"{card.name}: restaurant: is missing (docs/menu.md says what it holds)")
    if "menu" in own:
        raise FileError(f"{card.name}: menu: leave it out: it is the table's")
    currency = str(own["restaurant"].get("currency", ""))
    faults: list[str] = []
    slugs = _slugs(found.items)
    dishes = [_dish(row, slugs[_key(row["id"])], currency, faults) for row in found.items]
    pairings = _pairings(found, slugs, faults)
    if faults:
        raise FileError("\n".join(faults))
    return restaurant_of(card.name, own | {"menu": dishes, "pairings": pairings})


def _slugs(items: Sequence[Row]) -> dict[str, str]:
    """Each dish's, by its id."""
    if not items:
        raise FileError("menu_items: has no row")
    slugs: dict[str, str] = {}
    for nth, row in enumerate(items, 1):
        if row.get("id") is None:
            raise FileError(f"menu_items: row {nth} has no id")
        if _key(row["id"]) in slugs:
            raise FileError(f"menu_items: two rows have the id {row['id']}")
        name = "-".join(words_of(str(_first(row, _NAME) or "")))[:LONGEST_SLUG].strip("-")
        slug = name or "dish"
        slugs[_key(row["id"])] = f"{slug}-{row['id']}" if slug in slugs.values() else slug
    return slugs


def _key(identity: Any) -> str:
    """An id, which they may keep as a number here and as text there."""
    return str(identity).strip()


def _dish(row: Row, slug: str, currency: str, faults: list[str]) -> dict[str, Any]:
    place = f"menu_items {row['id']}"
    theirs = str(row.get("currency") or currency).strip()
    if currency_named(theirs) != currency:
        faults.append(f"{place}: currency: is {theirs}, and the restaurant's {currency}")
    name = str(_first(row, _NAME) or "").strip()
    dish = {
        "slug": slug,
        "name": name,
        "price": str(_price(row, place, currency, faults)),
        "category": str(_first(row, _CATEGORY) or CATEGORY).strip(),
        "description": str(row.get("description") or name).strip(),
        "image_url": str(_first(row, _IMAGE) or "").strip(),
        "available": _is_available(row, place, faults),
        "allergens": _listed(row, "allergens", place, faults),
        "dietary": _listed(row, "dietary", place, faults),
    }
    faults += (f"{place}: {fault}" for fault in faults_in(Dish, dish))
    return dish


def _price(row: Row, place: str, currency: str, faults: list[str]) -> Decimal:
    field = "price_cents" if row.get("price_cents") is not None else "price"
    value = row.get(field)
    try:
        if field == "price_cents":
            value = Decimal(str(value)) / CENTS
        return cells.amount(value, currency)
    except (ValueError, ArithmeticError) as error:
        faults.append(f"{place}: {field}: {error}")
        return Decimal(1)  # which is no second fault


def _is_available(row: Row, place: str, faults: list[str]) -> bool:
    """Where they say nothing of it, it is."""
    stated = [(name, True) for name in _AVAILABLE] + [(name, False) for name in _SWITCHED_OFF]
    is_there = _first(row, _TAKEN_AWAY_AT) is None
    for name, meaning in stated:
        if _first(row, (name,)) is None:
            continue
        try:
            is_there &= cells.truth(row[name]) is meaning
        except ValueError as error:
            faults.append(f"{place}: {name}: {error}")
    return is_there


def _listed(row: Row, name: str, place: str, faults: list[str]) -> list[str]:
    """A list of theirs, whether their column holds lists, text, or what is in it and what not."""
    value = row.get(name)
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        with suppress(ValueError):
            value = json.loads(value)
    match value:
        case list() | tuple():
            return [str(each) for each in value]
        case dict() if all(isinstance(each, bool) for each in value.values()):
            return [str(word) for word, is_in_it in value.items() if is_in_it]
        case dict():
            faults.append(f"{place}: {name}: is neither a list nor says yes or no of each word")
            return []
    return cells.words(str(value)) if value else []


def _pairings(
    found: ForeignMenu, slugs: Mapping[Any, str], faults: list[str]
) -> list[dict[str, str]]:
    """Each once; what pairs a dish with itself says nothing, and is left out."""
    names = {_key(row["id"]): str(_first(row, _NAME)) for row in found.items}
    told: dict[tuple[str, str], dict[str, str]] = {}
    for nth, row in enumerate(found.pairings, 1):
        item, partner = _both(row, found.links)
        unknown = [each for each in (item, partner) if each[1] not in slugs]
        for column, value in unknown:
            faults.append(f"pairings row {nth}: {column}: {value} is not in menu_items")
        if unknown or item[1] == partner[1]:
            continue
        key = slugs[item[1]], slugs[partner[1]]
        upsell = str(_first(row, _UPSELL) or f"Would you like {names[partner[1]]} with it?")
        told.setdefault(key, {"item": key[0], "with": key[1], "upsell": upsell[:300]})
    return list(told.values())


def _both(row: Row, links: Sequence[str]) -> tuple[tuple[str, Any], tuple[str, Any]]:
    """The columns of the dish and of what goes with it, with their ids."""
    item = next((name for name in _ITEM if name in row), None)
    partner = next((name for name in _WITH if name in row), None)
    if (item is None or partner is None) and len(links) == len(("dish", "partner")):
        item, partner = links
    if item is None or partner is None:
        raise FileError(
            f"pairings: has no columns {_ITEM[0]} and {_WITH[0]}, only {', '.join(row)}"
        )
    return (item, _key(row[item])), (partner, _key(row[partner]))


def _first(row: Row, names: Sequence[str]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)
