"""A menu of another program's tables as a restaurant's file, and what is wrong with their rows."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.adopting import adopted
from knowledge.files import FileError, RestaurantFile
from models.foreign_menu import ForeignMenu
from tests.handlers.test_cli_adopt import CARD

COFFEE = {"id": 1, "name": "Coffee", "price": 2500}
BREAD = {"id": 2, "name": "Bread", "price": 1800}


@pytest.mark.parametrize(
    ("column", "off", "on"),
    [
        ("available", 0, 1),
        ("available", "no", "yes"),
        ("is_available", "f", "t"),
        ("active", False, None),
        ("active", False, ""),
        ("is_active", Decimal(0), Decimal(1)),
        ("sold_out", True, False),
        ("is_hidden", 1, None),
        ("deleted_at", "2026-11-01T10:00:00Z", None),
    ],
)
def test_what_they_switched_off_is_not_sold(
    tmp_path: Path, column: str, off: object, on: object
) -> None:
    file = _adopted(tmp_path, [COFFEE | {column: off}, BREAD | {column: on}])
    assert [dish.available for dish in file.menu] == [False, True]


@pytest.mark.parametrize(
    "theirs",
    [["Milk"], ("milk",), "milk", '["milk"]', {"milk": True, "nuts": False}, '{"milk": true}'],
)
def test_allergens_are_read_however_they_keep_them(tmp_path: Path, theirs: object) -> None:
    file = _adopted(tmp_path, [COFFEE | {"allergens": theirs}])
    assert file.menu[0].allergens == ["milk"]


def test_pairings_may_keep_as_text_what_is_a_number_elsewhere(tmp_path: Path) -> None:
    pairings = [{"item_id": "1", "with_item_id": "2", "note": ""}]
    (pairing,) = _adopted(tmp_path, [COFFEE, BREAD], pairings).pairings
    assert (pairing.item, pairing.with_item) == ("coffee", "bread")
    assert pairing.upsell == "Would you like Bread with it?"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "menu_items: has no row"),
        ([COFFEE, BREAD | {"id": 1}], "menu_items: two rows have the id 1"),
        ([COFFEE, BREAD | {"id": None}], "menu_items: row 2 has no id"),
        ([COFFEE | {"available": "perhaps"}], "menu_items 1: available: 'perhaps' is neither"),
        ([COFFEE | {"sold_out": 7}], "menu_items 1: sold_out: '7' is neither yes nor no"),
        ([COFFEE | {"allergens": {"milk": "some"}}], "menu_items 1: allergens: is neither a list"),
        ([COFFEE | {"allergens": "mlik"}], "menu_items 1: allergens: Coffee: 'mlik' is not known"),
        ([COFFEE | {"name": "x" * 121}], "menu_items 1: name: String should have at most 120"),
        ([COFFEE | {"price": "many"}], "menu_items 1: price: 'many' is "),
        ([COFFEE | {"price": -1}], "menu_items 1: price: Input should be greater than 0"),
    ],
)
def test_what_is_wrong_names_their_table_and_row_and_is_told_once(
    tmp_path: Path, rows: Sequence[Mapping[str, Any]], told: str
) -> None:
    with pytest.raises(FileError) as refused:
        _adopted(tmp_path, rows)
    assert str(refused.value).startswith(told)
    assert "\n" not in str(refused.value)


def _adopted(
    folder: Path, rows: Sequence[Mapping[str, Any]], pairings: Sequence[Mapping[str, Any]] = ()
) -> RestaurantFile:
    card = folder / "card.json"
    card.write_text(json.dumps(CARD))
    return adopted(card, ForeignMenu("public", True, rows, pairings, (), ()))
