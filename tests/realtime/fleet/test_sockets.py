"""How sockets come and go: rotation, reconnecting, silence, errors in a row."""

import pytest

from tests.realtime.stage import Stage

LIVES_S = 30.0
ROTATES = {"rotate_after_s": LIVES_S, "rotate_jitter": 0.0}


@pytest.fixture
def aging() -> Stage:
    """One socket, used, that is due in half a minute."""
    return Stage(**ROTATES).warm()


# Rotation.


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


# Reconnecting.


def test_turns_in_flight_are_asked_again_on_the_next_socket_in_their_order(
    open_stage: Stage,
) -> None:
    asks = [open_stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    open_stage.cut(1)
    open_stage.wait(0.5)
    open_stage.opens()
    assert open_stage.creates(2) == [f"{ask.id}.2" for ask in asks]


def test_only_what_was_heard_is_declared_void(open_stage: Stage) -> None:
    heard, unheard = open_stage.ask("Alice"), open_stage.ask("Bob")
    for ask in (heard, unheard):
        open_stage.created(ask)
    open_stage.delta(heard, "Good ")
    open_stage.cut(1)
    assert open_stage.again == {heard.id: 1}


def test_pauses_grow_from_half_a_second_to_thirty(stage: Stage) -> None:
    stage.dice = 1.0
    stage.ask(timeout_s=1_000)
    for _ in range(9):
        stage.refuses()
        stage.wait(30)
    pauses = [each["pause_seconds"] for each in stage.noted("realtime.refused")]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_chance_spreads_the_pauses_over_all_of_their_length(stage: Stage) -> None:
    stage.ask()
    stage.dice = 0.0
    stage.refuses()
    stage.wait(0.1)
    stage.dice = 0.5
    stage.refuses()
    stage.wait(0.4)
    assert stage.opening == []
    stage.wait(0.1)
    assert stage.opening == [3]


def test_a_socket_opens_only_after_its_pause(stage: Stage) -> None:
    stage.dice = 1.0
    stage.ask()
    stage.refuses()
    stage.ask("Bob")
    stage.wait(0.4)
    assert stage.opening == []
    stage.wait(0.1)
    assert stage.opening == [2]


def test_a_handshake_that_succeeds_does_not_reset_the_pauses(stage: Stage) -> None:
    """A server that accepts and drops at once would be hammered."""
    stage.dice = 1.0
    ask = stage.ask(timeout_s=1_000)
    while ask.id not in stage.ended:
        stage.cut(stage.opens())
        stage.wait(30)
    assert stage.ended[ask.id] == "unreachable"
    pauses = [each["pause_seconds"] for each in stage.noted("realtime.cut")]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0, 30.0]


def test_a_response_that_comes_through_resets_the_pauses(stage: Stage) -> None:
    stage.dice = 1.0
    ask = stage.ask()
    stage.refuses()
    stage.wait(0.5)
    stage.refuses()
    stage.wait(1)
    socket = stage.opens()
    stage.created(ask)
    stage.done(ask, "Yes.")
    stage.ask()
    stage.cut(socket)
    assert stage.noted("realtime.cut")[0]["pause_seconds"] == 0.5


def test_a_handshake_that_never_ends_is_given_up(stage: Stage) -> None:
    ask = stage.ask()
    stage.wait(30.5)
    assert stage.closed == [1]
    assert stage.opening == [1, 2]
    assert stage.opens() == 1
    assert stage.closed == [1], "it came too late"
    stage.opens()
    assert stage.creates(2) == [ask.key]


def test_an_outage_without_messages_ends_without_messages(stage: Stage) -> None:
    """Who is not ready may get no messages, and would never be ready again."""
    ask = stage.ask(timeout_s=1.5)
    for _ in range(3):
        stage.refuses()
        stage.wait(0.5)
    assert stage.ended[ask.id] == "unreachable"
    assert not stage.fleet.is_ready
    assert not stage.fleet.is_idle
    stage.wait(0.5)
    stage.opens()
    assert stage.fleet.is_ready


def test_an_outage_that_takes_all_sockets_at_once_is_one_failure() -> None:
    stage = Stage(in_flight=1, sockets=4)
    for diner in ("Alice", "Bob", "Carol", "Dan"):
        ask = stage.ask(diner)
        socket = stage.opens()
        stage.created(ask)
        assert ask.socket == socket
    for socket in (1, 2, 3, 4):
        stage.cut(socket)
    assert [each["attempt"] for each in stage.noted("realtime.cut")] == [1, 1, 1, 1]
    assert stage.fleet.is_ready
    stage.wait(0.5)
    assert len(stage.opening) == 1


def test_one_lost_socket_does_not_make_the_process_unready(open_stage: Stage) -> None:
    open_stage.cut(1)
    assert open_stage.fleet.is_ready
    assert open_stage.fleet.is_idle


# Liveness.


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
