"""Half of what there is room for is one diner's: the others go by, and nobody is forgotten."""

from concurrent.futures import Future
from contextlib import ExitStack
from threading import Thread

import pytest

from tests.engine.clock import soon
from whatsapp.decoding import OpeningError
from whatsapp.room import Room, Share

PLENTY_S = 20.0


def waiting(share: Share, amount: int) -> Future[None]:
    done: Future[None] = Future()

    def take() -> None:
        share.take(amount)
        done.set_result(None)

    Thread(target=take, daemon=True).start()
    return done


def test_one_has_half_of_it_and_others_go_by() -> None:
    room = Room(4)
    with room.share("Alice") as first, room.share("Alice") as more, room.share("Bob") as other:
        first.take(2)
        waits = waiting(more, 1)
        other.take(2)
        other.take(0)
        assert not waits.done()
        first.take(1)
        waits.result(PLENTY_S)
        assert room.taken == 2
    assert room.taken == 0


def test_it_is_never_more_than_there_is() -> None:
    room = Room(4)
    with room.share("Alice") as alices, room.share("Bob") as bobs, room.share("Carol") as carols:
        alices.take(2)
        bobs.take(2)
        waits = waiting(carols, 1)
        bobs.take(1)
        waits.result(PLENTY_S)
        assert room.taken == 4


def test_who_wants_more_gives_back_what_they_have_so_that_nobody_waits_in_a_ring() -> None:
    room = Room(4)
    with room.share("Alice") as alices, room.share("Bob") as bobs:
        alices.take(2)
        bobs.take(2)
        waits = waiting(alices, 3)
        assert soon(lambda: room.taken == 2)
        bobs.take(1)
        waits.result(PLENTY_S)


def test_who_wants_much_has_it_before_those_who_came_later() -> None:
    room = Room(4)
    with ExitStack() as stack:
        alices, bobs, *others = (stack.enter_context(room.share(each)) for each in range(6))
        alices.take(1)
        much = waiting(bobs, 4)
        assert soon(lambda: len(room._waiting) == 1)
        later = [waiting(each, 1) for each in others]
        assert soon(lambda: len(room._waiting) == 5)
        assert room.taken == 1  # though there is room for three more
        alices.take(0)
        much.result(PLENTY_S)
        bobs.take(0)
        for each in later:
            each.result(PLENTY_S)


def test_nobody_waits_without_end_nor_holds_up_who_comes_later() -> None:
    room = Room(4, longest_s=0.05)
    with room.share("Alice") as alices, room.share("Bob") as bobs, room.share("Carol") as carols:
        alices.take(3)
        bobs.take(1)
        with pytest.raises(OpeningError, match="at the moment"):
            bobs.take(2)
        assert room.taken == 3  # what was given back is
        carols.take(1)


def test_what_ends_in_an_error_gives_it_back() -> None:
    room = Room(1)

    def fail() -> None:
        with room.share("Alice") as share:
            share.take(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert room.taken == 0
