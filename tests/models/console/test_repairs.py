"""What went wrong is retried or dropped by whoever works there, once."""

from models import dead_letters, undelivered
from models.turns import DEAD, FAILED
from tests.models.console.world import World
from tests.models.desk import ALICE, BOB, KIGALI


def failed(world: World, diner: str = ALICE) -> int:
    turn = world.begins("Fish?", diner=diner)
    world.ends(turn, state=FAILED if diner == ALICE else DEAD)
    return turn.id


def test_a_turn_is_retried_once_and_its_messages_wait_again(world: World) -> None:
    turn_id = failed(world)
    with world.database.transaction() as session:
        (letter,) = dead_letters.unanswered(session, KIGALI)
        assert (letter.turn_id, letter.state, letter.name) == (turn_id, FAILED, "Alice")
        assert dead_letters.retry(session, [turn_id, turn_id], KIGALI) == [turn_id]
    with world.database.transaction() as session:
        assert dead_letters.retry(session, [turn_id], KIGALI) == []
        (letter,) = dead_letters.unanswered(session, KIGALI)
    assert (letter.turn_id, letter.state, letter.messages) == (None, "waiting", 1)


def test_a_turn_that_was_dropped_is_off_the_list(world: World) -> None:
    turn_id = failed(world, BOB)
    with world.database.transaction() as session:
        assert dead_letters.drop(session, [turn_id], KIGALI) == [turn_id]
        assert dead_letters.drop(session, [turn_id], KIGALI) == []
        assert dead_letters.unanswered(session, KIGALI) == []


def test_a_part_goes_out_once_more_or_is_dropped(world: World) -> None:
    ids = []
    for diner in (ALICE, BOB):
        part = world.ends(world.begins("Fish?", diner=diner), "Yes")
        assert part is not None
        world.desk.fail(part, 63003)
        ids.append(part.id)
    with world.database.transaction() as session:
        assert [each.part_id for each in undelivered.undelivered(session, KIGALI)] == ids
        assert undelivered.retry(session, [], KIGALI) == []
        assert undelivered.retry(session, ids[:1], KIGALI) == ids[:1]
        assert undelivered.drop(session, ids, KIGALI) == ids[1:]
    with world.database.transaction() as session:
        assert undelivered.undelivered(session, KIGALI) == []
    assert world.desk.part(ids[0]).state == "waiting"


def test_a_number_that_no_row_can_have_is_nobodys(world: World) -> None:
    with world.database.transaction() as session:
        for number in (-1, 10**12, 10**30):
            assert dead_letters.retry(session, [number], KIGALI) == []
            assert dead_letters.drop(session, [number]) == []
            assert undelivered.retry(session, [number], KIGALI) == []
            assert undelivered.drop(session, [number]) == []


def test_no_more_are_listed_than_asked_for_the_latest_of_them(world: World) -> None:
    failed(world)
    late = failed(world)
    with world.database.transaction() as session:
        assert [each.turn_id for each in dead_letters.unanswered(session, KIGALI, 1)] == [late]
