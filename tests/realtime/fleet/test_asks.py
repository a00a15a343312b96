"""From an ask to its end: sent, heard, answered, cancelled, withdrawn, given up."""

import pytest

from sandbox.realtime import events as server
from tests.realtime.stage import Stage


def test_the_first_ask_opens_a_socket_and_is_sent_when_it_is_open(stage: Stage) -> None:
    assert stage.opening == []
    ask = stage.ask()
    assert stage.opening == [1]
    assert stage.sent == {}
    socket = stage.opens()
    assert stage.creates(socket) == [ask.key]


def test_an_answer_is_heard_as_it_comes_and_ends_once_with_all_of_it(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.delta(ask, "Good ")
    open_stage.delta(ask, "evening.")
    assert open_stage.streamed[ask.id] == "Good evening."
    open_stage.done(ask)
    assert open_stage.text(ask) == "Good evening."


def test_many_diners_are_answered_over_one_socket(open_stage: Stage) -> None:
    asks = [open_stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    for ask in asks:
        open_stage.created(ask)
    for ask in reversed(asks):
        open_stage.delta(ask, f"For {ask.diner}")
        open_stage.done(ask)
    assert [open_stage.text(ask) for ask in asks] == ["For Alice", "For Bob", "For Carol"]
    assert open_stage.fleet.counts() == {"sockets": 1, "in_flight": 0, "waiting": 0}
    assert open_stage.opening == []


def test_tools_to_run_are_an_answer_without_text(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    call = {"type": "function_call", "call_id": "call_1", "name": "search_menu", "arguments": "{}"}
    response = {"id": f"resp_{ask.key}", "status": "completed", "output": [call]}
    open_stage.says(ask.socket, {"type": "response.done", "response": response})
    assert open_stage.text(ask) == ""


def test_an_answer_that_was_cut_short_is_an_answer(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.done(ask, "We have fish, and", "incomplete", {"reason": "max_output_tokens"})
    assert open_stage.text(ask) == "We have fish, and"


@pytest.mark.parametrize("reason", ["max_output_tokens", "content_filter"])
def test_one_that_was_cut_off_before_its_first_word_is_for_who_asked_to_judge(
    open_stage: Stage, reason: str
) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.done(ask, "", "incomplete", {"reason": reason})
    assert open_stage.text(ask) == ""


# Asked again.


def test_an_answer_that_was_cut_off_for_no_known_reason_is_asked_for_again(
    open_stage: Stage,
) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.done(ask, "We have fish, and", "incomplete", {"reason": "safety"})
    assert (ask.attempts, ask.id in open_stage.ended) == (2, False)


@pytest.mark.parametrize("status", ["failed", "cancelled", "in_progress", "odd"])
def test_words_of_what_did_not_end_well_are_no_answer(open_stage: Stage, status: str) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.delta(ask, "We have fish, and")
    open_stage.done(ask, "We have fish, and", status)
    assert (ask.attempts, ask.id in open_stage.ended) == (2, False)


def test_words_beside_a_call_that_can_not_be_run_are_no_answer(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    call = {"type": "function_call", "call_id": "call_1", "arguments": "{}"}
    output = [server.assistant_message("item_1", "Let me look.", "completed"), call]
    response = {"id": f"resp_{ask.key}", "status": "completed", "output": output}
    open_stage.says(ask.socket, {"type": "response.done", "response": response})
    assert (ask.attempts, ask.id in open_stage.ended) == (2, False)


@pytest.mark.parametrize("status", ["completed", "failed", "incomplete", "cancelled"])
def test_what_came_to_nothing_is_asked_twice_again_and_then_failed(
    open_stage: Stage, status: str
) -> None:
    ask = open_stage.ask()
    for _ in range(3):
        assert ask.id not in open_stage.ended
        open_stage.created(ask)
        open_stage.done(ask, "", status)
    assert open_stage.ended[ask.id] == "failed"
    assert open_stage.creates(1)[1:] == [f"{ask.id}.1", f"{ask.id}.2", f"{ask.id}.3"]


def test_an_answer_of_blanks_is_no_answer(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.done(ask, " \n")
    assert ask.attempts == 2


def test_what_was_heard_before_it_failed_is_void(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.delta(ask, "Good eve")
    open_stage.failed(ask, "server_error")
    assert (open_stage.again[ask.id], open_stage.streamed[ask.id]) == (1, "")
    open_stage.created(ask)
    open_stage.delta(ask, "Hello.")
    open_stage.done(ask)
    assert open_stage.text(ask) == open_stage.streamed[ask.id] == "Hello."


def test_a_refused_create_is_asked_again(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.error(1, "invalid_value", ask.key)
    assert ask.attempts == 2
    open_stage.created(ask)
    open_stage.done(ask, "Yes.")
    assert open_stage.text(ask) == "Yes."
    assert open_stage.noted("realtime.retried") == [{"cause": "invalid_value"}]


def test_the_last_refusal_says_why_it_failed(open_stage: Stage) -> None:
    ask = open_stage.ask()
    for _ in range(3):
        open_stage.error(1, "invalid_value", ask.key)
    assert (open_stage.ended[ask.id], open_stage.details[ask.id]) == ("failed", "No.")


# Deadlines and cancel.


def test_a_response_past_its_deadline_is_cancelled_by_its_id(open_stage: Stage) -> None:
    ask = open_stage.ask(timeout_s=2)
    open_stage.created(ask)
    open_stage.wait(2)
    assert open_stage.ended[ask.id] == "timeout"
    assert open_stage.cancels(1) == [f"resp_{ask.key}"]


def test_one_that_has_not_begun_is_cancelled_when_it_appears(open_stage: Stage) -> None:
    ask = open_stage.ask(timeout_s=2)
    open_stage.wait(2)
    assert open_stage.ended[ask.id] == "timeout"
    assert open_stage.cancels(1) == []
    open_stage.created(ask)
    assert open_stage.cancels(1) == [f"resp_{ask.key}"]


def test_late_deltas_reach_nobody(open_stage: Stage) -> None:
    ask = open_stage.ask(timeout_s=2)
    open_stage.created(ask)
    open_stage.wait(2)
    open_stage.delta(ask, "late")
    open_stage.done(ask, "late")
    assert open_stage.streamed[ask.id] == ""
    assert open_stage.ended[ask.id] == "timeout"


def test_a_deadline_holds_over_all_tries_and_sockets(open_stage: Stage) -> None:
    ask = open_stage.ask(timeout_s=5)
    open_stage.wait(4)
    open_stage.cut(1)
    open_stage.wait(0.5)
    open_stage.opens()
    open_stage.created(ask)
    open_stage.wait(0.5)
    assert open_stage.ended[ask.id] == "timeout"


# Withdrawn, because the diner wrote again.


def test_before_its_first_delta_an_ask_can_be_withdrawn(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    assert open_stage.withdraw(ask)
    assert open_stage.cancels(1) == [f"resp_{ask.key}"]
    open_stage.delta(ask, "late")
    open_stage.done(ask, "late")
    assert open_stage.ended[ask.id] == "superseded"


def test_withdrawn_before_it_began_it_is_cancelled_when_it_appears(open_stage: Stage) -> None:
    ask = open_stage.ask()
    assert open_stage.withdraw(ask)
    open_stage.created(ask)
    assert open_stage.cancels(1) == [f"resp_{ask.key}"]


def test_once_deltas_flow_it_is_too_late_to_withdraw(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.delta(ask, "Good ")
    assert not open_stage.withdraw(ask)
    open_stage.done(ask)
    assert open_stage.text(ask) == "Good "
    assert not open_stage.withdraw(ask)


def test_what_has_ended_is_not_withdrawn(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.done(ask, "Said in one piece.")
    assert not open_stage.withdraw(ask)
    assert open_stage.cancels(1) == []


def test_while_it_waits_it_is_withdrawn_without_a_word(stage: Stage) -> None:
    ask = stage.ask()
    assert stage.withdraw(ask)
    stage.opens()
    assert stage.creates(1) == []
    assert stage.fleet.counts()["waiting"] == 0


def test_withdrawn_after_a_cut_made_its_deltas_void(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.delta(ask, "Good ")
    open_stage.cut(1)
    assert open_stage.withdraw(ask)


def test_what_is_withdrawn_makes_room_for_who_waits() -> None:
    stage = Stage(in_flight=1, sockets=1)
    first, second = stage.ask("Alice"), stage.ask("Bob")
    stage.opens()
    stage.created(first)
    stage.withdraw(first)
    assert stage.creates(1) == [first.key]
    stage.done(first, status="cancelled")
    assert stage.creates(1) == [first.key, second.key]


# Who hears the pieces, and when there is time to rest.


def test_who_does_not_listen_gets_the_whole_reply_alone(open_stage: Stage) -> None:
    ask = open_stage.ask(wants_deltas=False)
    open_stage.created(ask)
    open_stage.delta(ask, "Ye")
    assert not open_stage.withdraw(ask), "too late: its answer has begun"
    open_stage.cut(ask.socket)
    open_stage.wait(1)
    open_stage.opens()
    open_stage.created(ask)
    open_stage.delta(ask, "Yes.")
    open_stage.done(ask)
    assert open_stage.text(ask) == "Yes."
    assert not open_stage.streamed
    assert not open_stage.again


def test_a_fleet_rests_while_nobody_waits_for_anything(open_stage: Stage) -> None:
    rested = [open_stage.fleet.is_resting]
    ask = open_stage.ask()
    rested.append(open_stage.fleet.is_resting)
    open_stage.created(ask)
    open_stage.done(ask, "Yes.")
    rested.append(open_stage.fleet.is_resting)
    assert rested == [True, False, True]
    assert not open_stage.fleet.is_idle


def test_a_fleet_that_waits_for_a_socket_or_is_not_ready_does_not_rest(stage: Stage) -> None:
    ask = stage.ask(timeout_s=1.5)
    assert not stage.fleet.is_resting
    for _ in range(3):
        stage.refuses()
        stage.wait(0.5)
    assert stage.ended[ask.id] == "unreachable"
    assert not stage.fleet.is_resting


# The end of everything.


def test_when_the_service_stops_everyone_who_waits_is_told(open_stage: Stage) -> None:
    flying = open_stage.ask()
    open_stage.fleet.circuit.probe()
    open_stage.do(open_stage.fleet.close())
    assert open_stage.ended[flying.id] == "closed"
    assert open_stage.closed == [1]
    assert open_stage.fleet.is_idle


def test_what_a_superseded_socket_says_touches_nobody(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.cut(1)
    open_stage.cut(1)
    open_stage.says(
        1,
        {"type": "response.done", "response": {"id": "resp_1", "metadata": {"event_id": ask.key}}},
    )
    open_stage.pong(1)
    assert ask.id not in open_stage.ended
    assert len(open_stage.noted("realtime.cut")) == 1
