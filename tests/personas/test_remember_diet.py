"""`remember_diet` keeps what somebody must not have, by the menu's keys, and takes it back."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from models import diets
from models.diets import MOST_AVOIDED, Diet, KeptDiet
from personas.effects import remembering
from personas.tool import Answer, ToolContext, answer_call
from personas.waiter import WAITER
from tests.personas.conftest import TODAY


def remember(context: ToolContext, **arguments: object) -> Answer:
    return answer_call(WAITER.tools, "remember_diet", json.dumps(arguments), context)


def kept(context: ToolContext, answer: Answer) -> KeptDiet:
    return diets.read(remembering(context.diner, answer.effects).diet)


def keeping(context: ToolContext, *allergens: str, **diet: Any) -> ToolContext:
    """With a diner of whom this is kept already."""
    own = Diet(frozenset(allergens), **{key: frozenset(each) for key, each in diet.items()})
    text = diets.written(KeptDiet(own, since=TODAY))
    return replace(context, diner=replace(context.diner, diet=text))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"allergens": ["peanuts"]}, Diet(frozenset({"peanuts"}))),
        ({"allergens": ["shellfish"]}, Diet(frozenset({"crustaceans", "molluscs"}))),
        ({"allergens": "dairy and eggs"}, Diet(frozenset({"milk", "eggs"}))),
        ({"diets": ["vegan"]}, Diet(diets=frozenset({"vegan"}))),
        ({"diets": ["gluten_free"], "allergens": None}, Diet(diets=frozenset())),
        ({"avoid": ["kiwi"]}, Diet(avoid=frozenset({"kiwi"}))),
        ({"allergens": ["kiwi"]}, Diet(avoid=frozenset({"kiwi"}))),
    ],
)
def test_what_is_kept_has_the_menus_keys(
    kigali: ToolContext, arguments: dict[str, object], expected: Diet
) -> None:
    own = kept(kigali, remember(kigali, **arguments)).own
    if "gluten_free" in str(arguments):
        assert own.diets == {"gluten-free"} or "gluten" in own.allergens
    else:
        assert own == expected


def test_the_model_hears_what_is_kept_of_whom(kigali: ToolContext) -> None:
    answer = remember(keeping(kigali, "fish"), allergens=["nuts"], for_whom="table")
    assert answer.told["kept_of_the_diner"] == ["fish"]
    assert "nuts" in answer.told["kept_of_their_table_for_this_conversation"]  # type: ignore[operator]
    assert "/me" in str(answer.told["note"])


def test_who_eats_with_the_diner_is_kept_apart(kigali: ToolContext) -> None:
    found = kept(kigali, remember(kigali, allergens=["milk"], for_whom="table"))
    assert (found.own, found.table) == (Diet(), Diet(frozenset({"milk"})))


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["vegan"], Diet(frozenset({"milk", "fish"}), avoid=frozenset({"kiwi"}))),
        (["dairy"], Diet(frozenset({"fish"}), frozenset({"vegan"}), frozenset({"kiwi"}))),
        (["kiwi", "fish"], Diet(frozenset({"milk"}), frozenset({"vegan"}))),
        (["everything"], Diet()),
        (["my diet"], Diet()),
        (["all my allergies"], Diet()),
        (["vegan diet"], Diet(frozenset({"milk", "fish"}), avoid=frozenset({"kiwi"}))),
    ],
)
def test_what_a_diner_takes_back_is_no_longer_kept(
    kigali: ToolContext, words: Sequence[str], left: Diet
) -> None:
    before = keeping(kigali, "milk", "fish", diets=["vegan"], avoid=["kiwi"])
    answer = remember(before, forget=words)
    assert kept(before, answer).own == left
    assert answer.told["no_longer_kept"]


def test_one_diet_may_stand_in_anothers_place(kigali: ToolContext) -> None:
    before = keeping(kigali, diets=["vegan"])
    answer = remember(before, forget=["vegan"], diets=["vegetarian"])
    assert kept(before, answer).own.diets == {"vegetarian"}


def test_what_is_said_anew_stays_though_all_is_taken_back(kigali: ToolContext) -> None:
    before = keeping(kigali, "milk", diets=["vegan"])
    answer = remember(before, forget=["everything"], diets=["vegan"])
    assert kept(before, answer).own == Diet(diets=frozenset({"vegan"}))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "empty"),
        ({"allergens": ["the"]}, "allergens"),
        ({"for_whom": "dog", "allergens": ["milk"]}, "for_whom"),
        ({"avoid": ["x" * 61]}, "avoid"),
        ({"avoid": [f"fruit{nth}" for nth in range(21)]}, "avoid"),
        ({"allergens": ["milk"], "until": "noon"}, "until"),
    ],
)
def test_what_can_not_be_kept_is_named_and_changes_nothing(
    kigali: ToolContext, arguments: dict[str, object], named: str
) -> None:
    answer = remember(kigali, **arguments)
    assert named in str(answer.told["error"])
    assert answer.effects == ()


def test_no_more_is_kept_than_there_is_room_for(kigali: ToolContext) -> None:
    full = keeping(kigali, avoid=[f"fruit{chr(97 + nth)}" for nth in range(MOST_AVOIDED)])
    answer = remember(full, avoid=["kiwi"])
    assert str(MOST_AVOIDED) in str(answer.told["error"])
    assert remember(full, avoid=["fruita"]).effects


def test_what_was_remembered_in_this_turn_is_excluded_in_it(kigali: ToolContext) -> None:
    answer = remember(kigali, allergens=["peanuts"], diets=["halal"])
    after = replace(kigali, diner=remembering(kigali.diner, answer.effects))
    assert after.excluded().without == {"peanuts"}
    assert after.excluded().diets == {"halal"}


def test_every_look_up_keeps_to_it_whatever_the_model_passes(kigali: ToolContext) -> None:
    def items(context: ToolContext) -> list[dict[str, Any]]:
        told = answer_call(WAITER.tools, "lookup_menu", '{"query": "cappuccino"}', context).told
        found: list[dict[str, Any]] = json.loads(json.dumps(told["items"]))
        return found

    assert any("milk" in item["allergens"] for item in items(kigali))
    assert not any("milk" in item["allergens"] for item in items(keeping(kigali, "milk")))
    told_now = replace(kigali, said=("I have a milk allergy",))
    assert not any("milk" in item["allergens"] for item in items(told_now))
