"""What went wrong is retried or dropped by whoever works there, once."""

from engine import repairs
from models.turns import DEAD, FAILED
from tests.models.console.world import World
from tests.models.desk import ALICE, BOB


def failed(world: World, diner: str = ALICE) -> int:
    turn = world.begins("Fish?", diner=diner)
    world.ends(turn, state=FAILED if diner == ALICE else DEAD)
    return turn.id


def test_a_turn_is_retried_once_and_its_messages_wait_again(world: World) -> None:
    turn_id = failed(world)
    with world.database.transaction() as session:
        (letter,) = repairs.letters(session, world.kigali)
        assert (letter.turn_id, letter.state, letter.name) == (turn_id, FAILED, "Alice")
        assert repairs.retry_turn(session, turn_id, world.kigali) == letter.diner_id
    with world.database.transaction() as session:
        assert repairs.retry_turn(session, turn_id, world.kigali) is None
        (letter,) = repairs.letters(session, world.kigali)
    assert (letter.turn_id, letter.state, letter.messages) == (None, "waiting", 1)


def test_a_turn_that_was_dropped_is_off_the_list(world: World) -> None:
    turn_id = failed(world, BOB)
    with world.database.transaction() as session:
        assert repairs.drop_turn(session, turn_id, world.kigali) is not None
        assert repairs.drop_turn(session, turn_id, world.kigali) is None
        assert repairs.letters(session, world.kigali) == []


def test_a_part_goes_out_once_more_or_is_dropped(world: World) -> None:
    ids = []
    for diner in (ALICE, BOB):
        part = world.ends(world.begins("Fish?", diner=diner), "Yes")
        assert part is not None
        world.desk.fail(part, 63003)
        ids.append(part.id)
    with world.database.transaction() as session:
        assert [each.part_id for each in repairs.parts(session, world.kigali)] == ids
        assert repairs.retry_parts(session, [], world.kigali) == []
        assert repairs.retry_parts(session, ids[:1], world.kigali) == ids[:1]
        assert repairs.drop_parts(session, ids, world.kigali) == ids[1:]
    with world.database.transaction() as session:
        assert repairs.parts(session, world.kigali) == []
    assert world.desk.part(ids[0]).state == "waiting"


def test_a_number_that_no_row_can_have_is_nobodys(world: World) -> None:
    with world.database.transaction() as session:
        for number in (-1, 10**12, 10**30):
            assert repairs.retry_turn(session, number, world.kigali) is None
            assert repairs.drop_turn(session, number, None) is None
            assert repairs.retry_parts(session, [number], world.kigali) == []
            assert repairs.drop_parts(session, [number], None) == []


def test_no_more_are_listed_than_asked_for_the_latest_of_them(world: World) -> None:
    failed(world)
    late = failed(world)
    with world.database.transaction() as session:
        assert [each.turn_id for each in repairs.letters(session, world.kigali, 1)] == [late]
