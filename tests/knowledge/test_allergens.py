"""Kitchens' words for what is in a dish become one of 14, or nothing: health hangs on them."""

import re

import pytest

from knowledge.allergens import allergens_in, allergens_of, diets_in, known_words
from knowledge.kitchen_words import ALLERGEN_WORDS, DIET_WORDS
from models.menu import ALLERGENS, DIETS


def read(*words: str, field: str = "allergens") -> list[str]:
    return known_words(words, field)[0]


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("dairy", ["milk"]),
        ("cheese", ["milk"]),
        ("Cream", ["milk"]),
        ("shrimp", ["crustaceans"]),
        ("Macadamia", ["nuts"]),
        ("TREE NUTS", ["nuts"]),
        ("cashews", ["nuts"]),
        ("wheat", ["gluten"]),
        ("Cereals containing gluten", ["gluten"]),
        ("soybeans", ["soya"]),
        ("Sulphur dioxide", ["sulphites"]),
        ("E 220", None),
        ("E220", ["sulphites"]),
        ("groundnuts", ["peanuts"]),
        ("shellfish", ["crustaceans", "molluscs"]),
        ("seafood", ["crustaceans", "fish", "molluscs"]),
        ("may contain nuts", ["nuts"]),
        ("May contain traces of peanuts", ["peanuts"]),
        ("milk, eggs", ["eggs", "milk"]),
        ("Milk & egg", ["eggs", "milk"]),
        # French, Italian, Maltese, Swahili, Kinyarwanda
        ("lait", ["milk"]),
        ("crème fraîche", ["milk"]),
        ("Crevettes", ["crustaceans"]),
        ("œufs", ["eggs"]),
        ("fruits à coque", ["nuts"]),
        ("latte", ["milk"]),
        ("nocciole", ["nuts"]),
        ("vongole", ["molluscs"]),
        ("ħalib", ["milk"]),
        ("Ġobon", ["milk"]),
        ("lewż", ["nuts"]),
        ("maziwa", ["milk"]),
        ("karanga", ["peanuts"]),
        ("ufuta", ["sesame"]),
        ("amata", ["milk"]),
        ("ubunyobwa", ["peanuts"]),
        ("amagi", ["eggs"]),
    ],
)
def test_a_kitchens_word_is_read_as_an_allergen(written: str, keys: list[str] | None) -> None:
    if keys is None:
        assert allergens_in([written]).unknown == (written,)
        return
    assert read(written) == keys
    assert allergens_in([written]).keys == frozenset(keys)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("Vegan", ["vegan"]),
        ("plant based", ["vegan"]),
        ("végétarienne", ["vegetarian"]),
        ("Gluten Free", ["gluten-free"]),
        ("senza glutine", ["gluten-free"]),
        ("sans lait", ["dairy-free"]),
        ("alcoholic", ["contains-alcohol"]),
        ("Kosher", ["kosher"]),
    ],
)
def test_a_diet_is_read_likewise(written: str, keys: list[str]) -> None:
    assert read(written, field="dietary") == keys


def test_what_a_dish_is_surely_made_with_is_read_as_what_that_has() -> None:
    assert known_words(["octopus", "wine", "cheesecake"], "allergens")[0] == [
        "molluscs",
        "sulphites",
        "eggs",
        "milk",
    ]
    with pytest.raises(ValueError, match="wine"):
        known_words(["wine"], "free_of")


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("mlik", "'mlik' is not known; did you mean milk?"),
        ("crem", "cream (milk)"),
        ("coconut milk", "did you mean milk?"),
        ("lobster thermidor", "did you mean lobster (crustaceans)?"),
        (
            "garlic",
            "'garlic' is not known; use gluten, crustaceans, eggs, fish, peanuts",
        ),
        ("Vegan", "'Vegan' is not known; use gluten,"),
        ("none", "'none' is left out: write [] where there is none"),
        ("", "write []"),
        ("-", "write []"),
        ("milk-free", "'milk-free' says what is not in it"),
        ("no nuts", "says what is not in it"),
        ("sans gluten", "says what is not in it"),
        ("milk, garlic", "'milk, garlic' is not known; did you mean milk?"),
    ],
)
def test_any_other_word_is_refused_with_what_it_might_have_meant(
    written: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read("nuts", written)
    assert allergens_in(["nuts", written]).unknown == (written,)


def test_all_wrong_words_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"'mlik' .*; 'egs' "):
        read("mlik", "egs")


@pytest.mark.parametrize("field", ["allergens", "dietary"])
def test_every_word_of_the_table_means_its_keys_however_it_is_written(field: str) -> None:
    table = ALLERGEN_WORDS if field == "allergens" else DIET_WORDS
    vocabulary = ALLERGENS if field == "allergens" else DIETS
    assert read(*vocabulary, field=field) == list(vocabulary)
    for keys, listed in table.items():
        for word in listed.split(","):
            assert set(keys.split(" + ")) <= set(read(word.strip().upper(), field=field))
            assert set(read(word, field=field)) <= set(vocabulary)


def test_no_word_means_two_allergens_by_an_oversight() -> None:
    single = [
        word.strip()
        for keys, listed in ALLERGEN_WORDS.items()
        if "+" not in keys
        for word in listed.split(",")
    ]
    assert [word for word in single if len(read(word)) > 1] == []


def test_a_tag_that_the_allergens_belie_counts_for_nothing() -> None:
    assert diets_in(["vegan", "halal"], frozenset({"milk"})) == {"halal"}
    assert diets_in(["gluten-free", "vegetarian"], frozenset({"gluten", "milk"})) == {"vegetarian"}


@pytest.mark.parametrize("listed", [None, "milk and more", {"milk": True}, [7], [""]])
def test_a_row_that_holds_anything_else_is_not_known(listed: object) -> None:
    assert allergens_in(listed).unknown


def test_a_diners_word_is_known_as_a_kitchens_is() -> None:
    assert allergens_of("cashew") == {"nuts"}
    assert allergens_of("onion") == frozenset()
