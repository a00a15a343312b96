"""A diner's wishes are read from their words; what they must not have is never looked for."""

from decimal import Decimal

import pytest

from knowledge.allergens import allergens_of, diet_of, phrases
from knowledge.wishes import Wishes, exclusions_in, wishes_in
from models.menu import DIETS

NUTS = {"nuts", "peanuts"}


@pytest.mark.parametrize(
    ("query", "limit"),
    [("wine under €10", "10"), ("below 4,50 euros", "4.50"), ("up to 4.5", "4.5"), ("wine", None)],
)
def test_a_price_limit_is_read_with_its_cents(query: str, limit: str | None) -> None:
    assert wishes_in(query).max_price == (limit and Decimal(limit))


@pytest.mark.parametrize(
    ("query", "words", "without"),
    [
        ("dessert without cow's milk", ["dessert"], {"milk"}),
        ("no ice cream", [], {"milk"}),
        ("without oat milk", [], {"gluten"}),
        ("no almond milk or soy sauce", [], {"nuts", "soya"}),
        ("allergic to shrimp paste and fish sauce", [], {"crustaceans", "fish"}),
        ("sans lait de vache", [], {"milk"}),
        ("does not contain milk", [], {"milk"}),
        ("cake that doesn't contain nuts", ["cake"], NUTS),
        ("doesn\u2019t contain nuts", [], NUTS),
        ("cake that contains no nuts", ["cake"], NUTS),
        ("allergy to nuts", [], NUTS),
        ("severe nut allergy", [], NUTS),
        ("Allergy: nuts", [], NUTS),
        ("allergies: nuts, milk, and eggs", [], {*NUTS, "milk", "eggs"}),
        ("my allergies are milk and eggs", [], {"milk", "eggs"}),
        ("allergic to all nuts", [], NUTS),
        ("allergic to any kind of nuts", [], NUTS),
        ("avoid all dairy", [], {"milk"}),
        ("nothing with nuts", [], NUTS),
        ("avoid anything made with sea food", [], {"fish", "crustaceans", "molluscs"}),
        ("no dessert with nuts", ["dessert"], NUTS),
        ("no cake that contains nuts", ["cake"], NUTS),
        ("free of dairy", [], {"milk"}),
        ("dairy free", [], {"milk"}),
        ("df cake", ["cake"], {"milk"}),
        ("nut and milk free cake", ["cake"], {*NUTS, "milk"}),
        ("egg, milk and nut free", [], {*NUTS, "milk", "eggs"}),
        ("can't have milk", [], {"milk"}),
        ("can't eat any eggs", [], {"eggs"}),
        ("never eat eggs", [], {"eggs"}),
        ("intolerant to lactose", [], {"milk"}),
        ("intolerance to lactose", [], {"milk"}),
        ("without milk, nuts, and eggs", [], {*NUTS, "milk", "eggs"}),
        ("no freshly roasted nuts", [], NUTS),
        ("dessert sans arachides", ["dessert"], {"peanuts"}),
        ("isombe nta bunyobwa", ["isombe"], {"peanuts"}),
        ("senza lattosio", [], {"milk"}),
        ("non-dairy", [], {"milk"}),
        ("nondairy", [], {"milk"}),
        ("zero dairy", [], {"milk"}),
    ],
)
def test_what_must_not_be_in_it_is_read_however_it_is_said(
    query: str, words: list[str], without: set[str]
) -> None:
    wishes = wishes_in(query)
    assert (list(wishes.words), set(wishes.without)) == (words, without)


@pytest.mark.parametrize(
    ("query", "words", "without"),
    [
        ("coffee with milk", ["coffee", "milk"], set()),
        ("ice cream", ["ice", "cream"], set()),
        ("coke zero", ["coke", "zero"], set()),
        ("peanut butter sandwich", ["peanut", "butter", "sandwich"], set()),
        ("tea no sugar with milk", ["tea", "milk"], set()),
        ("fish, nut free", ["fish"], NUTS),
        ("latte and gluten-free cake", ["latte", "cake"], {"gluten"}),
        ("dessert without nuts and a coffee", ["dessert", "coffee"], NUTS),
        ("allergic to nuts, dessert please", ["dessert"], NUTS),
        ("no thanks, fish please", ["fish"], set()),
        ("what allergens are in the cake?", ["cake"], set()),
        ("I have an allergy, which fish?", ["fish"], set()),
    ],
)
def test_what_is_wanted_stays_wanted(query: str, words: list[str], without: set[str]) -> None:
    wishes = wishes_in(query)
    assert (list(wishes.words), set(wishes.without)) == (words, without)


@pytest.mark.parametrize("phrase", sorted(each for each in phrases() if allergens_of(each)))
def test_no_phrase_of_the_kitchens_is_looked_for_by_who_is_without_it(phrase: str) -> None:
    wishes = wishes_in(f"a plate without any {phrase}")
    assert (wishes.words, allergens_of(phrase) <= wishes.without) == (("plate",), True)


@pytest.mark.parametrize(
    ("query", "diet"),
    [
        ("kosher fish", "kosher"),
        ("pescatarian main", "pescatarian"),
        ("pescetarian", "pescatarian"),
        ("koser fish", "kosher"),
        ("halaal", "halal"),
        ("plant-based dessert", "vegan"),
        ("v\u00e9g\u00e9tarien", "vegetarian"),
        ("senza carne", "vegetarian"),
        ("nta nyama", "vegetarian"),
        ("meat-free", "vegetarian"),
        ("no nuts, vegan", "vegan"),
        ("coeliac", "gluten-free"),
    ],
)
def test_a_diner_asks_for_a_diet_in_a_kitchens_words(query: str, diet: str) -> None:
    assert wishes_in(query).diets == {diet}


@pytest.mark.parametrize("diet", DIETS)
def test_every_diet_is_a_wish(diet: str) -> None:
    wishes = wishes_in(f"{diet} plate")
    assert diet_of(diet) == diet
    expected: dict[str, tuple[set[str], set[str]]] = {
        "gluten-free": ({"gluten"}, set()),
        "dairy-free": ({"milk"}, set()),
        "no-pork": ({"pork"}, set()),
        "no-alcohol": ({"alcohol"}, set()),
        "contains-alcohol": (set(), set()),  # is looked for
        "contains-pork": (set(), set()),
    }
    assert (set(wishes.without), set(wishes.diets)) == expected.get(diet, (set(), {diet}))


def test_two_wishes_are_one_that_is_as_strict_as_both() -> None:
    mine = Wishes(("cake",), without=frozenset({"nuts"}), max_price=Decimal(9), is_lasting=True)
    more = Wishes(
        ("tea", "cake"),
        diets=frozenset({"vegan"}),
        without=frozenset({"milk"}),
        min_price=Decimal(2),
        max_price=Decimal(5),
        sort="price_up",
    )
    assert mine.also(more) == Wishes(
        ("cake", "tea"),
        diets=frozenset({"vegan"}),
        without=frozenset({"nuts", "milk"}),
        min_price=Decimal(2),
        max_price=Decimal(5),
        sort="price_up",
        is_lasting=True,
    )
    assert Wishes().also(mine) == mine.also(Wishes()) == mine


def test_an_exclusion_is_no_word_and_no_price() -> None:
    said = exclusions_in("a cheap cake under 9, I am allergic to nuts")
    assert said == Wishes(without=frozenset(NUTS), is_lasting=True)
    assert exclusions_in("something spicy without milk") == Wishes(without=frozenset({"milk"}))
