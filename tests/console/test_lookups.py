"""What diners asked for in vain, and who gets no messages: pages that are looked at alone."""

import pytest

from models import opting
from models.tool_calls import Call, Missed
from tests.console.world import CAROL, House
from tests.models.console.world import SUSHI, VALLETTA, World
from tests.models.desk import ALICE, BOB, Desk, moment

PIZZA = Call(
    "lookup_menu", "{}", "{}", 1, missed=(Missed("word", "<i>pissa</i>"), Missed("dish", "sushi"))
)


@pytest.fixture
def world(house: House) -> World:
    return World(Desk(house.database))


def test_what_was_asked_for_is_counted_by_kind(house: House, world: World) -> None:
    world.talks("Sushi?", "No", diner=ALICE, calls=[SUSHI])
    world.talks("Pissa? Sushi?", "No", diner=BOB, at=9, calls=[PIZZA])
    world.talks("Sushi?", "No", diner=BOB, to=VALLETTA, calls=[SUSHI])
    shown = house.signed_in().get("/kigali/asked").text
    assert "Dishes that are not on the menu" in shown
    row = shown.partition("<strong>sushi</strong>")[2].partition("</tr>")[0]
    assert 'data-label="Times" class="amount">2<' in row
    assert "&lt;i&gt;pissa&lt;/i&gt;" in shown


def test_each_leads_to_where_it_is_put_right_whoever_may(house: House, world: World) -> None:
    world.serves("Fish")
    unpaired = Call("recommend_pairing", "{}", "{}", 1, missed=(Missed("pairing", "Fish"),))
    unstated = Call("lookup_menu", "{}", "{}", 1, missed=(Missed("contents", "Stew (vegan)"),))
    world.talks("?", "No", diner=ALICE, calls=[SUSHI, unpaired, unstated])
    world.talks("?", "No", diner=BOB, at=9, calls=[PIZZA])
    shown = house.signed_in().get("/kigali/asked").text
    ways = (
        "menu/new?name=sushi",
        "pairings?item=fish",
        "menu?q=Stew",
        "synonyms?word=%3Ci%3E",
    )
    assert [way for way in ways if f"/console/kigali/{way}" not in shown] == []
    reads = house.signed_in(CAROL).get("/kigali/asked").text
    assert [way for way in ways if f"/console/kigali/{way}" in reads] == []
    assert "/console/kigali/conversations/" in reads


@pytest.mark.parametrize("days", ["7", "90", "x", "-1", "99999999999999999999"])
def test_one_looks_back_as_far_as_one_likes(house: House, world: World, days: str) -> None:
    world.talks("Sushi?", "No", diner=ALICE, calls=[SUSHI])
    house.clock.passes(8 * 86_400)
    shown = house.signed_in().get(f"/kigali/asked?days={days}").text
    assert ("Sushi" in shown) is (days != "7")
    assert ("Nothing was missed" in shown) is (days == "7")


def test_who_gets_no_messages_is_listed_with_what_brings_them_back(
    house: House, world: World
) -> None:
    ids = []
    for nth in range(51):
        turn = world.begins("STOP", diner=f"whatsapp:+2507880001{nth:02}", name=f"Guest {nth}")
        world.ends(turn, "Bye")
        ids.append(turn.diner.id)
    with house.database.connection() as connection:
        opting.block(connection, ids[0], written_at=None, now=moment(100))
        for nth, diner_id in enumerate(ids[1:]):
            opting.stop(connection, diner_id, turn_id=0, now=moment(nth))
    grace = house.signed_in()
    first = grace.get("/kigali/opted-out").text
    assert ("Guest 0<" in first, "They write anything" in first) == (True, True)
    assert ("Guest 50<" in first, "They write START" in first) == (True, True)
    assert "+2507880001" not in first
    assert "Guest 1<" not in first
    older = first.partition("/opted-out?after=")[2].partition('"')[0]
    assert "Guest 1<" in grace.get(f"/kigali/opted-out?after={older}").text
    assert "Nobody opted out" in grace.get("/valletta/opted-out").text


@pytest.mark.parametrize("after", ["x", "2026-01-01_5", "2026-01-01T00:00:00+00:00_x", "_", "%00"])
def test_what_is_no_place_in_the_list_begins_anew(house: House, world: World, after: str) -> None:
    turn = world.begins("STOP")
    world.ends(turn, "Bye")
    with house.database.connection() as connection:
        opting.stop(connection, turn.diner.id, turn_id=turn.id, now=moment(9))
    assert "Alice<" in house.signed_in().get(f"/kigali/opted-out?after={after}").text
