"""`offer_choices` gives taps that fit, and never a dish that this diner must not have."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from knowledge.named_dishes import short_name
from knowledge.phrases import LANGUAGES
from knowledge.serving import FOR_GOOD
from models import diets, menu
from models.bubbles import Choices
from models.diets import Diet, KeptDiet
from personas.effects import OfferChoices
from personas.tool import Answer, ToolContext, answer_call
from personas.waiter import WAITER
from tests.personas.conftest import TODAY


def offer(context: ToolContext, *choices: object, **more: Any) -> Answer:
    arguments = json.dumps({"choices": choices, **more})
    return answer_call(WAITER.tools, "offer_choices", arguments, context)


def offered(context: ToolContext, *choices: object, **more: Any) -> Choices:
    answer = offer(context, *choices, **more)
    assert "error" not in answer.told, answer.told
    (effect,) = answer.effects
    assert isinstance(effect, OfferChoices)
    return effect.choices


def refusal(context: ToolContext, *choices: object, **more: Any) -> str:
    answer = offer(context, *choices, **more)
    assert answer.effects == ()
    return str(answer.told["error"])


def item_id(context: ToolContext, slug: str) -> int:
    with context.database.transaction() as session:
        return menu.ids_of(session, context.restaurant.id)[slug]


def allergic_to(context: ToolContext, *allergens: str) -> ToolContext:
    kept = diets.written(KeptDiet(Diet(frozenset(allergens)), since=TODAY))
    return replace(context, diner=replace(context.diner, diet=kept))


def test_a_few_are_buttons_and_more_a_list(kigali: ToolContext) -> None:
    assert offered(kigali, "Yes", "No").kind == "buttons"
    assert offered(kigali, "One", "Two", "Three").kind == "buttons"
    assert offered(kigali, "One", "Two", "Three", "Four").kind == "list"
    assert offered(kigali, "Yes", "No", kind="list").kind == "list"
    assert offered(kigali, "Yes", "No", kind=None).kind == "buttons"


def test_each_has_its_meaning_in_its_id(kigali: ToolContext) -> None:
    dish = item_id(kigali, "brochette-ihene")
    choices = offered(
        kigali, {"text": "The brochette", "item_id": dish}, {"text": "Yego"}, "/cfo", "Half of it"
    )
    assert [each.id for each in choices.options] == [
        f"item:{dish}",
        "yes",
        "/cfo",
        "say:Half of it",
    ]
    assert choices.options[0].title == "The brochette"


def test_a_dish_has_its_price_below_it(kigali: ToolContext, valletta: ToolContext) -> None:
    for context, currency in ((kigali, "RWF"), (valletta, "€")):
        with context.database.transaction() as session:
            dish, other, *_ = menu.available_items(session, context.restaurant.id)
        by_id = {"text": "This one", "item_id": dish.id}
        choices = offered(context, by_id, other.name, "Neither")
        first, second, third = choices.options
        assert currency in first.description
        assert second.id == f"item:{other.id}"
        assert currency in second.description
        assert third.description == ""


@pytest.mark.parametrize(
    ("choices", "more", "says"),
    [
        ([], {}, "choices"),
        (["One"], {}, "at least 2"),
        ([f"No {nth}" for nth in range(11)], {}, "at most 10"),
        (["One", "one"], {}, "the same"),
        (["Crème", "creme"], {}, "the same"),
        (["One", " "], {}, "choices.1.text"),
        (["One", "a" * 61], {}, "at most 60"),
        (["One", {"text": "Two", "item": 7}], {}, "item"),
        (["One", {"text": "Two", "item_id": 999_999}], {}, "lookup_menu"),
        (["One", {"text": "Two", "item_id": "x"}], {}, "item_id"),
        ("One or two", {}, "choices"),
        (["One", None], {}, "choices.1"),
        (["One", True], {}, "choices.1"),
        (["One", "\u200b"], {}, "choices.1.text"),
        (["No", "No thanks"], {}, "the same"),
        (["Yego", "Yes"], {}, "the same"),
        (["1", "2", "3", "4"], {"kind": "buttons"}, "send list"),
        (["One", "Two"], {"kind": "cards"}, "kind"),
    ],
)
def test_what_is_wrong_goes_back_as_data(
    kigali: ToolContext, choices: Any, more: dict[str, Any], says: str
) -> None:
    arguments = json.dumps({"choices": choices, **more})
    answer = answer_call(WAITER.tools, "offer_choices", arguments, kigali)
    assert says in str(answer.told["error"])
    assert answer.effects == ()


def test_the_same_dish_twice_is_one_choice(kigali: ToolContext) -> None:
    dish = item_id(kigali, "brochette-ihene")
    both = [{"text": each, "item_id": dish} for each in ("One", "Two")]
    assert "the same" in refusal(kigali, *both)


def test_another_restaurants_dish_is_none(kigali: ToolContext, valletta: ToolContext) -> None:
    with valletta.database.transaction() as session:
        other = menu.available_items(session, valletta.restaurant.id)[0]
    assert "lookup_menu" in refusal(kigali, "One", {"text": "Two", "item_id": other.id})


def with_allergen(context: ToolContext, allergen: str) -> menu.MenuItem:
    with context.database.transaction() as session:
        items = menu.available_items(session, context.restaurant.id)
    return next(each for each in items if allergen in each.allergens)


@pytest.mark.parametrize("allergen", ["milk", "peanuts", "fish", "gluten"])
def test_a_dish_with_their_allergen_is_never_a_tap(kigali: ToolContext, allergen: str) -> None:
    dish = with_allergen(kigali, allergen)
    tap = {"text": "The first", "item_id": dish.id}
    offered(kigali, tap, "Another")
    for context in (
        allergic_to(kigali, allergen),
        replace(kigali, said=(f"I'm allergic to {allergen}",)),
    ):
        assert dish.name in refusal(context, tap, "Another")
        # By its name alone it is no better, nor within other words.
        assert dish.name in refusal(context, dish.name, "Another")
        assert dish.name in refusal(context, f"{short_name(dish.name)}, a big one", "Another")
        offered(context, "Something else", "Another")


@pytest.mark.parametrize(
    ("allergen", "texts"),
    [
        ("peanuts", ("Peanut sauce", "Groundnut stew", "Isombe with groundnuts")),
        ("fish", ("Fish", "Fish skewers", "Tilapia", "Sambaza, please")),
        ("milk", ("Tea with milk", "Milk")),
    ],
)
def test_nor_are_words_for_it_that_name_no_dish(
    kigali: ToolContext, allergen: str, texts: tuple[str, ...]
) -> None:
    for text in texts:
        offered(kigali, text, "Another")
        for context in (
            allergic_to(kigali, allergen),
            replace(kigali, said=(f"I'm allergic to {allergen}",)),
        ):
            assert text in refusal(context, text, "Another")


@pytest.mark.parametrize(
    "text",
    [
        "Nut-free menu",
        "Goat stew (milk-free)",
        "Stew without peanuts",
        "Safe for you",
        "Sans gluten",
        "Allergen-free",
        "Hypoallergenic",
    ],
)
def test_a_tap_claims_nothing_of_a_dish(kigali: ToolContext, text: str) -> None:
    assert text in refusal(kigali, text, "Another")
    offered(kigali, "No allergies", "Peanuts", "Vegan")


@pytest.mark.parametrize(
    "text",
    ["Stop", "ARRÊT", "hagarika!", "/forget", "/reset", "/forget me", "/oublier", "/86 tilapia",
     "👉 /forget", "\\forget", "／forget"],
)  # fmt: skip
def test_a_tap_ends_and_erases_nothing(kigali: ToolContext, text: str) -> None:
    assert "not offered" in refusal(kigali, text, "Go on")
    offered(kigali, "/cfo", "/human", "/help", "No more, thanks")


def test_a_dish_that_left_the_menu_is_not_offered_by_its_name(kigali: ToolContext) -> None:
    dish = item_id(kigali, "brochette-ihene")
    with kigali.database.transaction() as session:
        item = session.get(menu.MenuItem, dish)
        assert item is not None
        name = item.name
        item.available = False
    try:
        for text in (name, short_name(name), f"{name}, please"):
            assert "left the menu" in refusal(kigali, text, "Another")
    finally:
        with kigali.database.transaction() as session:
            item = session.get(menu.MenuItem, dish)
            assert item is not None
            item.available = True


def test_a_dish_that_is_sold_out_is_not_offered(kigali: ToolContext) -> None:
    dish = item_id(kigali, "brochette-ihene")
    with kigali.database.transaction() as session:
        item = session.get(menu.MenuItem, dish)
        assert item is not None
        item.sold_out_until = FOR_GOOD
    try:
        tap = {"text": "Brochette", "item_id": dish}
        assert "sold out" in refusal(kigali, tap, "Another")
        with kigali.database.transaction() as session:
            item = session.get(menu.MenuItem, dish)
            assert item is not None
            item.sold_out_until = kigali.now - timedelta(hours=1)
        offered(kigali, tap, "Another")
    finally:
        with kigali.database.transaction() as session:
            item = session.get(menu.MenuItem, dish)
            assert item is not None
            item.sold_out_until = None


def test_a_list_is_opened_in_the_diners_language(kigali: ToolContext) -> None:
    words = set()
    for language in LANGUAGES:
        context = replace(kigali, diner=replace(kigali.diner, language=language))
        words.add(offered(context, *"abcd").button)
    assert all(1 <= len(each) <= 20 for each in words)
    assert len(words) == len(LANGUAGES)


def test_what_models_send_in_another_way_is_taken_as_it_is_meant(kigali: ToolContext) -> None:
    dish = item_id(kigali, "brochette-ihene")
    assert [each.title for each in offered(kigali, 2, 4, 6).options] == ["2", "4", "6"]
    arguments = json.dumps({"choices": json.dumps(["One", "Two"]), "kind": "Button"})
    assert "error" not in answer_call(WAITER.tools, "offer_choices", arguments, kigali).told
    choices = offered(kigali, {"item_id": dish}, "Neither", kind="Buttons")
    assert (choices.kind, choices.options[0].id) == ("buttons", f"item:{dish}")
    assert len(choices.options[0].title) > len("item")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Half** of it", "Half of it"),
        ("*Half* of it", "Half of it"),
        ("__Half of it__", "Half of it"),
        ("***Half*** `of` ~~it~~", "Half of it"),
        ("**_Half of it_**", "Half of it"),
        ("[Half of it](https://example.com/a)", "Half of it"),
        ("## Half of it", "Half of it"),
        ("- Half of it", "Half of it"),
        ("2 * 3", "2 * 3"),
        ("half_of_it", "half_of_it"),
        ("-5 or less", "-5 or less"),
        ("👍🏽", "👍🏽"),
    ],
)
def test_a_tap_has_no_marks(kigali: ToolContext, text: str, shown: str) -> None:
    option = offered(kigali, text, "Another").options[0]
    assert (option.id, option.title) == (f"say:{shown}", shown)


@pytest.mark.parametrize(
    ("diet", "against", "fine"),
    [
        ("vegan", ("Beef burger", "Egg", "Fish", "Cheese", "Honey"), ("Vegan cheese", "Beans")),
        ("vegetarian", ("Beef burger", "Fish", "Poulet"), ("Egg", "Cheese")),
        ("halal", ("Bacon", "Wine", "Akabenzi"), ("Beef", "Halal beef burger")),
        ("kosher", ("Ham", "Prawns"), ("A window table",)),
    ],
)
def test_words_of_no_dish_are_within_their_diet(
    kigali: ToolContext, diet: str, against: tuple[str, ...], fine: tuple[str, ...]
) -> None:
    kept = diets.written(KeptDiet(Diet(diets=frozenset({diet})), since=TODAY))
    context = replace(kigali, diner=replace(kigali.diner, diet=kept))
    for text in against:
        assert text in refusal(context, text, "Another")
    for text in fine:
        offered(context, text, "Another")
