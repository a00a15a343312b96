"""What a diner must not have is known from when they say so until they take it back."""

import pytest

from models import diets
from models.diets import Diet, KeptDiet
from realtime.client import RealtimeError
from tests.engine.clock import soon
from tests.engine.outside import answer, calls
from tests.engine.test_identities import BOTH, BY_ID, BY_NUMBER
from tests.engine.test_identities import hears as hears_form
from tests.engine.world import ALICE, LEASE_S, House

ALLERGY = "I'm allergic to peanuts"
REMEMBERED = calls("remember_diet", allergens=["peanuts"])


def says(house: House, text: str) -> str:
    """Alice writes, and reads the answer."""
    before = len(house.read())
    house.hears(text)
    assert soon(lambda: len(house.read()) == before + 1)
    return house.read()[-1]


def kept(house: House) -> KeptDiet:
    (diner,) = house.diners()
    return diets.read(diner.diet)


def must_not_have(house: House) -> str:
    """What the model was told of it when it was asked last."""
    return house.model.asked[-1].system


def test_an_allergy_that_is_said_once_is_told_ten_turns_later_and_after_a_restart(
    any_house: House,
) -> None:
    any_house.model.will(REMEMBERED, "I keep it in mind.")
    says(any_house, ALLERGY)
    for nth in range(12):
        says(any_house, f"Something else, please: {nth}")
    assert ALLERGY not in any_house.model.asked[-1].words
    assert "This diner must not have: peanuts." in must_not_have(any_house)
    restarted = any_house.beside("web 2")
    restarted.hears("And now?")
    assert soon(lambda: any_house.model.asked[-1].words[-1:] == ["And now?"])
    assert "This diner must not have: peanuts." in must_not_have(any_house)


def test_it_is_kept_though_the_model_calls_no_tool(any_house: House) -> None:
    says(any_house, ALLERGY)
    assert "/me" in must_not_have(any_house)  # they are told
    for nth in range(12):
        says(any_house, f"Something else, please: {nth}")
    assert "This diner must not have: peanuts." in must_not_have(any_house)
    assert "/me" not in must_not_have(any_house)


def test_it_is_kept_where_the_model_has_no_answer(any_house: House) -> None:
    any_house.model.will(calls("remember_diet", allergens=["milk"]), RealtimeError("busy"))
    says(any_house, ALLERGY)
    assert [turn.state for turn in any_house.turns()] == ["failed"]
    assert kept(any_house).own.allergens == {"milk", "peanuts"}


def test_what_came_in_while_the_turn_ran_is_read_too(house: House) -> None:
    pending = house.model.holds()
    house.hears("Hello")
    assert pending.is_asked.wait(10)
    house.hears(ALLERGY)
    assert soon(house.read)
    assert kept(house).own.allergens == {"peanuts"}


def test_a_turn_that_is_run_again_keeps_it_once(any_house: House) -> None:
    turn = any_house.begins(ALLERGY)
    any_house.clock.passes(LEASE_S)  # its process died in the middle of it
    any_house.model.will(REMEMBERED, "I keep it in mind.")
    assert any_house.sweeps_until(any_house.read)
    assert kept(any_house).own == Diet(frozenset({"peanuts"}))
    assert [(each.id, each.state) for each in any_house.turns()] == [(turn.id, "done")]


def test_a_conversation_that_is_reset_takes_the_tables_along(any_house: House) -> None:
    any_house.model.will(REMEMBERED, calls("remember_diet", diets=["vegan"], for_whom="table"))
    says(any_house, "Hello")
    says(any_house, "Hello")
    assert "Somebody at their table keeps to this diet: vegan." in must_not_have(any_house)
    assert "/me" in says(any_house, "/reset")
    assert kept(any_house).table == Diet()
    assert kept(any_house).own.allergens == {"peanuts"}
    says(any_house, "Hello")
    assert "vegan" not in must_not_have(any_house)
    assert "peanuts" in must_not_have(any_house)


def test_who_asks_reads_what_is_kept_and_may_have_it_erased(any_house: House) -> None:
    says(any_house, ALLERGY)
    shown = says(any_house, "/me")
    assert "never peanuts" in shown
    assert "Waiter" in shown
    assert "/me forget diet" in shown
    says(any_house, "/me forget diet")
    assert kept(any_house) == KeptDiet()
    assert "nothing that I know of" in says(any_house, "/me")
    says(any_house, "Hello")
    assert "peanuts" not in must_not_have(any_house)


def test_of_who_is_forgotten_no_diet_is_left(any_house: House) -> None:
    says(any_house, ALLERGY)
    pending = any_house.twilio.holds()
    any_house.hears("/forget")
    assert soon(lambda: [diner.is_forgotten for diner in any_house.diners()] == [True])
    assert [diner.diet for diner in any_house.diners()] == [None]
    any_house.hears("Hello")  # before the last word is out
    pending.set()
    assert soon(lambda: any_house.model.asked[-1].words == ["Hello"])
    assert "peanuts" not in must_not_have(any_house)


def test_who_turns_out_to_be_one_must_have_what_neither_may(any_house: House) -> None:
    hears_form(any_house, ALLERGY, **BY_ID)
    hears_form(any_house, "I have a milk allergy and I'm vegan", **BY_NUMBER)
    hears_form(any_house, "Hello", **BOTH)
    assert kept(any_house).own == Diet(frozenset({"peanuts", "milk"}), frozenset({"vegan"}))
    hears_form(any_house, "Hello", **BY_ID)
    assert "must not have: milk, peanuts." in must_not_have(any_house)


def test_a_diner_who_takes_it_back_is_free_of_it(any_house: House) -> None:
    any_house.model.will(calls("remember_diet", diets=["vegan"]), answer("Noted."))
    says(any_house, "I am vegan")
    any_house.model.will(calls("remember_diet", forget=["vegan"]), answer("Noted."))
    says(any_house, "I'm not vegan any more")
    assert kept(any_house) == KeptDiet()
    says(any_house, "So, what is there?")
    assert "vegan" not in must_not_have(any_house)


@pytest.mark.parametrize("other", [ALICE.replace("01", "09")])
def test_nobody_elses_turn_knows_of_it(house: House, other: str) -> None:
    says(house, ALLERGY)
    house.hears("Hello", other)
    assert soon(lambda: house.read(other))
    assert "peanuts" not in must_not_have(house)
