"""A socket gives way to the next one before its session ends, and loses nobody."""

import pytest

from tests.realtime.stage import Stage

LIVES_S = 30.0
ROTATES = {"rotate_after_s": LIVES_S, "rotate_jitter": 0.0}


@pytest.fixture
def aging() -> Stage:
    """One socket, used, that is due in half a minute."""
    return Stage(**ROTATES).warm()


def test_a_socket_is_due_at_its_age_and_its_successor_opens_beside_it(aging: Stage) -> None:
    aging.wait(LIVES_S - 0.1)
    assert aging.opening == []
    aging.wait(0.1)
    assert aging.opening == [2]
    assert aging.closed == []


def test_until_the_successor_is_open_the_old_one_takes_new_turns(aging: Stage) -> None:
    aging.wait(LIVES_S)
    ask = aging.ask()
    assert ask.socket == 1
    aging.opens()
    assert aging.ask().socket == 2


def test_the_old_socket_finishes_its_turns_and_closes(aging: Stage) -> None:
    aging.wait(LIVES_S - 0.1)
    ask = aging.ask()
    aging.created(ask)
    aging.wait(0.1)
    aging.opens()
    assert aging.closed == []
    aging.delta(ask, "Yes.")
    aging.done(ask)
    assert aging.text(ask) == "Yes."
    assert aging.closed == [1]
    assert ask.attempts == 1
    assert aging.noted("realtime.retiring") == [
        {"socket": 1, "cause": "rotated", "age_seconds": LIVES_S}
    ]


def test_an_old_socket_with_nothing_in_flight_closes_when_its_successor_is_open(
    aging: Stage,
) -> None:
    aging.wait(LIVES_S)
    aging.opens()
    assert aging.closed == [1]
    assert aging.fleet.counts()["sockets"] == 1


def test_an_old_socket_whose_last_turn_was_given_up_closes_too(aging: Stage) -> None:
    aging.wait(LIVES_S - 0.1)
    ask = aging.ask(timeout_s=1)
    aging.wait(0.1)
    aging.opens()
    aging.wait(1)
    assert aging.ended[ask.id] == "timeout"
    assert aging.closed == [1]


def test_a_socket_that_is_not_due_goes_before_one_that_is() -> None:
    stage = Stage(in_flight=2, sockets=2, **ROTATES)
    asks = [stage.ask(), stage.ask(), stage.ask()]
    stage.opens()
    stage.wait(1)
    stage.opens()
    for ask in asks[:2]:
        stage.created(ask)
        stage.done(ask, "Yes.")
    for _ in range(2):
        stage.wait(14.5)
        stage.says(2, {"type": "response.reasoning.delta", "response_id": f"resp_{asks[2].key}"})
        stage.created(asks[2])
    assert stage.opening == [3], "the first one is due"
    assert stage.ask().socket == 2


def test_a_successor_that_is_refused_is_tried_again_and_the_old_one_serves_on(aging: Stage) -> None:
    aging.wait(LIVES_S)
    aging.refuses()
    assert aging.ask().socket == 1
    aging.wait(1)
    assert aging.opening == [3]


def test_a_socket_that_was_never_used_closes_at_its_age_without_a_successor(aging: Stage) -> None:
    aging.wait(LIVES_S)
    aging.opens()
    aging.wait(LIVES_S)
    assert aging.closed == [1, 2]
    assert aging.opening == []
    assert aging.fleet.is_idle


def test_a_successor_may_open_beyond_the_limit_of_sockets() -> None:
    stage = Stage(sockets=1, **ROTATES).warm()
    stage.wait(LIVES_S - 1)
    ask = stage.ask()
    stage.wait(1)
    stage.opens()
    assert stage.fleet.counts()["sockets"] == 2
    assert ask.socket not in stage.closed


def test_processes_do_not_rotate_together() -> None:
    stage = Stage(rotate_after_s=100.0, rotate_jitter=0.1)
    stage.dice = 1.0
    stage.warm()
    for _ in range(9):
        stage.wait(9.9)
        stage.pong(1)
    stage.wait(0.8)
    assert stage.opening == []
    stage.wait(0.1)
    assert stage.opening == [2]


def test_a_session_that_expires_all_the_same_is_handled_like_a_cut(aging: Stage) -> None:
    ask = aging.ask()
    aging.created(ask)
    aging.delta(ask, "Good ")
    aging.error(1, "session_expired")
    aging.cut(1, "closed 1001")
    assert aging.closed == [1]
    assert aging.again[ask.id] == 1
    aging.wait(0.5)
    aging.opens()
    aging.created(ask)
    aging.delta(ask, "Good evening.")
    aging.done(ask)
    assert aging.text(ask) == aging.streamed[ask.id] == "Good evening."
    assert [each["cause"] for each in aging.noted("realtime.cut")] == ["expired"]


def test_a_create_that_meets_the_end_of_its_session_is_not_a_failed_try() -> None:
    stage = Stage(tries=1).warm()
    ask = stage.ask()
    stage.error(1, "session_expired", ask.key)
    assert stage.closed == [1]
    stage.wait(0.5)
    stage.opens()
    assert stage.creates(2) == [ask.key]
