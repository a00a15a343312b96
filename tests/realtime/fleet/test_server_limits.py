"""Limits that the server says are used up: nobody waits for its word alone, one turn tries it."""

from typing import Any

import pytest

from tests.realtime.stage import Stage

HOUR_S = 3_600


def tells(stage: Stage, *limits: dict[str, Any], socket: int = 1) -> None:
    stage.says(socket, {"type": "rate_limits.updated", "rate_limits": list(limits)})


def nothing_left(reset_s: object = HOUR_S, name: str = "requests") -> dict[str, Any]:
    return {"name": name, "limit": 500, "remaining": 0, "reset_seconds": reset_s}


@pytest.mark.parametrize("reset_s", [6, 59, HOUR_S, 86_400])
def test_a_long_wait_is_believed_for_five_seconds(open_stage: Stage, reset_s: float) -> None:
    tells(open_stage, nothing_left(reset_s))
    ask = open_stage.ask()
    open_stage.wait(4.9)
    assert ask.attempts == 0
    open_stage.wait(0.1)
    assert ask.attempts == 1
    assert open_stage.noted("realtime.slowed") == [{"seconds": 5.0}]


def test_then_one_turn_goes_alone_and_its_first_word_lets_the_others_go(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    asks = [open_stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    open_stage.wait(8)
    assert [ask.attempts for ask in asks] == [1, 0, 0]
    open_stage.created(asks[0])
    open_stage.wait(1)
    assert [ask.attempts for ask in asks] == [1, 0, 0]
    open_stage.delta(asks[0], "Yes")
    open_stage.wait(0.1)
    assert [ask.attempts for ask in asks] == [1, 1, 1]


def test_an_answer_without_deltas_lets_the_others_go_too(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    first, second = open_stage.ask("Alice"), open_stage.ask("Bob")
    open_stage.wait(5)
    open_stage.created(first)
    open_stage.done(first, "Yes.")
    assert second.attempts == 1


def test_a_probe_that_is_refused_holds_the_others_back_until_the_next(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    first, second = open_stage.ask("Alice"), open_stage.ask("Bob")
    for probes in range(1, 5):
        open_stage.wait(4.9)
        assert first.attempts == probes - 1
        open_stage.wait(0.1)
        assert first.attempts == probes
        open_stage.created(first)
        tells(open_stage, nothing_left())
        open_stage.failed(first, "rate_limit_exceeded")
    assert second.attempts == 0


def test_a_probe_that_comes_to_nothing_makes_room_for_another(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    first, second = open_stage.ask("Alice"), open_stage.ask("Bob")
    open_stage.wait(5)
    assert open_stage.withdraw(first)
    assert second.attempts == 1


def test_a_probe_that_is_cut_off_goes_alone_again(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    first, second = open_stage.ask("Alice"), open_stage.ask("Bob")
    open_stage.wait(5)
    open_stage.cut(1)
    open_stage.wait(1)
    open_stage.opens()
    assert (first.attempts, second.attempts) == (2, 0)


def test_who_is_being_answered_already_shows_nothing(open_stage: Stage) -> None:
    before = open_stage.ask("Carol")
    open_stage.created(before)
    tells(open_stage, nothing_left())
    first, second = open_stage.ask("Alice"), open_stage.ask("Bob")
    open_stage.wait(5)
    open_stage.delta(before, "Yes")
    open_stage.wait(1)
    assert (first.attempts, second.attempts) == (1, 0)


def test_a_server_that_counts_an_hour_and_answers_is_believed_no_more(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    first = open_stage.ask()
    open_stage.wait(5)
    open_stage.created(first)
    tells(open_stage, nothing_left())
    open_stage.done(first, "Yes.")
    tells(open_stage, nothing_left())
    assert open_stage.ask().attempts == 1


def test_until_it_refuses_somebody(open_stage: Stage) -> None:
    tells(open_stage, nothing_left())
    first = open_stage.ask()
    open_stage.wait(5)
    open_stage.created(first)
    open_stage.done(first, "Yes.")
    second = open_stage.ask()
    open_stage.created(second)
    open_stage.failed(second, "rate_limit_exceeded")
    tells(open_stage, nothing_left())
    open_stage.wait(4.9)
    assert second.attempts == 1
    open_stage.wait(0.1)
    assert second.attempts == 2


@pytest.mark.parametrize(
    "limit",
    [
        {"name": "requests", "limit": 500, "remaining": 1, "reset_seconds": 59},
        {"name": "tokens", "limit": 40_000, "remaining": 12, "reset_seconds": HOUR_S},
        {"name": "tokens", "remaining": 0.5, "reset_seconds": 59},
        {"remaining": 0, "reset_seconds": 0},
        {"remaining": 0, "reset_seconds": -59},
        {"remaining": 0, "reset_seconds": "59"},
        {"remaining": 0, "reset_seconds": None},
        {"remaining": 0, "reset_seconds": 10**400},
        {"remaining": 0, "reset_seconds": float("nan")},
        {"remaining": 0, "reset_seconds": float("inf")},
        {"remaining": "0", "reset_seconds": 59},
        {"remaining": None, "reset_seconds": 59},
        {"remaining": False, "reset_seconds": 59},
        {"remaining": float("nan"), "reset_seconds": 59},
        {"name": "requests", "reset_seconds": 59},
    ],
)
def test_what_leaves_something_or_makes_no_sense_stops_nobody(
    open_stage: Stage, limit: dict[str, Any]
) -> None:
    tells(open_stage, limit)
    assert open_stage.ask().attempts == 1


def test_a_server_that_counts_below_zero_has_nothing_left(open_stage: Stage) -> None:
    tells(open_stage, nothing_left() | {"remaining": -3})
    assert open_stage.ask().attempts == 0
