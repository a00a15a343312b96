"""The rollout's page: numbers that were pasted, the switches, and what became of drafts."""

import pytest

from handlers.console.rollout import MOST_AT_ONCE, entries_in
from models import drafts, rollout
from models.bubbles import Bubble
from models.rollout import Rollout
from models.turns import DRAFTED
from tests.console.world import Guest, House
from tests.models.console.world import World
from tests.models.desk import ALICE, BOB, Desk

PAGE = "/kigali/rollout"


def state(house: House, restaurant_id: int = 1) -> Rollout:
    with house.database.transaction() as session:
        return rollout.of_restaurant(session, restaurant_id)


def listed(house: House) -> list[tuple[str, str]]:
    return [(each.address, each.name) for each in state(house).numbers]


@pytest.fixture
def grace(house: House) -> Guest:
    guest = house.signed_in()
    guest.get(PAGE)
    return guest


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("+250788000001", {ALICE: ""}),
        ("00250 788-000-001 Aline M.\n\n whatsapp:+250788000002", {ALICE: "Aline M.", BOB: ""}),
        ("+250788000001, +250788000002; +250788000001", {ALICE: "", BOB: ""}),
        ("+250 788 000 001 +250 788 000 002", {ALICE: "", BOB: ""}),
        ("(+250) 788 000 001: 2nd phone", {ALICE: "2nd phone"}),
        ("+250788000001\tTeta\r\nRW.teta (Teta)", {ALICE: "Teta", "whatsapp:RW.teta": "Teta"}),
    ],
)
def test_numbers_are_understood_as_people_paste_them(pasted: str, found: dict[str, str]) -> None:
    assert entries_in(pasted) == (found, "")


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("", "one number or more"),
        (" ,;\n", "one number or more"),
        ("+250788000001\n0788 000 002", "“0788 000 002”"),
        ("Aline", "“Aline”"),
        ("+250788000001x", "no WhatsApp number"),
        ("+250788000001 " + "x" * 81, "80 characters"),
        ("+250788000001\n" * (MOST_AT_ONCE + 1), "too many at once"),
    ],
)
def test_what_is_no_number_is_named_and_nobody_is_added(
    house: House, grace: Guest, pasted: str, says: str
) -> None:
    answer = grace.post(f"{PAGE}/allow", None, numbers=pasted)
    assert (answer.status_code, says in answer.text) == (400, True)
    assert pasted[:20].strip() in answer.text
    assert (listed(house), state(house).is_limited) == ([], False)


def test_several_are_added_at_once_and_the_list_is_on(house: House, grace: Guest) -> None:
    for _ in range(2):
        pasted = "+250788000001 Aline\n+250788000002"
        assert grace.post(f"{PAGE}/allow", None, numbers=pasted).status_code == 303
    assert listed(house) == [(ALICE, "Aline"), (BOB, "")]
    assert state(house).is_limited
    shown = grace.get(PAGE).text
    assert "the list alone" in shown
    assert "The 2 on the list, and the staff" in shown
    assert sorted(house.changes("rollout.")) == [
        "rollout.allowed",
        "rollout.allowed",
        "rollout.limited",
    ]


def test_a_number_that_has_two_spellings_is_on_the_list_once(house: House, grace: Guest) -> None:
    pasted = "+5511987654321, +551187654321 Ana"
    for name in ("Ana", "Bia"):
        grace.post(f"{PAGE}/allow", None, numbers=pasted.replace("Ana", name))
        assert listed(house) == [("whatsapp:+5511987654321", name)]
    assert house.changes("rollout.")[0] == "rollout.renamed"


def test_one_is_taken_off_once_and_an_empty_list_says_whom_it_leaves(
    house: House, grace: Guest
) -> None:
    grace.post(f"{PAGE}/allow", None, numbers="+250788000001")
    for told in ("Taken off the list", "not on the list any more"):
        assert grace.post(f"{PAGE}/disallow", None, address=ALICE).status_code == 303
        assert told in grace.get(PAGE).text
    assert "The staff alone: nobody is on the list" in grace.get(PAGE).text
    assert listed(house) == []


def test_a_list_that_is_off_is_kept_and_goes_on_again(house: House, grace: Guest) -> None:
    grace.post(f"{PAGE}/allow", None, numbers="+250788000001")
    grace.post(f"{PAGE}/open")
    assert "A list of 1 is kept, and is off" in grace.get(PAGE).text
    assert not state(house).is_limited
    grace.post(f"{PAGE}/limit")
    assert (state(house).is_limited, listed(house)) == (True, [(ALICE, "")])


def test_shadow_mode_goes_on_and_off_and_twice_is_once(house: House, grace: Guest) -> None:
    for _ in range(2):
        grace.post(f"{PAGE}/shadow")
    assert state(house).is_shadowed
    assert "No diner gets what the waiter writes" in grace.get(PAGE).text
    grace.post(f"{PAGE}/go-live")
    assert not state(house).is_shadowed
    assert house.changes("rollout.") == ["rollout.went_live", "rollout.shadowed"]


def test_it_is_said_whom_the_list_leaves_to_the_staff(house: House, grace: Guest) -> None:
    for diner in (ALICE, BOB):
        Desk(house.database).arrive(diner)
    assert "2 of the 2 who wrote in the last 7 days would be" in grace.get(PAGE).text
    grace.post(f"{PAGE}/allow", None, numbers="+250788000001")
    assert "1 of the 2 who wrote in the last 7 days is not" in grace.get(PAGE).text


def test_another_restaurants_stays_as_it_is(house: House, grace: Guest) -> None:
    grace.post(f"{PAGE}/allow", None, numbers="+250788000001")
    grace.post(f"{PAGE}/shadow")
    assert state(house, 2) == Rollout(False, False, ())


def test_a_draft_whose_diner_wrote_again_waits_no_more(house: House, grace: Guest) -> None:
    house.clock.passes(600)
    world = World(Desk(house.database))
    turn = world.begins("Fish?")
    world.ends(turn, state=DRAFTED)
    with house.database.connection() as connection:
        drafts.write(connection, turn, "Tilapia.", [Bubble("Tilapia.")], house.clock.now())
    assert "1 waits" in grace.get(PAGE).text
    world.writes("I am allergic to fish")
    shown = grace.get(PAGE).text
    assert ("1 waits" in shown, "Tilapia." in shown) == (False, False)
    assert "overtaken by what they wrote next</dt>" in shown
