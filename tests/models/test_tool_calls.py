"""The tools that a turn called are kept with its end, and go with it."""

from sqlalchemy import select

from models import erasure, hands
from models.tool_calls import CUT, MOST_CALLS, MOST_CHARACTERS, Call, Missed, ToolCall
from tests.models.desk import BOB, Desk, moment

LOOKED_UP = Call(
    "lookup_menu", '{"query": "sushi"}', '{"items": []}', 12, missed=(Missed("dish", "sushi"),)
)
PAIRED = Call("recommend_pairing", "{", '{"error": "no JSON"}', 1, is_error=True)


def kept(desk: Desk) -> list[ToolCall]:
    with desk.database.transaction() as session:
        return list(session.scalars(select(ToolCall).order_by(ToolCall.turn_id, ToolCall.place)))


def test_a_turns_calls_are_kept_with_its_reply_in_their_order(desk: Desk) -> None:
    turn = desk.claimed(desk.write("Sushi?"))
    is_ours, part = desk.close(turn, ["No", "Sorry"], [LOOKED_UP, PAIRED])
    assert is_ours
    assert part is not None
    first, second = kept(desk)
    assert (first.turn_id, first.place, first.tool) == (turn.id, 1, "lookup_menu")
    assert (first.arguments, first.result) == ('{"query": "sushi"}', '{"items": []}')
    assert (first.took_ms, first.is_error, first.missed) == (12, False, [["dish", "sushi"]])
    assert (second.place, second.is_error, second.missed) == (2, True, None)


def test_a_turn_without_a_part_keeps_its_calls_too(desk: Desk) -> None:
    turn = desk.claimed(desk.write("Sushi?"))
    assert desk.close(turn, [], [LOOKED_UP]) == (True, None)
    assert [each.turn_id for each in kept(desk)] == [turn.id]


def test_who_lost_the_turn_keeps_nothing_of_it(desk: Desk) -> None:
    turn = desk.claimed(desk.write("Sushi?"))
    with desk.database.connection() as connection:
        hands.let_wait(connection, turn.id)
    assert desk.close(turn, ["No"], [LOOKED_UP]) == (False, None)
    assert kept(desk) == []


def test_what_is_long_is_cut_and_says_so(desk: Desk) -> None:
    long = Call("x" * 100, "a" * 4_001, "é" * MOST_CHARACTERS, 0)
    desk.close(desk.claimed(desk.write("Hi")), ["Yes"], [long])
    (call,) = kept(desk)
    assert call.tool == "x" * 64
    assert call.arguments.endswith("a" + CUT)
    assert len(call.arguments) == MOST_CHARACTERS
    assert call.result == "é" * MOST_CHARACTERS


def test_no_turn_keeps_calls_without_end(desk: Desk) -> None:
    desk.close(desk.claimed(desk.write("Hi")), ["Yes"], [LOOKED_UP] * 96)
    assert len(kept(desk)) == MOST_CALLS


def test_what_no_table_takes_is_left_out(desk: Desk) -> None:
    odd = Call("a\0b", '"\\u0000 \ud800"\0', "{}", 0, missed=(Missed("word", "\0\ud800"),))
    desk.close(desk.claimed(desk.write("Hi")), ["Yes"], [odd])
    (call,) = kept(desk)
    assert (call.tool, call.arguments) == ("ab", '"\\u0000 �"')
    assert call.missed == [["word", "�"]]


def test_they_are_forgotten_with_their_diner(desk: Desk) -> None:
    desk.close(desk.claimed(desk.write("Sushi?")), [], [LOOKED_UP])
    bobs = desk.claimed(desk.write("Sushi?", diner=BOB))
    desk.close(bobs, [], [LOOKED_UP])
    erasure.forget(desk.database, desk.claimed(desk.write("/forget")), moment(1), lambda _: None)
    assert [each.turn_id for each in kept(desk)] == [bobs.id]
