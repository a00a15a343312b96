"""What a dish's words say and its lists don't is told to who wrote them."""

from decimal import Decimal
from typing import Any

import pytest

from knowledge.doubts import doubts, silent
from knowledge.files import Dish, read_restaurant
from knowledge.seed import SAMPLE_FILES


def dish(name: str, description: str = "Ours.", **fields: Any) -> Dish:
    written = {"slug": "x", "price": Decimal(5), "category": "Mains", "allergens": []}
    return Dish.model_validate(written | {"name": name, "description": description} | fields)


@pytest.mark.parametrize(
    ("name", "description", "said", "lacking"),
    [
        ("Cheese plate", "Ours.", "cheese", "milk"),
        ("Soup", "With a spoon of cream.", "cream", "milk"),
        ("Soup", "A poached egg on top.", "egg", "eggs"),
        ("Grilled fish", "Ours.", "fish", "fish"),
        ("Carbonara", "Ours.", "carbonara", "eggs"),
        ("Salad", "With pesto.", "pesto", "nuts"),
        ("Seafood rice", "Ours.", "seafood", "crustaceans or fish or molluscs"),
        ("Sauce", "Of ground peanuts.", "peanut", "peanuts"),
        ("Crêpe", "Avec de la crème fraîche.", "creme fraiche", "milk"),
        ("Kuku", "Na karanga.", "karanga", "peanuts"),
        ("Latte", "Ours.", "latte", "milk"),
        ("Tofu bowl", "Ours.", "tofu", "soya"),
        ("Chips", "Fried in batter.", "batter", "gluten"),
    ],
)
def test_a_word_that_the_lists_lack_is_told(
    name: str, description: str, said: str, lacking: str
) -> None:
    assert list(doubts([dish(name, description)])) == [
        f"{name}: says {said!r}, and its allergens lack {lacking}"
    ]


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("Curry", "In coconut milk, with butter beans."),
        ("Brochette", "Of oyster mushrooms."),
        ("Biscuits", "Baked without butter or eggs."),
        ("Dip", "With white beans instead of tuna."),
        ("Flat white", "With rice milk in place of milk."),
        ("Soup", "Nutmeg, and a creamy end."),
        ("Aubergine", "Another word is egg plant."),
        ("Dairy-free sorbet", "Free of milk."),
    ],
)
def test_a_word_of_something_else_is_not(name: str, description: str) -> None:
    assert list(doubts([dish(name, description)])) == []


def test_a_word_whose_allergen_may_be_in_it_or_is_one_of_several_is_not() -> None:
    assert list(doubts([dish("Cheese plate", may_contain=["milk"])])) == []
    assert list(doubts([dish("Seafood rice", allergens=["molluscs"])])) == []


def test_wine_and_pork_want_their_tags() -> None:
    stew = dish("Stew", "In red wine.", allergens=["sulphites"])
    assert list(doubts([stew])) == ["Stew: says 'wine', and its dietary lacks contains-alcohol"]
    assert list(doubts([dish("Stew", "With bacon.")])) == [
        "Stew: says 'bacon', and its dietary lacks contains-pork"
    ]
    for tags in (["contains-alcohol"], ["no-alcohol"], ["halal"]):
        tagged = dish("Stew", "In red wine.", allergens=["sulphites"], dietary=tags)
        assert list(doubts([tagged])) == []


def test_what_states_nothing_is_named() -> None:
    said = dish("Soup", free_of="others")
    assert silent([dish("Stew"), said, dish("Tea", free_of=[])]) == ["Stew"]


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
def test_the_samples_raise_none(file: Any) -> None:
    menu = read_restaurant(file).menu
    assert (list(doubts(menu)), silent(menu)) == ([], [])


@pytest.mark.parametrize(
    "address",
    [
        "http://x.rw/soup.jpg",
        "soup.jpg",
        "/media/menu/no-such-dish.jpg",
        "/media/menu/espresso",
        "/media/menu/../kigali.json",
        "https://",
        "https://[",
        "ftp://x.rw/soup.jpg",
    ],
)
def test_a_picture_that_cannot_be_sent_is_told(address: str) -> None:
    told = "Stew: its image_url is no address of https, so it is not shown"
    assert list(doubts([dish("Stew", image_url=address)])) == [told]


@pytest.mark.parametrize("address", ["", "https://x.rw/soup.jpg", "/media/menu/espresso.jpg"])
def test_a_picture_that_can_be_sent_is_not(address: str) -> None:
    assert list(doubts([dish("Stew", image_url=address)])) == []
