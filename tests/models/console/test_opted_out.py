"""Who opted out, the latest first."""

from models import opting
from models.console.opted_out import OptedOut, opted_out
from tests.models.console.world import VALLETTA, World
from tests.models.desk import BOB, CHARLIE, moment


def listed(world: World, **asked: object) -> list[OptedOut]:
    with world.database.transaction() as session:
        return opted_out(session, world.kigali, **asked)  # type: ignore[arg-type]


def test_who_stopped_is_listed_until_they_start_again(world: World) -> None:
    ids = []
    for nth, (who, number) in enumerate(
        ((BOB, world.kigali.number), (CHARLIE, world.kigali.number), (BOB, VALLETTA))
    ):
        turn = world.begins("STOP", diner=who, to=number, at=nth)
        world.ends(turn, "Bye", at=nth)
        with world.database.connection() as connection:
            opting.stop(connection, turn.diner.id, turn_id=turn.id, now=moment(nth))
        ids.append(turn.diner.id)
    bob, charlie, _ = ids
    assert [each.id for each in listed(world)] == [charlie, bob]
    first = listed(world, most=1)[0]
    assert (first.who, first.at) == ("whatsapp:+356***003", moment(1))
    assert [each.id for each in listed(world, after=(first.at, first.id))] == [bob]
    with world.database.connection() as connection:
        opting.start(connection, bob)
    assert [each.id for each in listed(world)] == [charlie]


def test_who_is_out_of_reach_is_listed_until_they_write_again(world: World) -> None:
    turn = world.begins("Fish?", diner=BOB)
    part = world.ends(turn, "Yes")
    assert part is not None
    with world.database.connection() as connection:
        opting.block(connection, turn.diner.id, written_at=None, now=moment(9))
    (bob,) = listed(world)
    assert (bob.id, bob.has_stopped) == (turn.diner.id, False)
    world.writes("Hello again", diner=BOB, at=20)
    assert listed(world) == []


def test_who_stopped_and_is_out_of_reach_is_listed_once_by_what_came_first(world: World) -> None:
    turn = world.begins("STOP", diner=BOB)
    world.ends(turn, "Bye")
    with world.database.connection() as connection:
        opting.stop(connection, turn.diner.id, turn_id=turn.id, now=moment(5))
        opting.block(connection, turn.diner.id, written_at=None, now=moment(9))
    assert [each.has_stopped for each in listed(world)] == [True]
