"""What a diner must not have is never offered, and what nobody states is told apart."""

from itertools import product
from typing import Any

import pytest

from knowledge.allergens import NEVER_IN, facts_of
from knowledge.fitting import fits
from knowledge.seed import SAMPLE_FILES
from knowledge.wishes import Wishes
from models.menu import ALLERGENS, DIETS, MenuItem
from tests.knowledge.test_menu_search import dish, menu_of

KIGALI, VALLETTA = SAMPLE_FILES
FITTING = [diet for diet in DIETS if diet not in ("spicy", "contains-alcohol", "contains-pork")]
MENUS = {file.stem: {item.slug: item for item in menu_of(file)} for file in SAMPLE_FILES}


def silent(name: str = "Plate", **fields: Any) -> MenuItem:
    """A row from before it could state what it is free of."""
    return dish(name, **({"free_of": None} | fields))


def diet(*diets: str) -> Wishes:
    return Wishes(diets=frozenset(diets))


def without(*things: str) -> Wishes:
    return Wishes(without=frozenset(things))


@pytest.mark.parametrize("allergen", ALLERGENS)
def test_only_what_is_stated_makes_a_dish_free(allergen: str) -> None:
    others = [each for each in ALLERGENS if each != allergen]
    said = {
        True: dish("Plate", free_of=[allergen]),
        None: dish("Plate", free_of=others),
        False: dish("Plate", allergens=[allergen], free_of=list(ALLERGENS)),
    }
    for expected, item in said.items():
        assert fits(item, without(allergen)) is expected
    assert fits(dish("P", may_contain=[allergen], free_of=[allergen]), without(allergen)) is False
    assert fits(silent(), without(allergen)) is None
    assert fits(silent(), without(*others)) is None


@pytest.mark.parametrize(
    ("tag", "allergen", "expected"),
    [
        ("gluten-free", "gluten", True),
        ("dairy-free", "milk", True),
        ("gluten-free", "milk", None),
        # Vegans may eat what has a trace; who is allergic may not.
        ("vegan", "milk", None),
        ("vegan", "eggs", None),
        ("vegetarian", "fish", None),
        ("halal", "gluten", None),
    ],
)
def test_a_tag_states_what_it_says_and_no_more(
    tag: str, allergen: str, expected: bool | None
) -> None:
    assert fits(silent(dietary=[tag]), without(allergen)) is expected


@pytest.mark.parametrize(("tag", "allergen"), [("gluten-free", "gluten"), ("dairy-free", "milk")])
def test_a_free_dish_is_one_that_is_free_of_it_with_the_tag_or_without(
    tag: str, allergen: str
) -> None:
    assert fits(silent(free_of=[allergen]), diet(tag)) is True
    assert fits(silent(dietary=[tag]), diet(tag)) is True
    assert fits(silent(dietary=[tag], may_contain=[allergen]), diet(tag)) is False
    assert fits(silent(), diet(tag)) is None


def test_a_trace_is_no_vegans_business() -> None:
    item = dish("Brittle", dietary=["vegan"], may_contain=["milk"])
    assert (fits(item, diet("vegan")), fits(item, without("milk"))) == (True, False)


@pytest.mark.parametrize(
    ("diets", "words", "expected"),
    [
        (["no-pork"], "", True),
        (["halal"], "", True),
        (["vegan"], "", True),
        (["pescatarian"], "", True),
        ([], "", None),
        (["contains-pork"], "", False),
        (["contains-pork", "halal"], "", False),
        ([], "with crisp bacon", False),
        ([], "ya nguruwe", False),
        (["vegan"], "with smoky coconut bacon", True),
    ],
)
def test_no_pork_has_to_be_said(diets: list[str], words: str, expected: bool | None) -> None:
    item = dish("Plate", dietary=diets, description=words)
    assert fits(item, diet("no-pork")) is expected
    assert fits(item, without("pork")) is expected


@pytest.mark.parametrize(
    ("diets", "words", "expected"),
    [
        ([], "", True),
        (["contains-alcohol"], "", False),
        (["contains-alcohol", "no-alcohol"], "", False),
        ([], "stewed in red wine", False),
        ([], "in a beer batter", False),
        ([], "dressed with red wine vinegar", True),
        ([], "with house-made ginger beer", True),
        (["no-alcohol"], "a beer with all of the malt", True),
        (["halal"], "a sauce like wine", True),
    ],
)
def test_alcohol_is_told_by_its_tag_and_by_its_words(
    diets: list[str], words: str, expected: bool
) -> None:
    item = dish("Plate", dietary=diets, description=words)
    assert fits(item, diet("no-alcohol")) is expected
    assert fits(item, without("alcohol")) is expected


def test_an_avoided_word_is_looked_for_in_all_that_is_said_of_a_dish() -> None:
    avoiding = Wishes(without_words=frozenset({"onion", "butter"}))
    assert fits(dish("Onion soup"), avoiding) is False
    assert fits(dish("Soup", description="With spring onions."), avoiding) is False
    assert fits(dish("Biscuits", description="Baked without eggs or butter."), avoiding) is True
    assert fits(dish("Butter-free biscuits"), avoiding) is True
    assert fits(dish("Tea", description="Calm and free of onion."), avoiding) is True


