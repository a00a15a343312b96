"""What went wrong, and what is done about it from the console: once, by whoever may."""

import re

import pytest

from models import staff
from models.turns import DEAD, FAILED
from tests.console.menus import MARIA, noted, ready
from tests.console.world import GRACE, House
from tests.models.console.world import VALLETTA, World
from tests.models.desk import ALICE, BOB, KIGALI, Desk

LETTERS = "/kigali/dead-letters"


@pytest.fixture
def world(house: House) -> World:
    return World(Desk(house.database))


def failed(
    world: World,
    diner: str = ALICE,
    state: str = FAILED,
    cause: str | None = "timeout",
    to: str = KIGALI,
) -> int:
    turn = world.begins("Fish?", diner=diner, to=to)
    world.ends(turn, "Sorry", state=state, cause=cause)
    return turn.id


def refused(world: World, diner: str = BOB, to: str = KIGALI) -> int:
    part = world.ends(world.begins("Fish?", diner=diner, to=to), "Yes, tilapia")
    assert part is not None
    world.desk.fail(part, 63003)
    return part.id


def named(page: str, kind: str) -> list[int]:
    return [int(each) for each in re.findall(rf'id="{kind}-(\d+)"', page)]


def test_what_went_wrong_is_listed_with_its_cause_and_whom_it_concerns(
    house: House, world: World
) -> None:
    turn, part = failed(world), refused(world)
    page = house.signed_in().get(LETTERS).text
    assert (named(page, "turn"), named(page, "part")) == ([turn], [part])
    assert "Got an apology: the model took too long" in page
    assert "The diner&#39;s number is not on WhatsApp" in page
    assert "63003" in page
    assert ">Yes, tilapia</q>" in page
    assert "Fish?" not in page


def test_what_did_not_arrive_is_read_by_whom_it_is_for(house: House, world: World) -> None:
    turn = world.begins("VAT?")
    part = world.ends(turn, "RWF 999,123", persona="cfo")
    assert part is not None
    world.desk.fail(part, 63003)
    with house.database.transaction() as session:
        staff.add(session, world.kigali.id, MARIA, ["manager"], "Maria")
    for who, is_shown in ((MARIA, False), (GRACE, True)):
        page = house.signed_in(who).get(LETTERS).text
        assert (named(page, "part"), "999,123" in page) == ([part.id], is_shown)


def test_each_is_dealt_with_once_however_often_the_button_is_pressed(
    house: House, world: World
) -> None:
    turn, part = failed(world), refused(world)
    grace = ready(house, GRACE)
    answer = grace.post(f"{LETTERS}/retry", None, turn=str(turn), part=str(part))
    assert (answer.status_code, named(answer.text, "turn")) == (200, [])
    again = grace.post(f"{LETTERS}/retry", {"HX-Request": "true"}, turn=str(turn), part=str(part))
    assert "dealt with that already" in again.headers["HX-Trigger"]
    assert [each[:2] for each in noted(house)] == [
        ("parts.retried", "#2"),
        ("turns.retried", "#1"),
    ]
    assert world.desk.part(part).state == "waiting"
    assert "Waits for its turn" in again.text


def test_what_is_dropped_is_off_the_list(house: House, world: World) -> None:
    turn, part = failed(world, state=DEAD, cause=None), refused(world)
    grace = ready(house, GRACE)
    assert "Given up: it was tried too often" in grace.get(LETTERS).text
    dropped = grace.post(f"{LETTERS}/drop", None, turn=str(turn), part=str(part))
    assert "Nothing is left behind" in dropped.text
    assert world.desk.part(part).state == "dropped"
    assert {each[0] for each in noted(house)} == {"turns.dropped", "parts.dropped"}


def test_all_is_what_was_listed_and_not_what_came_meanwhile(house: House, world: World) -> None:
    first, second = failed(world), failed(world, BOB)
    grace = ready(house, GRACE)
    assert "Retry all 2" in grace.get(LETTERS).text
    late = failed(world, "whatsapp:+250788000005")
    both = {"turn": [str(first), str(second)]}
    answer = grace.post(f"{LETTERS}/drop", None, **both)  # type: ignore[arg-type]
    assert named(answer.text, "turn") == [late]


@pytest.mark.parametrize("ids", ["x", "-1", "9" * 30, ""])
def test_a_number_that_is_none_is_nobodys(house: House, ids: str) -> None:
    grace = ready(house, GRACE)
    for action in ("retry", "drop"):
        answer = grace.post(f"{LETTERS}/{action}", None, turn=ids, part=ids)
        assert answer.status_code == 200


def test_another_restaurants_are_not_there(house: House, world: World) -> None:
    turn, part = failed(world, to=VALLETTA), refused(world, to=VALLETTA)
    grace = ready(house, GRACE)
    assert "Nothing is left behind" in grace.get(LETTERS).text
    grace.post(f"{LETTERS}/drop", None, turn=str(turn), part=str(part))
    assert named(grace.get("/valletta/dead-letters").text, "turn") == [turn]


def test_whose_24_hours_are_over_is_said_to_be(house: House) -> None:
    failed(World(Desk(house.database)))
    assert "24 hours are over" not in house.signed_in().get(LETTERS).text
    house.clock.passes(25 * 3600)
    assert "24 hours are over" in house.signed_in().get(LETTERS).text
