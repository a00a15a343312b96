"""A persona that needs a right is there for those who have it; for all others it is not."""

from dataclasses import replace

import pytest

from conversation import keywords
from models import staff
from models.database.engine import Database
from models.restaurants import Restaurant
from personas.catalogue import PERSONAS
from personas.effects import SwitchTo
from personas.persona import Persona
from personas.rights import RIGHTS_OF, of_roles
from tests.conversation.world import ALICE, Model, says, taken, taker, turn

# The books are open to whoever CFO_NUMBERS names, and to the staff whose role allows it.
SUMMARY = "take back what I changed last"  # one that the catalogues have
BURSAR = replace(PERSONAS["cfo"], key="bursar", title="Bursar", needs="books", summary=SUMMARY)
HOUSE = {**PERSONAS, "bursar": BURSAR}


@pytest.fixture(autouse=True)
def restaurant(kigali: Restaurant) -> Restaurant:
    return kigali


def test_who_lacks_its_right_gets_the_answer_to_an_unknown_word(database: Database) -> None:
    house = taker(database, Model(), personas=HOUSE)
    for typed in ("/bursar", "/bursar what is in the safe?"):
        ending = taken(house, turn(typed, is_keyword=True))
        assert ending.effects == ()
        assert ending.text == taken(house, turn("/chef", is_keyword=True)).text.replace(
            "/chef", "/bursar"
        )
    assert SUMMARY not in taken(house, turn("/help", is_keyword=True)).text


def test_who_has_its_right_knows_it(database: Database, restaurant: Restaurant) -> None:
    house = taker(database, Model(says("Locked.")), frozenset({ALICE}), personas=HOUSE)
    assert f"*/bursar* – {SUMMARY}" in taken(house, turn("/help", is_keyword=True)).text
    ending = taken(house, turn("/bursar", is_keyword=True))
    assert (ending.effects, ending.text) == ((SwitchTo("bursar"),), BURSAR.greeting(restaurant))
    assert taken(house, turn("/bursar what is in it?", is_keyword=True)).persona == "bursar"


def test_a_role_of_the_staff_opens_it(database: Database, restaurant: Restaurant) -> None:
    with database.transaction() as session:
        staff.add(session, restaurant.id, ALICE, ["finance"], "Alice")
    ending = taken(taker(database, Model(), personas=HOUSE), turn("/bursar", is_keyword=True))
    assert ending.effects == (SwitchTo("bursar"),)


def test_who_lost_the_right_talks_to_the_default_persona(database: Database) -> None:
    model = Model(says("Good evening."))
    ending = taken(taker(database, model, personas=HOUSE), turn("hello", persona="bursar"))
    assert ending.persona == "waiter"


@pytest.mark.parametrize(("open_to", "is_named"), [(frozenset(), False), ({ALICE}, True)])
def test_nobody_hands_a_diner_over_to_whom_they_may_not_talk(
    database: Database, open_to: frozenset[str], is_named: bool
) -> None:
    model = Model(says("Good evening."))
    taken(taker(database, model, frozenset(open_to), personas=HOUSE), turn("hello"))
    [hand_over] = [each for each in model.asked[0]["tools"] if each["name"] == "hand_over"]
    assert ("bursar" in str(hand_over)) is is_named


@pytest.mark.parametrize("key", ["", "Chef", "head chef", "chef1", "c" * 33, "chef-de-cuisine"])
def test_a_key_that_is_no_word_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="lower-case word"):
        replace(BURSAR, key=key)


def test_no_persona_takes_a_word_that_is_taken() -> None:
    staffs = keywords.words_for({}, RIGHTS_OF["owner"], has_staff=True)
    assert not PERSONAS.keys() & staffs.keys()


def test_a_summary_is_one_line_of_the_help() -> None:
    def is_fit(persona: Persona) -> bool:
        return bool(persona.summary) and "\n" not in persona.summary

    assert all(map(is_fit, PERSONAS.values()))


@pytest.mark.parametrize("role", staff.ROLES)
def test_a_word_of_the_staffs_is_one_for_the_roles_with_its_right_alone(
    database: Database, restaurant: Restaurant, role: str
) -> None:
    with database.transaction() as session:
        staff.add(session, restaurant.id, ALICE, [role], None)
    house = taker(database, Model())
    for word, (right, _) in keywords.STAFFS.items():
        told = taken(house, turn(f"/{word} 7", is_keyword=True)).text
        assert told.startswith(f"I don't know /{word}") == (right not in of_roles([role])), word
