"""Which socket is dead, mute, clogged or bad, and what becomes of its responses."""

from tests.realtime.stage import Stage


def test_a_quiet_socket_is_pinged_and_a_pong_keeps_it(open_stage: Stage) -> None:
    open_stage.wait(19.9)
    assert open_stage.pings == []
    open_stage.wait(0.1)
    assert open_stage.pings == [1]
    open_stage.pong(1)
    open_stage.wait(19.9)
    assert open_stage.pings == [1]
    open_stage.wait(0.1)
    assert open_stage.pings == [1, 1]
    assert open_stage.closed == []


def test_a_missed_pong_is_a_dead_socket(open_stage: Stage) -> None:
    open_stage.wait(39.9)
    assert open_stage.closed == []
    open_stage.wait(0.1)
    assert open_stage.closed == [1]
    assert open_stage.noted("realtime.cut")[0]["cause"] == "no pong"


def test_any_event_is_as_good_as_a_pong(open_stage: Stage) -> None:
    open_stage.wait(30)
    open_stage.says(1, {"type": "session.updated"})
    open_stage.wait(15)
    assert open_stage.closed == []


def test_a_response_without_a_first_event_is_asked_again_on_another_socket(
    open_stage: Stage,
) -> None:
    ask = open_stage.ask()
    open_stage.wait(14.9)
    assert ask.attempts == 1
    open_stage.wait(0.6)
    assert open_stage.closed == [1]
    open_stage.opens()
    assert open_stage.creates(2) == [ask.key]
    assert open_stage.noted("realtime.cut")[0]["cause"] == "silent"


def test_a_response_that_stalls_is_asked_again_and_what_was_heard_is_void(
    open_stage: Stage,
) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.delta(ask, "Good ")
    open_stage.wait(19.9)
    assert open_stage.closed == []
    open_stage.wait(0.1)
    assert open_stage.closed == [1]
    assert open_stage.again[ask.id] == 1


def test_pongs_do_not_make_a_mute_server_a_living_one(open_stage: Stage) -> None:
    open_stage.wait(20)
    ask = open_stage.ask()
    open_stage.wait(5)
    open_stage.pong(1)
    open_stage.wait(10)
    assert open_stage.closed == [1]
    assert ask.id not in open_stage.ended


def test_where_others_are_answered_only_the_silent_response_is_asked_again(
    open_stage: Stage,
) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.wait(10)
    open_stage.answered("Bob")
    open_stage.wait(10)
    assert open_stage.closed == []
    assert open_stage.creates(1)[-1] == ask.key == f"{ask.id}.2"
    assert open_stage.cancels(1) == [f"resp_{ask.id}.1"]


def test_any_event_of_a_response_shows_that_it_lives(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    for _ in range(3):
        open_stage.wait(15)
        open_stage.says(1, {"type": "response.reasoning.delta", "response_id": f"resp_{ask.key}"})
    assert ask.attempts == 1


def test_every_delta_shows_that_it_lives(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    for _ in range(3):
        open_stage.wait(15)
        open_stage.delta(ask, "word ")
    assert ask.attempts == 1


def test_a_new_try_has_all_its_time(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.created(ask)
    open_stage.wait(14)
    open_stage.failed(ask, "what")
    open_stage.wait(14.9)
    assert ask.attempts == 2
    open_stage.wait(0.1)
    assert ask.failures == 2


def test_silence_is_a_failed_try_like_any_other(open_stage: Stage) -> None:
    ask = open_stage.ask(timeout_s=1_000)
    for _ in range(3):
        open_stage.wait(17)
        if open_stage.opening:
            open_stage.opens()
    assert open_stage.ended[ask.id] == "failed"
    assert open_stage.details[ask.id] == "silent"


def test_a_dead_socket_with_many_turns_fails_none_of_them_twice(open_stage: Stage) -> None:
    """Silent together, and one past its deadline: all of it in one tick."""
    patient, impatient = open_stage.ask("Alice"), open_stage.ask("Bob", timeout_s=15)
    other = open_stage.ask("Carol")
    open_stage.wait(16)
    open_stage.opens()
    assert open_stage.ended.get(impatient.id) == "timeout"
    assert sorted(open_stage.creates(2)) == sorted([patient.key, other.key])


def test_a_socket_full_of_what_nobody_wants_is_replaced() -> None:
    stage = Stage(in_flight=1, sockets=1)
    gone = stage.ask()
    stage.opens()
    stage.created(gone)
    stage.withdraw(gone)
    waiting = stage.ask("Bob")
    stage.wait(20)
    assert stage.closed == [1]
    stage.wait(0.5)
    stage.opens()
    assert stage.creates(2) == [waiting.key]


def test_what_nobody_wants_is_no_matter_while_there_is_room() -> None:
    stage = Stage(in_flight=2).warm()
    gone = stage.ask()
    stage.created(gone)
    stage.withdraw(gone)
    stage.wait(20)
    stage.pong(1)
    assert stage.closed == []


def test_a_full_socket_that_was_quiet_before_is_not_taken_for_clogged() -> None:
    stage = Stage(in_flight=1).warm()
    stage.wait(20)
    stage.pong(1)
    stage.ask()
    stage.wait(1)
    assert stage.closed == []


def test_a_malformed_frame_replaces_the_socket(open_stage: Stage) -> None:
    ask = open_stage.ask()
    open_stage.says(1, "{")
    assert open_stage.closed == [1]
    open_stage.wait(0.5)
    open_stage.opens()
    assert open_stage.creates(2) == [ask.key]


# Errors in a row.


def test_several_server_errors_in_a_row_replace_the_socket_when_its_turns_are_over(
    open_stage: Stage,
) -> None:
    running = open_stage.ask("Carol")
    open_stage.created(running)
    open_stage.error(1, "server_error")
    open_stage.error(1, "server_error")
    failing = open_stage.ask("Alice")
    open_stage.created(failing)
    open_stage.failed(failing, "server_error")
    open_stage.wait(0.5)
    open_stage.opens()
    assert open_stage.creates(2) == [failing.key]
    assert open_stage.closed == []
    open_stage.done(running, "Yes.")
    assert open_stage.closed == [1]


def test_errors_with_an_answer_between_them_are_not_in_a_row(open_stage: Stage) -> None:
    for _ in range(4):
        open_stage.error(1, "server_error")
        open_stage.answered()
    assert open_stage.closed == []


def test_sockets_that_only_bring_errors_open_with_growing_pauses() -> None:
    stage = Stage(tries=100)
    stage.dice = 1.0
    ask = stage.ask(timeout_s=1_000)
    stage.opens()
    opened = []
    for _ in range(3):
        for _ in range(3):
            stage.created(ask)
            stage.failed(ask, "server_error")
        since = stage.now
        while not stage.opening:
            stage.wait(0.1)
        opened.append(round(stage.now - since, 1))
        stage.opens()
    assert opened == [0.5, 1.0, 2.0]
