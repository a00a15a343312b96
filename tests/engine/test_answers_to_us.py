"""What answers our question after allergies is kept, whenever and however it is given."""

import pytest

from models import diets, menu, restaurants
from tests.engine.outside import calls
from tests.engine.test_choices import hears, offering, offers
from tests.engine.test_kinds import answering, comes, ours
from tests.engine.test_pictures import FISH, GOAT, dish
from tests.engine.world import ALICE, KIGALI, House


def kept(house: House) -> frozenset[str]:
    found = next(each for each in house.diners() if each.address == ALICE)
    return diets.read(found.diet).own.allergens


def taps(house: House, title: str, about: str | None) -> None:
    on = {"OriginalRepliedMessageSid": about} if about else {}
    tap = {"ListId": f"say:{title}", "ListTitle": title, "Body": title}
    comes(house, "interactive", **tap, **on)


def test_two_taps_on_one_list_are_two_allergies(any_house: House) -> None:
    offers(any_house, "Do you have any allergies?", "Peanuts", "Milk", "None")
    question = ours(any_house)
    any_house.model.will("Noted: peanuts.")
    taps(any_house, "Peanuts", question)
    taps(any_house, "Milk", question)
    assert kept(any_house) == {"peanuts", "milk"}


@pytest.mark.parametrize("between", ["What time do you close?", "/reset", "/cfo"])
def test_a_tap_on_an_older_list_is_its_answer(house: House, between: str) -> None:
    offers(house, "Do you have any allergies?", "Peanuts", "Milk", "None")
    question = ours(house)
    hears(house, between)
    taps(house, "Peanuts", question)
    assert kept(house) == {"peanuts"}


def test_its_turns_tools_leave_it_out(house: House) -> None:
    fish = {**dish(FISH), "allergens": ["fish"]}
    with house.eye.transaction() as session:
        here = restaurants.by_number(session, KIGALI)
        assert here is not None
        menu.store(session, here.id, [fish, dish(GOAT)])
    offers(house, "Do you have any allergies?", "Fish", "Milk", "None")
    question = ours(house)
    hears(house, "What time do you close?")
    house.model.will(
        calls("lookup_menu", query="brochette"), offering("Which?", FISH, GOAT), "Goat?"
    )
    taps(house, "Fish", question)
    assert house.twilio.taken[-1].bubble.choices is None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Avez-vous des allergies ?", "arachides"),
        ("Mufite allergie?", "ubunyobwa"),
        ("Ha allergie?", "arachidi"),
        ("Una mzio wowote?", "karanga"),
        ("Għandek xi allerġija?", "karawett"),
    ],
)
def test_an_answer_that_quotes_the_question_is_its_answer(
    house: House, asked: str, answer: str
) -> None:
    house.model.will(asked)
    hears(house, "Hello")
    question = ours(house)
    hears(house, "One moment")
    comes(house, Body=answer, **answering(question))
    assert kept(house) == {"peanuts"}


def test_a_heart_in_between_is_no_answer(house: House) -> None:
    house.model.will("Do you have any allergies?")
    hears(house, "Hello")
    comes(house, "reaction", Body="❤️", **answering(ours(house)))
    hears(house, "peanuts")
    assert kept(house) == {"peanuts"}


def test_two_numbers_are_two_allergies(house: House) -> None:
    offers(house, "Do you have any allergies?", "Peanuts", "Milk", "None")
    hears(house, "1 and 2")
    assert kept(house) == {"peanuts", "milk"}
