"""How much flies at once: limits of sockets and responses, fairness, the server's own limits."""

import pytest

from tests.realtime.stage import Stage


def test_never_more_responses_are_in_flight_than_a_socket_takes() -> None:
    stage = Stage(in_flight=2, sockets=1)
    asks = [stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    stage.opens()
    assert stage.creates(1) == [ask.key for ask in asks[:2]]
    assert stage.fleet.counts() == {"sockets": 1, "in_flight": 2, "waiting": 1}
    stage.created(asks[1])
    stage.done(asks[1], "Yes.")
    assert stage.creates(1) == [ask.key for ask in [asks[0], asks[1], asks[2]]]


def test_a_second_socket_opens_only_when_the_first_is_full() -> None:
    stage = Stage(in_flight=2, sockets=2)
    stage.ask("Alice")
    stage.opens()
    stage.ask("Bob")
    assert stage.opening == []
    third = stage.ask("Carol")
    assert stage.opening == [2]
    stage.opens()
    assert stage.creates(2) == [third.key]


def test_no_more_sockets_open_than_are_allowed() -> None:
    stage = Stage(in_flight=1, sockets=2)
    for _ in range(5):
        stage.ask()
    stage.opens()
    stage.opens()
    stage.wait(5)
    assert stage.opening == []
    assert stage.fleet.counts() == {"sockets": 2, "in_flight": 2, "waiting": 3}


def test_the_socket_with_the_most_room_takes_the_next_one() -> None:
    stage = Stage(in_flight=2, sockets=2)
    asks = [stage.ask() for _ in range(3)]
    stage.opens()
    stage.opens()
    for ask in (asks[0], asks[2]):
        stage.created(ask)
        stage.done(ask, "Yes.")
    assert stage.ask().socket == 2


def test_diners_who_wait_take_turns() -> None:
    stage = Stage(in_flight=1, sockets=1)
    for diner in ("Alice", "Alice", "Alice", "Bob", "Carol", "Bob"):
        stage.ask(diner, words=diner)
    stage.opens()
    served = []
    for _ in range(6):
        create = stage.sent[1][-1]
        served.append(create["response"]["input"][0]["content"][0]["text"])
        metadata = {"event_id": create["event_id"]}
        response = {"id": f"resp_{create['event_id']}", "metadata": metadata, "output": []}
        stage.says(1, {"type": "response.created", "response": response})
        stage.says(
            1,
            {"type": "response.output_text.delta", "response_id": response["id"], "delta": "Yes."},
        )
        stage.says(1, {"type": "response.done", "response": response})
    assert served == ["Alice", "Bob", "Carol", "Alice", "Bob", "Alice"]


def test_what_was_under_way_goes_before_all_others() -> None:
    stage = Stage(in_flight=1, sockets=1)
    first, second = stage.ask("Alice"), stage.ask("Bob")
    stage.opens()
    stage.created(first)
    stage.failed(first, "server_error")
    assert stage.creates(1) == [f"{first.id}.1", f"{first.id}.2"]
    assert second.attempts == 0


def test_who_waited_in_vain_is_told_that_the_house_is_busy() -> None:
    stage = Stage(in_flight=1, sockets=1)
    stage.ask("Alice")
    waiting = stage.ask("Bob", timeout_s=3)
    stage.opens()
    stage.wait(3)
    assert stage.ended[waiting.id] == "busy"
    assert waiting.attempts == 0


def test_a_place_that_comes_free_at_the_deadline_is_not_taken() -> None:
    stage = Stage(in_flight=1, sockets=1)
    first = stage.ask("Alice")
    waiting = stage.ask("Bob", timeout_s=3)
    stage.opens()
    stage.created(first)
    stage.wait(2.9)
    stage.now += 0.15  # between two ticks
    stage.done(first, "Yes.")
    assert stage.ended[waiting.id] == "busy"


def test_without_any_socket_the_model_is_out_of_reach(stage: Stage) -> None:
    ask = stage.ask(timeout_s=3)
    stage.refuses()
    stage.wait(3)
    assert (stage.ended[ask.id], stage.details[ask.id]) == ("unreachable", "HTTP 503")


def test_a_socket_that_is_open_but_brought_no_response_yet_shows_nothing() -> None:
    stage = Stage(in_flight=1, sockets=1)
    stage.ask("Alice")
    waiting = stage.ask("Bob", timeout_s=3)
    stage.refuses()
    stage.wait(0.5)
    stage.opens()
    stage.wait(2.5)
    assert (stage.ended[waiting.id], stage.details[waiting.id]) == ("unreachable", "HTTP 503")


# The server's own limits.


def test_used_up_limits_hold_new_turns_back_for_as_long_as_the_server_says(
    open_stage: Stage,
) -> None:
    open_stage.says(
        1, {"type": "rate_limits.updated", "rate_limits": [{"remaining": 0, "reset_seconds": 3}]}
    )
    ask = open_stage.ask()
    open_stage.wait(2.9)
    assert ask.attempts == 0
    open_stage.wait(0.1)
    assert ask.attempts == 1
    assert open_stage.noted("realtime.slowed") == [{"seconds": 3.0}]


def test_of_two_limits_the_longer_one_holds(open_stage: Stage) -> None:
    for wait_s in (3, 1):
        open_stage.says(
            1,
            {
                "type": "rate_limits.updated",
                "rate_limits": [{"remaining": 0, "reset_seconds": wait_s}],
            },
        )
    ask = open_stage.ask()
    open_stage.wait(2.9)
    assert ask.attempts == 0


def test_responses_that_run_go_on_while_new_ones_are_held_back(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.says(
        1, {"type": "rate_limits.updated", "rate_limits": [{"remaining": 0, "reset_seconds": 30}]}
    )
    open_stage.done(ask, "Yes.")
    assert open_stage.text(ask) == "Yes."


def test_a_response_over_the_limit_is_asked_again_when_the_server_said(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.says(
        1, {"type": "rate_limits.updated", "rate_limits": [{"remaining": 0, "reset_seconds": 1}]}
    )
    open_stage.failed(ask, "rate_limit_exceeded")
    open_stage.wait(0.9)
    assert ask.attempts == 1
    open_stage.wait(0.1)
    assert ask.attempts == 2


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "inference_rate_limit_exceeded"])
def test_where_the_server_does_not_say_how_long_it_is_two_seconds(
    open_stage: Stage, code: str
) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.failed(ask, code)
    open_stage.wait(1.9)
    assert ask.attempts == 1
    open_stage.wait(0.1)
    assert ask.attempts == 2


def test_the_limit_is_no_fault_of_the_turn_and_counts_as_no_try(open_stage: Stage) -> None:
    ask = open_stage.ask()
    for _ in range(5):
        open_stage.created(ask)
        open_stage.failed(ask, "rate_limit_exceeded")
        open_stage.wait(2)
    assert ask.id not in open_stage.ended
    assert ask.attempts == 6


def test_an_error_that_names_the_limit_slows_down_too(open_stage: Stage) -> None:
    open_stage.error(1, "rate_limit_exceeded")
    ask = open_stage.ask()
    assert ask.attempts == 0
    open_stage.wait(2)
    assert ask.attempts == 1


def test_who_is_held_back_past_the_deadline_is_told_that_the_house_is_busy(
    open_stage: Stage,
) -> None:
    open_stage.says(
        1, {"type": "rate_limits.updated", "rate_limits": [{"remaining": 0, "reset_seconds": 30}]}
    )
    ask = open_stage.ask(timeout_s=2)
    open_stage.wait(2)
    assert open_stage.ended[ask.id] == "busy"


def test_held_back_and_cut_off_is_still_held_back(open_stage: Stage) -> None:
    open_stage.says(
        1, {"type": "rate_limits.updated", "rate_limits": [{"remaining": 0, "reset_seconds": 30}]}
    )
    open_stage.cut(1)
    ask = open_stage.ask(timeout_s=2)
    open_stage.wait(2)
    assert open_stage.ended[ask.id] == "busy"
