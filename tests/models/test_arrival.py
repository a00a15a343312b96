"""A message that comes in begins its turn where nothing of its diner stands before it, or waits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import kept, turns
from models.turns import Result
from tests.models.desk import ALICE, BOB, LEASE_S, Desk, moment, waits_for_a_lock

AT_ONCE = 4


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield threads


def test_a_message_begins_its_turn(desk: Desk) -> None:
    taken = desk.take_in("SM1", "Hi", lease="mine", at=5)
    turn = taken.turn
    assert turn is not None
    assert (turn.lease, turn.lease_until, turn.attempt, turn.is_more) == (
        "mine",
        moment(5 + LEASE_S),
        1,
        False,
    )
    assert [(each.id, each.sid, each.text) for each in turn.messages] == [
        (taken.message_id, "SM1", "Hi")
    ]
    assert (turn.diner.id, turn.diner.address, turn.diner.persona) == (taken.diner_id, ALICE, None)
    assert desk.claim(taken.diner_id) is None
    assert desk.end(turn)


def test_the_turn_knows_its_diner_as_they_are_stored(desk: Desk) -> None:
    alice = desk.arrive(name="Alice")
    with desk.database.connection() as connection:
        kept.set_persona(connection, alice, "cfo")
    turn = desk.take_in("SM1", "Hi").turn
    assert turn is not None
    assert (turn.diner.profile_name, turn.diner.persona) == ("Alice", "cfo")
    assert turn.diner == desk.known(alice)


def test_a_keyword_begins_a_turn_too(desk: Desk) -> None:
    turn = desk.take_in("SM1", "/help").turn
    assert turn is not None
    assert turn.is_keyword


def test_a_message_waits_for_the_turn_that_runs(desk: Desk) -> None:
    first = desk.take_in("SM1", "One")
    assert first.turn is not None
    second = desk.take_in("SM2", "Two", lease="second")
    assert (second.diner_id, second.turn) == (first.diner_id, None)
    assert desk.absorb(first.turn) == ["Two"]


def test_a_message_waits_behind_those_that_wait(desk: Desk) -> None:
    desk.write("One")
    taken = desk.take_in("SM-later", "Two")
    assert taken.turn is None
    assert [message.text for message in desk.claimed(taken.diner_id).messages] == ["One", "Two"]


def test_a_process_that_takes_nothing_up_lets_it_wait(desk: Desk) -> None:
    taken = desk.take_in("SM1", "Hi", may_begin=False)
    assert taken.turn is None
    assert len(desk.claimed(taken.diner_id).messages) == 1


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_message_that_comes_again_begins_nothing(desk: Desk, is_answered: bool) -> None:
    turn = desk.take_in("SM1", "Hi").turn
    assert turn is not None
    if is_answered:
        desk.end(turn)
    again = desk.take_in("SM1", "Hi", lease="again")
    assert (again.message_id, again.turn) == (None, None)
    assert desk.claim(again.diner_id, "again") is None


def test_a_message_of_another_diner_with_a_known_sid_begins_nothing(desk: Desk) -> None:
    desk.take_in("SM1", "Hi")
    again = desk.take_in("SM1", "Hi", diner=BOB)
    assert (again.message_id, again.turn) == (None, None)


def test_of_many_messages_at_once_one_begins_a_turn(
    desk: Desk, threads: ThreadPoolExecutor
) -> None:
    taken = list(
        threads.map(
            lambda number: desk.take_in(f"SM{number}", "Hi", lease=f"lease {number}"),
            range(AT_ONCE),
        )
    )
    (turn,) = [each.turn for each in taken if each.turn is not None]
    assert turn.messages[0].id == min(each.message_id or 0 for each in taken)
    assert len(desk.absorb(turn)) == AT_ONCE - 1


def test_of_a_message_that_comes_many_times_at_once_one_begins_a_turn(
    desk: Desk, threads: ThreadPoolExecutor
) -> None:
    taken = list(
        threads.map(
            lambda number: desk.take_in("SM1", "Hi", lease=f"lease {number}"), range(AT_ONCE)
        )
    )
    (first,) = [each for each in taken if each.turn is not None]
    assert [each.message_id for each in taken if each.message_id is not None] == [first.message_id]


@pytest.mark.parametrize("sid", ["SM-other", "SM-same"])
def test_who_does_not_see_what_another_process_just_stored_begins_nothing(
    postgresql_desk: Desk, threads: ThreadPoolExecutor, sid: str
) -> None:
    """Its statement began before the other's commit.

    It must not overtake that message, nor begin a turn for a known one.
    """
    desk = postgresql_desk
    desk.arrive()
    with desk.database.connection() as connection:
        desk.take_in("SM-same", "One", may_begin=False, within=connection)
        later = threads.submit(desk.take_in, sid, "Two")
        assert waits_for_a_lock(desk, later)
    assert later.result(10).turn is None
    turn = desk.claimed(later.result(10).diner_id)
    assert turn.messages[0].text == "One"


def test_a_message_does_not_wait_for_the_turn_that_closes(
    postgresql_desk: Desk, threads: ThreadPoolExecutor
) -> None:
    """It has the diner's row by then, which the closing may want: each would wait for the other."""
    desk = postgresql_desk
    turn = desk.take_in("SM1", "/cfo").turn
    assert turn is not None
    with desk.database.connection() as connection:
        turns.end(connection, turn, Result(turns.DONE, None, "Good day"), moment(1))
        taken = threads.submit(desk.take_in, "SM2", "What is VAT?").result(10)
        kept.set_persona(connection, turn.diner.id, "cfo")
    assert taken.turn is None
    assert desk.claimed(turn.diner.id).diner.persona == "cfo"
