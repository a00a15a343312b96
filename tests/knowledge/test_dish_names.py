"""What a member of the staff means: a dish by its name, or all of a kind by the kind's word."""

from pathlib import Path

import pytest

from knowledge.dish_names import dishes_meant, nearest
from knowledge.menu_search import search_menu
from tests.knowledge.test_menu_search import KIGALI, VALLETTA, menu_of


@pytest.mark.parametrize(
    ("file", "word"),
    [
        *((KIGALI, word) for word in ("fish", "samaki", "poisson", "kuku", "chèvre", "pork")),
        *((KIGALI, word) for word in ("beer", "coffee", "frites", "red wine", "breakfast")),
        *((VALLETTA, word) for word in ("kuku", "pork", "ħut", "pasta", "tiġieġ", "birra")),
    ],
)
def test_a_kind_is_all_of_it_and_it_is_asked_which(file: Path, word: str) -> None:
    menu = menu_of(file)
    meant = dishes_meant(menu, word)
    assert {*meant.items} >= {*search_menu(menu, word).items}
    assert len(meant.items) > 1
    assert not meant.is_sure
    everyone = dishes_meant(menu, f"{word} all")
    assert everyone.is_sure
    assert {*everyone.items} == {*meant.items}


@pytest.mark.parametrize("name", ["rolex", "espresso", "grilled tilapia", "primus", "cappucino"])
def test_a_dish_that_is_called_so_is_that_one(name: str) -> None:
    assert len(dishes_meant(menu_of(KIGALI), name).items) == 1


def test_what_only_has_it_in_it_is_no_more_than_the_nearest() -> None:
    """The buffet has pasta."""
    menu = menu_of(KIGALI)
    assert dishes_meant(menu, "pasta").items == ()
    assert [item.slug for item in nearest(menu, "pasta")] == ["melange"]
    assert nearest(menu, "sushi") == ()
