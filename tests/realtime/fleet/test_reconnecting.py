"""Sockets that are cut or refused: what flew is asked again, after pauses that grow."""

from tests.realtime.stage import Stage


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
