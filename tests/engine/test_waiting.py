"""Who waits for the answer to a message gets it, whoever makes it, and no other's."""

from collections.abc import Sequence
from queue import Empty

import pytest

from conversation.ending import Ending, Forget, said, sorry
from engine.waiting import ERASED, LOOK_S, Answer, Awaited
from knowledge.phrases import Phrase
from models import diners
from models.inbox import Written
from realtime.client import Delta
from tests.engine.world import LEASE_S, House


def written(*ids: int) -> Sequence[Written]:
    return [Written(message_id, f"SM{message_id}", "Hello", False) for message_id in ids]


def pieces(awaited: Awaited) -> list[Delta | None]:
    return [awaited.pieces.get_nowait() for _ in range(awaited.pieces.qsize())]


def test_the_turns_pieces_and_its_answer_come_to_who_waits(house: House) -> None:
    awaited = house.waiting.add(1)
    house.waiting.pass_on(written(1, 2), Delta("Wel"))
    house.waiting.pass_on(written(1, 2), Delta("come."))
    house.waiting.end(written(1, 2), Ending(said(Phrase("Welcome.")), "waiter"))
    assert pieces(awaited) == [Delta("Wel"), Delta("come."), None]
    assert house.waiting.wait(awaited, 60) == Answer("Welcome.")
    assert house.clock.pauses == []


def test_an_honest_sentence_comes_with_its_cause(house: House) -> None:
    awaited = house.waiting.add(1)
    ending = sorry("busy", "waiter")
    house.waiting.end(written(1), ending)
    assert house.waiting.wait(awaited, 60) == Answer(ending.text, "busy")


def test_when_no_piece_comes_in_time_that_is_told(house: House) -> None:
    turn = house.begins(channel=diners.API)
    awaited = house.waiting.add(turn.messages[0].id)
    with pytest.raises(Empty):
        house.waiting.next_piece(awaited, 0)
    house.waiting.pass_on(turn.messages, Delta("Wel"))
    assert house.waiting.next_piece(awaited, 0) == Delta("Wel")


def test_a_turn_that_ended_elsewhere_has_no_pieces(any_house: House) -> None:
    turn = any_house.begins(channel=diners.API)
    awaited = any_house.waiting.add(turn.messages[0].id)
    any_house.closing.close(turn, Ending(said(Phrase("Welcome.")), "waiter"))
    assert any_house.waiting.next_piece(awaited, 0) is None
    assert any_house.waiting.wait(awaited, 0) == Answer("Welcome.")


def test_what_is_anothers_is_not_heard(house: House) -> None:
    awaited = house.waiting.add(1)
    house.waiting.pass_on(written(2), Delta("Psst"))
    house.waiting.end(written(2), Ending(said(Phrase("Psst.")), "waiter"))
    assert (pieces(awaited), awaited.answer) == ([], None)


def test_who_has_left_hears_nothing_more(house: House) -> None:
    awaited = house.waiting.add(1)
    house.waiting.leave(awaited)
    house.waiting.pass_on(written(1), Delta("Wel"))
    house.waiting.end(written(1), Ending(said(Phrase("Welcome.")), "waiter"))
    assert (pieces(awaited), awaited.answer) == ([], None)


def test_whoever_has_waited_has_left(house: House) -> None:
    turn = house.begins(channel=diners.API)
    awaited = house.waiting.add(turn.messages[0].id)
    assert house.waiting.wait(awaited, 0) is None
    house.waiting.pass_on(turn.messages, Delta("Wel"))
    assert pieces(awaited) == []


def test_when_time_runs_out_there_is_none(house: House) -> None:
    taken = house.takes_in("Hello")
    assert taken.message_id is not None
    assert house.waiting.wait(house.waiting.add(taken.message_id), 3) is None
    assert house.clock.pauses == [LOOK_S] * 12


def test_the_answer_that_another_process_makes_is_found(any_house: House) -> None:
    turn = any_house.begins(channel=diners.API)
    awaited = any_house.waiting.add(turn.messages[0].id)
    ending = Ending(said(Phrase("Welcome.")), "waiter")
    any_house.clock.meanwhile.extend(
        [lambda: None, lambda: any_house.closing.close(turn, ending)]  # at the second look
    )
    assert any_house.waiting.wait(awaited, 60) == Answer("Welcome.")
    assert any_house.clock.pauses == [LOOK_S] * 2


def test_a_sentence_of_another_process_comes_with_its_cause(any_house: House) -> None:
    turn = any_house.begins(channel=diners.API)
    ending = sorry("timeout", "waiter")
    any_house.closing.close(turn, ending)
    awaited = any_house.waiting.add(turn.messages[0].id)
    assert any_house.waiting.wait(awaited, 60) == Answer(ending.text, "timeout")


def test_what_was_erased_meanwhile_is_waited_for_no_longer(any_house: House) -> None:
    turn = any_house.begins(channel=diners.API)
    awaited = any_house.waiting.add(turn.messages[0].id)
    any_house.closing.close(turn, Ending(said(Phrase("Erased.")), None, effects=(Forget(),)))
    assert any_house.waiting.next_piece(awaited, 0) is None
    assert any_house.waiting.wait(awaited, 60) == Answer(ERASED)
    assert any_house.clock.pauses == []


def test_a_message_that_still_waits_is_waited_for(any_house: House) -> None:
    front = any_house.beside("front", runs_turns=False)
    message_id = front.takes_in("Hello").message_id
    assert message_id is not None
    assert any_house.waiting.wait(any_house.waiting.add(message_id), LEASE_S) is None


def test_at_a_stop_all_get_the_same_sentence(house: House) -> None:
    all_of_them = [house.waiting.add(message_id) for message_id in (1, 2)]
    house.waiting.end_all(Answer("Sorry.", "closed"))
    for awaited in all_of_them:
        assert house.waiting.wait(awaited, 60) == Answer("Sorry.", "closed")