def test_spicy_is_what_has_the_tag() -> None:
    assert fits(dish("Wings", dietary=["spicy"]), without("spicy")) is False
    assert fits(dish("Wings"), without("spicy")) is True


def test_a_word_that_nobody_knows_may_be_any_allergen() -> None:
    for item in (
        dish("Cake", free_of=list(ALLERGENS), allergens=["butterish"]),
        dish("Cake", free_of=list(ALLERGENS), may_contain=["butterish"]),
    ):
        assert fits(item, without("nuts")) is None
        assert fits(item, diet("vegan")) in (None, False)
        assert fits(item, without("alcohol")) is True


@pytest.mark.parametrize(("name", "allergen"), [*product(MENUS, ALLERGENS)])
def test_no_sample_dish_is_free_of_what_is_or_may_be_in_it(name: str, allergen: str) -> None:
    verdicts = {slug: fits(item, without(allergen)) for slug, item in MENUS[name].items()}
    for slug, item in MENUS[name].items():
        in_it = {*item.allergens, *(item.may_contain or ())}
        assert (verdicts[slug] is False) == (allergen in in_it)
        assert (verdicts[slug] is True) == (allergen in facts_of(item).free_of)
    assert True in verdicts.values()


@pytest.mark.parametrize(("name", "of"), [*product(MENUS, FITTING)])
def test_no_sample_dish_fits_a_diet_that_what_is_or_may_be_in_it_breaks(name: str, of: str) -> None:
    for item in MENUS[name].values():
        in_it = {*item.allergens, *(item.may_contain or ())}
        if fits(item, diet(of)):
            assert in_it.isdisjoint(NEVER_IN.get(of, ()))


@pytest.mark.parametrize(
    ("slug", "excluded"),
    [
        ("chips", without("gluten")),  # their oil is the date pastries' too
        ("spaghetti-rizzi", without("molluscs")),  # sea urchin, which kitchens count as shellfish
        ("maltese-breakfast", diet("no-pork")),
        ("platt-malti", without("pork")),
        ("stuffat-tal-fenek", diet("halal")),
        ("stuffat-tal-fenek", without("alcohol")),
        ("kwarezimal", diet("vegan")),  # honey
        ("hobz-malti", without("sesame")),
        ("aljotta", without("crustaceans")),
        ("bebbux", diet("pescatarian")),
    ],
)
def test_what_a_careful_cook_knows_of_valletta(slug: str, excluded: Wishes) -> None:
    assert fits(MENUS["valletta"][slug], excluded) is False


@pytest.mark.parametrize(
    ("slug", "excluded"),
    [
        ("sambaza-plate", without("eggs")),  # fried with the crumbed tilapia
        ("coffee-mousse", without("nuts")),
        ("pilau", without("celery")),  # its stock
        ("ginger-tea", diet("vegan")),  # honey
        ("akabenz", diet("halal")),
        ("akabenz", diet("no-pork")),
        ("beef-fillet", diet("dairy-free")),
        ("heineken-zero", without("gluten")),
    ],
)
def test_what_a_careful_cook_knows_of_kigali(slug: str, excluded: Wishes) -> None:
    assert fits(MENUS["kigali"][slug], excluded) is False


def test_an_allergen_stands_in_one_set_alone_the_worst_that_is_said_of_it() -> None:
    said = ["milk", "nuts", "fish"]
    facts = facts_of(dish("Plate", allergens=said[:1], may_contain=said[:2], free_of=said))
    assert [facts.contained, facts.may_contain, facts.free_of] == [{"milk"}, {"nuts"}, {"fish"}]
    assert facts.not_stated == set(ALLERGENS) - {"milk", "nuts", "fish"}


def test_both_kitchens_leave_something_unsaid() -> None:
    for menu in MENUS.values():
        unsaid = [slug for slug, item in menu.items() if facts_of(item).not_stated]
        assert 0 < len(unsaid) < len(menu) / 4


@pytest.mark.parametrize(
    ("ingredient", "names"),
    [
        ("potato", ["Tilapia and chips", "Poisson et frites", "Ifiriti", "Agnello con patatine"]),
        ("tomato", ["Ftira with kunserva", "Sandwich, ketchup"]),
        ("yeast", ["Garlic bread", "Umugati", "Ħobż", "Bia baridi", "A pint of stout"]),
        ("lemon", ["Lemony rice", "Lemonade", "Limunata friska"]),
        ("honey", ["Honeyed nuts"]),
    ],
)
def test_what_is_made_with_it_and_what_begins_with_it_has_it(
    ingredient: str, names: list[str]
) -> None:
    for name in names:
        wishes = Wishes(without_words=frozenset({ingredient}))
        assert (name, fits(dish(name), wishes)) == (name, False)


def test_what_only_begins_alike_is_another_thing() -> None:
    assert fits(dish("Lemongrass tea"), Wishes(without_words=frozenset({"lemon"})))
