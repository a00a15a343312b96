"""What a diner edits or takes back while it is answered counts as it stands then, and no more."""

import pytest

from models import diets, menu, restaurants
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import calls
from tests.engine.test_choices import offering
from tests.engine.test_kinds import asked, takes_in
from tests.engine.test_pictures import FISH, GOAT, dish
from tests.engine.world import RESTAURANT, House

FISH_SHORT, GOAT_SHORT = "Brochette y'ifi", "Brochette y'ihene"
SECOND_THOUGHT = "Any brochette? I'm allergic to fish"


def answers(house: House, *said: str) -> str:
    """These messages are being answered when this returns; the first one's SID."""
    answered = len(house.model.asked)
    house.model.holds()
    first, *others = said
    turn = takes_in(house, Body=first)
    sid = house.messages()[-1].sid
    for each in others:
        takes_in(house, Body=each)
    house.intake.wake(turn)
    assert soon(lambda: len(house.model.asked) == answered + 1)
    return sid


def edits(house: House, sid: str, words: str) -> None:
    house.intake.wake(takes_in(house, "edit", Body=words, OriginalMessageSid=sid))
    comes_to_rest(house)


def deletes(house: House, sid: str) -> None:
    house.intake.wake(takes_in(house, "revoke", OriginalMessageSid=sid))
    comes_to_rest(house)


def comes_to_rest(house: House) -> None:
    assert soon(lambda: all(each.state != "running" for each in house.turns()))
    assert house.delivery.drain(WAIT_S)


def allergens(house: House) -> set[str]:
    return set(diets.read(house.diners()[0].diet).own.allergens)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("Two beers", "Two beers, I'm allergic to peanuts", {"peanuts"}),
        ("I'm allergic to fish", "I'm allergic to fish and milk", {"fish", "milk"}),
        ("I'm allergic to fish", "I'm allergic to milk", {"milk"}),
        ("I'm allergic to fish", "I like fish", set()),
    ],
)
def test_of_health_what_an_edit_says_is_kept_and_nothing_else(
    any_house: House, before: str, after: str, kept: set[str]
) -> None:
    edits(any_house, answers(any_house, before), after)
    assert asked(any_house) == [after]
    assert allergens(any_house) == kept
    system = any_house.model.asked[-1].system
    assert (", ".join(sorted(kept)) + ". What they have just said" in system) == bool(kept)
    assert ("must not have" in system) == bool(kept)


def stocked(house: House) -> None:
    with house.eye.transaction() as session:
        restaurant_id = restaurants.store(session, RESTAURANT)
        menu.store(session, restaurant_id, [{**dish(FISH), "allergens": ["fish"]}, dish(GOAT)])


def test_the_tools_of_that_turn_hear_it(house: House) -> None:
    stocked(house)
    sid = answers(house, "Any brochette?")
    house.model.will(calls("offer_choices", choices=[FISH_SHORT, GOAT_SHORT]), "Only goat.")
    edits(house, sid, SECOND_THOUGHT)
    assert "is not offered" in house.model.asked[-1].results
    assert house.twilio.taken[-1].bubble.choices is None


def test_what_they_found_before_it_is_void(house: House) -> None:
    stocked(house)
    house.model.will(offering("", FISH_SHORT, GOAT_SHORT))
    house.model.holds()
    house.intake.wake(takes_in(house, Body="Any brochette?"))
    sid = house.messages()[-1].sid
    assert soon(lambda: len(house.model.asked) == 2)
    assert house.model.asked[-1].results
    house.model.will("Let me see.")
    edits(house, sid, SECOND_THOUGHT)
    assert house.model.asked[-1].results == ""
    assert house.twilio.taken[-1].bubble.choices is None
    assert allergens(house) == {"fish"}


def test_a_message_more_leaves_them(house: House) -> None:
    stocked(house)
    house.model.will(calls("lookup_menu", query="brochette"))
    house.model.holds()
    house.intake.wake(takes_in(house, Body="Any brochette?"))
    assert soon(lambda: len(house.model.asked) == 2)
    house.intake.wake(takes_in(house, Body="I'm allergic to kiwi"))
    comes_to_rest(house)
    told = house.model.asked[-1]
    assert GOAT in told.results
    assert told.words == [
        "Please keep in mind what I avoid: kiwi.",
        "Any brochette?",
        "I'm allergic to kiwi",
    ]
    assert "What they have just said" in told.system


@pytest.mark.parametrize("word", ["fish", "kiwi"])
def test_what_is_taken_back_is_not_remembered(any_house: House, word: str) -> None:
    deletes(any_house, answers(any_house, f"I'm allergic to {word}, my PIN is 4321"))
    assert any_house.read() == []
    assert any_house.diners()[0].diet is None
    deletes(any_house, answers(any_house, f"I'm allergic to {word}", "What do you have?"))
    assert len(any_house.read()) == 1
    assert any_house.diners()[0].diet is None
    told = any_house.model.asked[-1]
    assert word not in told.system + str(told.words)


def test_nor_is_what_a_tool_kept_of_it(house: House) -> None:
    house.model.will(calls("remember_diet", allergens=["fish"]))
    house.model.holds()
    turn = takes_in(house, Body="Never any fish for me")
    sid = house.messages()[-1].sid
    takes_in(house, Body="What do you have?")
    house.intake.wake(turn)
    assert soon(lambda: len(house.model.asked) == 2)
    deletes(house, sid)
    assert house.diners()[0].diet is None


def test_a_personas_question_that_is_taken_back_is_not_answered(any_house: House) -> None:
    deletes(any_house, answers(any_house, "/cfo I'm allergic to fish. What is VAT?"))
    assert any_house.read() == []
    assert [each.state for each in any_house.turns()] == ["done"]
    (diner,) = any_house.diners()
    assert (diner.diet, diner.persona) == (None, None)
    assert [each.text for each in any_house.messages()] == [
        "[deleted this message]",
        "[deleted an earlier message]",
    ]


def test_nor_does_it_take_another_message_in(any_house: House) -> None:
    sid = answers(any_house, "/waiter What do you have?")
    any_house.intake.wake(takes_in(any_house, Body="Thanks", OriginalRepliedMessageSid=sid))
    comes_to_rest(any_house)
    assert soon(lambda: len(any_house.read()) == 2)
    assert any_house.model.asked[0].words == ["What do you have?"]
