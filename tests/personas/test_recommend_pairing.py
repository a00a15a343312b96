"""A pairing is one that this diner may have, can get now, and was not offered before."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from knowledge.allergens import facts_of
from knowledge.fitting import fits
from knowledge.seed import SAMPLE_FILES, seed
from knowledge.wishes import Wishes
from models import diets
from models.database.engine import Database
from models.diets import Diet, KeptDiet
from models.menu import ALLERGENS, MenuItem, Pairing, available_items, pairings_of
from models.restaurants import all_of_them
from models.tool_calls import Missed
from personas.tool import ToolContext, answer_call
from personas.waiter import WAITER
from tests.personas.conftest import TODAY, as_seen_by_the_owner

DIETS = ["vegan", "vegetarian", "pescatarian", "halal", "gluten-free", "no-alcohol", "no-pork"]

BREAKS = {
    "halal": {"contains-alcohol", "contains-pork"},
    "no-alcohol": {"contains-alcohol"},
    "no-pork": {"contains-pork"},
    "vegetarian": {"contains-pork"},
    "pescatarian": {"contains-pork"},
}


def paired(context: ToolContext, item: object, **arguments: object) -> dict[str, Any]:
    asked = json.dumps({"item_id": item, **arguments})
    answer: dict[str, Any] = json.loads(
        answer_call(WAITER.tools, "recommend_pairing", asked, context).text
    )
    return answer


def names(answer: dict[str, Any]) -> list[str]:
    return [pairing["item"]["name"] for pairing in answer["pairings"]]


def menu(context: ToolContext) -> list[MenuItem]:
    with context.database.transaction() as session:
        return available_items(session, context.restaurant.id)


@pytest.fixture(params=["kigali", "valletta"])
def house(request: pytest.FixtureRequest) -> ToolContext:
    context: ToolContext = request.getfixturevalue(request.param)
    return context


@pytest.fixture
def own(database_url: str) -> Iterator[ToolContext]:
    """The Valletta sample in a database that the test may change."""
    database = Database(database_url)
    seed(database, today=TODAY, kigali_number="whatsapp:+1", files=[SAMPLE_FILES[1]])
    with database.transaction() as session:
        (restaurant,) = all_of_them(session)
    yield as_seen_by_the_owner(database, restaurant)
    database.close()


@pytest.mark.parametrize("allergen", ALLERGENS)
def test_nothing_is_paired_that_has_or_may_have_an_allergen(
    house: ToolContext, allergen: str
) -> None:
    facts = {item.id: facts_of(item) for item in menu(house)}
    for item_id in list(facts)[::9]:
        answer = paired(house, item_id, exclude_allergens=[allergen])
        for pairing in answer["pairings"]:
            assert allergen in facts[pairing["item"]["item_id"]].free_of


def test_every_dish_has_a_partner_for_who_drinks_none_for_vegans_and_for_coeliacs(
    house: ToolContext,
) -> None:
    everybody = Wishes(diets=frozenset({"no-alcohol", "vegan", "gluten-free"}))
    for item in menu(house):
        with house.database.transaction() as session:
            partners = [each.item for each in pairings_of(session, house.restaurant.id, item.id)]
        assert [each for each in partners if fits(each, everybody)], item.slug


@pytest.mark.parametrize("diet", DIETS)
def test_a_diet_is_kept(house: ToolContext, diet: str) -> None:
    items = {item.id: item for item in menu(house)}
    for item_id in list(items)[::7]:
        for pairing in paired(house, item_id, dietary=[diet])["pairings"]:
            tags = items[pairing["item"]["item_id"]].dietary
            assert BREAKS.get(diet, set()).isdisjoint(tags)
            assert diet not in ("vegan", "halal") or diet in tags


@pytest.mark.parametrize(
    "arguments",
    [
        {"dietary": ["no-alcohol"]},
        {"dietary": "pregnant"},
        {"dietary": ["teetotal"]},
        {"avoid_ingredients": ["alcohol"]},
        {"dietary": ["halal"]},
    ],
)
def test_who_drinks_none_is_offered_none(kigali: ToolContext, arguments: dict[str, Any]) -> None:
    dish = "Sambaza frites (crisp lake sardines)"
    assert "Skol Malt (33 cl)" in names(paired(kigali, dish))
    assert names(paired(kigali, dish, **arguments)) == ["Ginger lemonade (house-made)"]


def test_what_the_diner_just_said_counts_whatever_the_model_passes(valletta: ToolContext) -> None:
    said = replace(valletta, said=("Aljotta please, and no alcohol for me",))
    assert "Girgentina (white, glass)" not in names(paired(said, "Aljotta"))
    said = replace(valletta, said=("I'm allergic to gluten. Aljotta?",))
    assert "Ħobż Malti (bread basket)" not in names(paired(said, "Aljotta"))


def test_what_is_kept_with_the_diner_counts_whatever_the_model_passes(
    valletta: ToolContext,
) -> None:
    kept = KeptDiet(own=Diet(allergens=frozenset({"gluten"})))
    diner = replace(valletta.diner, diet=diets.written(kept))
    assert "Ħobż Malti (bread basket)" in names(paired(valletta, "Aljotta"))
    assert "Ħobż Malti (bread basket)" not in names(
        paired(replace(valletta, diner=diner), "Aljotta")
    )


def test_what_was_suggested_before_is_not_suggested_again(valletta: ToolContext) -> None:
    first = names(paired(valletta, "Timpana"))
    before = replace(valletta, replied=(f"With it, how about our *{first[0]}*?",))
    assert first[0] not in names(paired(before, "Timpana"))
    assert first[1] in names(paired(before, "Timpana"))
    all_named = replace(valletta, replied=tuple(f"{name}?" for name in first))
    assert names(paired(all_named, "Timpana")) == []
    assert "is left for this diner" in paired(all_named, "Timpana")["note"]


def test_a_pairing_is_missed_where_nobody_wrote_one(own: ToolContext) -> None:
    with own.database.transaction() as session:
        session.execute(delete(Pairing))
    answer = answer_call(WAITER.tools, "recommend_pairing", '{"item_id": "Timpana"}', own)
    assert answer.missed == (Missed("pairing", "Timpana (baked macaroni pie)"),)


def test_a_name_within_another_was_not_suggested(valletta: ToolContext) -> None:
    said = replace(valletta, replied=("Our *Espresso macchiato* is €2.00. Or a chocolate?",))
    assert "Espresso" not in names(paired(said, "Kannoli"))  # it was: better once than twice
    said = replace(valletta, replied=("Espressos all round!",))
    assert "Espresso" in names(paired(said, "Kannoli"))


def test_what_is_sold_out_is_left_out_and_told(own: ToolContext) -> None:
    now = datetime(2026, 11, 22, 13, tzinfo=UTC)
    with own.database.transaction() as session:
        session.execute(
            update(MenuItem)
            .where(MenuItem.slug == "hobz-malti")
            .values(sold_out_until=now + timedelta(hours=3))
        )
    answer = paired(replace(own, now=now), "Aljotta")
    assert "Ħobż Malti (bread basket)" not in names(answer)
    assert [each["name"] for each in answer["unavailable"]] == ["Ħobż Malti (bread basket)"]
    later = paired(replace(own, now=now + timedelta(hours=4)), "Aljotta")
    assert "Ħobż Malti (bread basket)" in names(later)


def test_what_is_not_stated_is_told_apart(own: ToolContext) -> None:
    with own.database.transaction() as session:
        session.execute(
            update(MenuItem).where(MenuItem.slug == "insalata-hadra").values(free_of=None)
        )
    answer = paired(own, "Timpana", exclude_allergens=["nuts"])
    assert "Insalata ħadra (garden salad)" not in names(answer)
    assert answer["not_stated"] == ["Insalata ħadra (garden salad)"]
    assert "Only the kitchen knows" in answer["note"]


def test_a_dish_that_the_diner_must_not_have_is_told(valletta: ToolContext) -> None:
    assert "is not for them" in paired(valletta, "Kannoli", exclude_allergens=["milk"])["note"]
    assert "note" not in paired(valletta, "Kannoli")


@pytest.mark.parametrize(
    "name", ["Timpana", "timpana", "Timpana (baked macaroni pie)", " TIMPANA ", "timpanna"]
)
def test_a_dish_may_be_named(valletta: ToolContext, name: str) -> None:
    assert paired(valletta, name)["item"]["name"] == "Timpana (baked macaroni pie)"


def test_an_id_may_come_as_text_and_a_name_of_several_is_asked_back(house: ToolContext) -> None:
    item = menu(house)[0]
    assert paired(house, str(item.id))["item"]["item_id"] == item.id
    refused = paired(house, "coffee")["error"]
    assert refused.startswith("item_id: 'coffee' may be several items: send the id of one of ")


def test_a_word_that_nobody_knows_is_refused(valletta: ToolContext) -> None:
    assert paired(valletta, "Timpana", dietary=["keto"])["error"].startswith("dietary: 'keto'")
    assert paired(valletta, "Timpana", at="xyz")["error"].startswith("at: ")


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
def test_no_two_upsells_are_the_same_and_each_is_a_question_or_a_sentence(file: Any) -> None:
    pairings = json.loads(file.read_text())["pairings"]
    sentences = [pairing["upsell"] for pairing in pairings]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence[-1] in "?." for sentence in sentences)


def test_a_dish_that_cant_be_had_then_is_told_so(kigali: ToolContext) -> None:
    by_slug = {item.slug: item for item in menu(kigali)}
    answer = paired(kigali, by_slug["rolex"].id, at="tomorrow 20:00")
    assert by_slug["rolex"].name in [each["name"] for each in answer["unavailable"]]
    assert answer["note"].startswith("The dish itself can't be had then")


def test_of_what_is_none_of_the_14_no_pairing_is_called_safe(valletta: ToolContext) -> None:
    answer = paired(valletta, "Timpana", exclude_allergens=["tomatoes"])
    assert "Of tomato the file states nothing" in answer["note"]


def test_a_closed_house_is_told(kigali: ToolContext) -> None:
    assert "closed" in paired(kigali, "isombe", at="31 december 01:00")["house"]
    assert "house" not in paired(kigali, "isombe")


def test_what_names_no_dish_is_no_choice_of_several(house: ToolContext) -> None:
    for item in (-1, "-1", "what do you have"):
        assert paired(house, item)["error"].startswith("item_id: no such item")
