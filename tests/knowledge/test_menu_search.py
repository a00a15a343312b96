"""A diner's words find the right dish, and leave out what must not be in it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.allergens import allergens_in
from knowledge.files import read_restaurant
from knowledge.kitchen_words import ALLERGEN_WORDS
from knowledge.menu_search import Found, search_menu
from knowledge.seed import SAMPLE_FILES
from knowledge.words import fold, words_of
from models.menu import ALLERGENS, MenuItem

KIGALI, VALLETTA = SAMPLE_FILES
# A few of each allergen's.
KITCHEN_WORDS = {key: listed.split(", ")[::7] for key, listed in ALLERGEN_WORDS.items()}


def menu_of(file: Path) -> list[MenuItem]:
    dishes = read_restaurant(file).menu
    return [
        MenuItem(id=number, restaurant_id=1, **dish.model_dump())
        for number, dish in enumerate(dishes, 1)
    ]


def dish(name: str, category: str = "Mains", price: str = "10", **fields: Any) -> MenuItem:
    """A dish that is free of what it does not contain, unless `fields` say otherwise."""
    in_it = allergens_in(fields.get("allergens", [])).keys
    known: dict[str, object] = {
        "description": "",
        "dietary": [],
        "allergens": [],
        "free_of": [allergen for allergen in ALLERGENS if allergen not in in_it],
        "keywords": [],
        "available": True,
    }
    return MenuItem(name=name, category=category, price=Decimal(price), **(known | fields))


def names(found: Found) -> list[str]:
    return [item.name for item in found.items]


@pytest.mark.parametrize("file", SAMPLE_FILES)
def test_every_dish_is_found_by_its_whole_name(file: Path) -> None:
    menu = menu_of(file)
    for item in menu:
        for name in (item.name, item.name.upper(), item.slug):
            assert search_menu(menu, name).items[0].slug == item.slug, name


def test_a_bracket_of_a_name_is_no_wish() -> None:
    menu = [dish("Kinnie Zest (no added sugar)", slug="zest"), dish("Kinnie (can)", slug="can")]
    assert names(search_menu(menu, "kinnie zest (no added sugar)")) == [menu[0].name]
    assert search_menu(menu, "kinnie (no milk)").wishes.without == {"milk"}


@pytest.mark.parametrize(
    "query",
    [
        *("dairy", "dairy dishes", "produits laitiers", "latticini", "prodotti tal-ħalib"),
        *("ibikomoka ku mata", "bidhaa za maziwa"),
    ],
)
def test_an_allergen_as_a_word_of_the_menu_finds_what_has_it(query: str) -> None:
    menu = [
        dish("Oat latte", slug="oat", description="A dairy-free one.", allergens=["oats"]),
        dish("Rice pudding", slug="rice", allergens=["milk"]),
        dish("Toast", slug="toast", allergens=["gluten"]),
    ]
    assert names(search_menu(menu, query)) == ["Rice pudding"]


@pytest.mark.parametrize(
    ("query", "file", "expected"),
    [
        ("capuccino", KIGALI, "cappuccino"),
        ("capuccino", VALLETTA, "cappuccino"),
        ("kappucino please", VALLETTA, "cappuccino"),
        ("brochete", KIGALI, "brochette"),
        ("do you have goat brochetes?", KIGALI, "goat"),
        ("tilapya", KIGALI, "tilapia"),
        ("timpana", VALLETTA, "timpana"),
        ("pastizi", VALLETTA, "pastizzi"),
        ("hobz biz-zejt", VALLETTA, "hobz biz-zejt"),
        ("GBEJNIET", VALLETTA, "gbejniet"),
        ("lampuky", VALLETTA, "lampuki"),
        ("rabit stew", VALLETTA, "rabbit stew"),
        ("icecream", VALLETTA, "ice cream"),
    ],
)
def test_a_dish_is_found_in_spite_of_typing_errors_and_accents(
    query: str, file: Path, expected: str
) -> None:
    assert expected in fold(names(search_menu(menu_of(file), query))[0])


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize("query", ["coffee", "what coffee do you have?", "cofee"])
def test_asked_for_coffee_coffees_come_first(query: str, file: Path) -> None:
    first = search_menu(menu_of(file), query).items[:5]
    assert len(first) == 5
    assert all("coffee" in words_of(item.category) for item in first)


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize("query", ["zxqv", "bicycle", "do you sell bicycles", "vegan zxqv"])
def test_nonsense_finds_nothing(query: str, file: Path) -> None:
    assert search_menu(menu_of(file), query) == Found(())


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize(
    "query", ["", "menu", "show me the menu please", "everything", "what do you have?"]
)
def test_asked_for_nothing_in_particular_every_category_comes_in_turn(
    query: str, file: Path
) -> None:
    found = search_menu(menu_of(file), query)
    assert found.overview
    assert len({item.category for item in found.items[:8]}) == 8


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize(
    ("query", "allergen"),
    [
        ("something without nuts", "nut"),
        ("no milk", "milk"),
        ("gluten free", "gluten"),
        ("dessert, I am allergic to eggs", "egg"),
        ("nut-free dessert", "nut"),
        ("lactose intolerant", "milk"),
    ],
)
def test_what_a_diner_must_not_eat_is_left_out(query: str, allergen: str, file: Path) -> None:
    found = search_menu(menu_of(file), query)
    assert found.items
    assert not [item.name for item in found.items if allergen in " ".join(item.allergens)]


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize(
    "query", ["vegan", "anything vegan?", "vegan dessert", "plant-based lunch"]
)
def test_a_vegan_is_offered_vegan_dishes_only(query: str, file: Path) -> None:
    found = search_menu(menu_of(file), query)
    assert found.items
    assert all("vegan" in item.dietary for item in found.items)


def test_a_vegan_dish_is_vegetarian_too() -> None:
    menu = [
        dish("Bean stew", dietary=["vegan"]),
        dish("Omelette", dietary=["vegetarian"]),
        dish("Steak"),
    ]
    assert names(search_menu(menu, "vegeterian")) == ["Bean stew", "Omelette"]


def test_a_pescatarian_eats_what_a_vegetarian_does_and_no_chicken() -> None:
    menu = [
        dish("Chicken plate"),
        dish("Tilapia plate", allergens=["fish"], dietary=["pescatarian"]),
        dish("Bean plate", dietary=["vegan"]),
        dish("Egg plate", allergens=["eggs"], dietary=["vegetarian"]),
    ]
    assert names(search_menu(menu, "pescatarian plate")) == [
        "Tilapia plate",
        "Bean plate",
        "Egg plate",
    ]


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
def test_who_asks_for_a_diet_that_no_dish_has_is_told(file: Path) -> None:
    assert search_menu(menu_of(file), "kosher fish") == Found((), only_without_wishes=True)


def test_shellfish_is_never_kosher() -> None:
    menu = [
        dish("Prawn plate", allergens=["crustaceans"], dietary=["kosher"]),
        dish("Tilapia plate", allergens=["fish"], dietary=["kosher"]),
    ]
    assert names(search_menu(menu, "kosher plate")) == ["Tilapia plate"]


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
@pytest.mark.parametrize(
    "query",
    ["dessert without cow's milk", "no ice cream", "does not contain milk", "allergy: dairy"],
)
def test_no_milk_is_offered_to_who_says_so_in_two_words(query: str, file: Path) -> None:
    found = search_menu(menu_of(file), query)
    assert found.items
    assert all("milk" not in item.allergens for item in found.items)


@pytest.mark.parametrize(
    "query",
    [
        "under 5000",
        "less than RWF 5,000",
        "below 5k",
        "max 5.000 francs",
        "not more than 5 000 rwf",
    ],
)
def test_a_price_limit_is_kept(query: str) -> None:
    menu = [dish("Goat", price="5000"), dish("Beef", price="5001"), dish("Tea", "Tea", price="800")]
    assert names(search_menu(menu, query)) == ["Goat", "Tea"]


def test_the_cheapest_comes_first_for_who_wants_it_cheap() -> None:
    menu = [
        dish("Red wine", "Wine", "9"),
        dish("White wine", "Wine", "7"),
        dish("Water", "Water", "2"),
    ]
    assert names(search_menu(menu, "a cheap wine")) == ["White wine", "Red wine"]


def test_dishes_that_fit_all_the_words_leave_out_the_others() -> None:
    menu = [dish("Fish brochette"), dish("Goat brochette"), dish("Goat stew")]
    assert names(search_menu(menu, "goat brochette")) == ["Goat brochette"]


def test_a_dish_of_the_right_category_alone_is_half_an_answer() -> None:
    menu = [dish("Octopus spaghetti", "Pasta", keywords=["seafood"]), dish("Pork penne", "Pasta")]
    assert names(search_menu(menu, "seafood pasta")) == ["Octopus spaghetti"]


def test_some_of_each_is_offered_when_nothing_is_both() -> None:
    menu = [
        dish("Espresso", "Coffee"),
        dish("Americano", "Coffee"),
        dish("Carrot cake", "Desserts"),
    ]
    assert names(search_menu(menu, "coffee and cake")) == ["Espresso", "Carrot cake", "Americano"]


def test_a_passing_mention_does_not_stand_beside_the_thing_itself() -> None:
    menu = [
        dish("Tiramisu", "Desserts", description="Soaked in coffee."),
        dish("Espresso", "Coffee"),
    ]
    assert names(search_menu(menu, "coffee")) == ["Espresso"]


def test_a_word_that_is_on_the_menu_is_not_taken_for_a_typing_error() -> None:
    assert names(search_menu([dish("Steak"), dish("Steam buns")], "steam")) == ["Steam buns"]


def test_a_first_letter_is_not_taken_for_a_typing_error() -> None:
    assert search_menu([dish("Coffee")], "toffee") == Found(())


def test_wishes_that_nothing_meets_are_told_from_words_that_are_not_on_the_menu() -> None:
    menu = [dish("Cheesecake", allergens=["milk"])]
    assert search_menu(menu, "cheesecake without milk") == Found((), only_without_wishes=True)
    assert search_menu(menu, "sushi without milk") == Found(())


def test_no_alcohol_leaves_out_what_contains_it() -> None:
    menu = [
        dish("Lager", "Beer", dietary=["contains-alcohol"]),
        dish("Stout of a file without tags", "Beer"),
        dish("Malt beer", "Beer", dietary=["no-alcohol"]),
    ]
    assert names(search_menu(menu, "non-alcoholic beer")) == ["Malt beer"]


def test_sugar_free_is_a_thing_to_look_for() -> None:
    menu = [dish("Cola", "Soft drinks"), dish("Diet cola", "Soft drinks", keywords=["sugar free"])]
    assert names(search_menu(menu, "sugar free")) == ["Diet cola"]


@pytest.mark.parametrize("word", ["dairy", "cheese", "CREAM", "lait", "amata", "Ġobon", "mlik"])
@pytest.mark.parametrize(
    "query", ["dessert without milk", "dairy-free dessert", "dessert, no cheese", "vegan dessert"]
)
def test_a_row_with_another_word_for_it_is_never_offered_to_who_must_not_have_it(
    word: str, query: str
) -> None:
    tags: dict[str, Any] = {"dietary": ["vegan"], "keywords": ["sweet"]}
    menu = [
        dish("Sorbet", "Desserts", **tags),
        dish("Cake of the house", "Desserts", allergens=["eggs", word], **tags),
    ]
    assert names(search_menu(menu, query)) == ["Sorbet"]
    assert "Cake of the house" in names(search_menu(menu, "dessert"))


def test_what_nobody_can_read_is_left_out_and_told() -> None:
    menu = [
        dish("Sorbet", "Desserts"),
        dish("Cake", "Desserts", allergens=["butterish"]),
        dish("Steak", allergens=["butterish"]),
    ]
    found = search_menu(menu, "dessert without nuts")
    assert (names(found), [item.name for item in found.unclear]) == (["Sorbet"], ["Cake"])
    assert search_menu(menu, "dessert").unclear == ()
    assert search_menu(menu, "dessert without alcohol").unclear == ()
    everything = search_menu(menu, "without nuts")
    assert [item.name for item in everything.unclear] == ["Cake", "Steak"]


@pytest.mark.parametrize("word", [each for words in KITCHEN_WORDS.values() for each in words])
def test_no_kitchens_word_for_an_allergen_is_offered_to_who_is_without_it(word: str) -> None:
    for allergen in allergens_in([word]).keys:
        menu = [dish("Plate", allergens=[word]), dish("Other plate")]
        assert names(search_menu(menu, f"a plate without {allergen}")) == ["Other plate"]


@pytest.mark.parametrize(
    ("query", "allergen"),
    [
        ("no cashews", "nuts"),
        ("allergic to mayonnaise", "eggs"),
        ("without bread", "gluten"),
        ("tuna-free", "fish"),
        ("no calamari", "molluscs"),
    ],
)
def test_a_diner_may_name_it_as_kitchens_do(query: str, allergen: str) -> None:
    menu = [dish("Plate", allergens=[allergen]), dish("Other plate")]
    assert names(search_menu(menu, query)) == ["Other plate"]


def test_what_is_not_stated_is_listed_apart_and_what_may_be_in_it_nowhere() -> None:
    menu = [
        dish("Plain plate", free_of=["nuts", "peanuts"]),
        dish("Silent plate", free_of=None),
        dish("Other plate", free_of=["milk"]),
        dish("Traces plate", free_of=["milk"], may_contain=["nuts"]),
        dish("Nut plate", allergens=["nuts"]),
    ]
    found = search_menu(menu, "plate without nuts")
    assert names(found) == ["Plain plate"]
    assert [item.name for item in found.not_stated] == ["Silent plate", "Other plate"]
    assert search_menu(menu, "plate").not_stated == ()
