"""Servers that are not OpenAI's: they take one response at a time, echo nothing, name nothing."""

from tests.realtime.stage import Stage

ACTIVE = "conversation_already_has_active_response"


def test_who_takes_one_at_a_time_gets_one_on_as_many_sockets_as_are_allowed() -> None:
    stage = Stage(sockets=2)
    asks = [stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    stage.opens()
    stage.created(asks[0])
    for ask in asks[1:]:
        stage.error(1, ACTIVE, ask.key)
    assert stage.opening == [2]
    stage.opens()
    (key,) = stage.creates(2)[:1]
    bob = next(ask for ask in asks if ask.key == key)
    stage.created(bob)
    stage.error(2, ACTIVE, stage.creates(2)[1])
    assert stage.fleet.counts() == {"sockets": 2, "in_flight": 2, "waiting": 1}
    stage.done(asks[0], "For Alice")
    assert stage.fleet.counts() == {"sockets": 2, "in_flight": 2, "waiting": 0}
    assert [each["socket"] for each in stage.noted("realtime.one_at_a_time")] == [1, 2]


def test_turned_away_is_no_try() -> None:
    stage = Stage(sockets=1, tries=1)
    first, second = stage.ask("Alice"), stage.ask("Bob")
    stage.opens()
    stage.created(first)
    stage.error(1, ACTIVE, second.key)
    stage.done(first, "For Alice")
    stage.created(second)
    stage.done(second, "For Bob")
    assert stage.text(second) == "For Bob"


def test_a_server_that_is_busy_with_what_is_not_ours_is_left_alone_for_a_while() -> None:
    stage = Stage(sockets=1)
    ask = stage.ask()
    stage.opens()
    for attempts in (1, 2, 3):
        assert ask.attempts == attempts
        stage.error(1, ACTIVE, ask.key)
        assert ask.attempts == attempts, (
            "asked again at once, it would be turned away again at once"
        )
        stage.wait(0.5)
    assert ask.attempts == 4


def test_without_an_echo_everyone_still_gets_their_own() -> None:
    stage = Stage(sockets=1)
    asks = [stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    stage.opens()
    for ask in asks:
        stage.created(ask, echo=False)
    for ask in asks:
        stage.delta(ask, f"For {ask.diner}")
    for ask in reversed(asks):
        stage.done(ask)
    assert [stage.text(ask) for ask in asks] == ["For Alice", "For Bob", "For Carol"]


def test_without_an_echo_creates_go_out_one_after_the_other_but_run_together() -> None:
    stage = Stage(sockets=1)
    first = stage.ask("Alice")
    stage.opens()
    stage.created(first, echo=False)
    second, third = stage.ask("Bob"), stage.ask("Carol")
    assert stage.creates(1) == [first.key, second.key]
    stage.created(second, echo=False)
    assert stage.creates(1) == [first.key, second.key, third.key]
    assert stage.fleet.counts()["in_flight"] == 3


def test_when_it_can_not_be_told_whose_response_began_all_are_asked_on_another_socket() -> None:
    stage = Stage(sockets=1)
    alice, bob = stage.ask("Alice"), stage.ask("Bob")
    stage.opens()
    stage.error(1, "invalid_value")
    stage.says(1, {"type": "response.created", "response": {"id": "resp_of_whom"}})
    assert stage.closed == [1]
    stage.wait(0.5)
    stage.opens()
    assert stage.creates(2) == [alice.key], (
        "from now on a create waits until the one before it has begun"
    )
    stage.created(alice)
    assert stage.creates(2) == [alice.key, bob.key] == ["1.2", "2.2"]


def test_a_nameless_refusal_without_an_echo_retires_the_socket_for_new_turns() -> None:
    stage = Stage()
    alice = stage.ask("Alice")
    stage.opens()
    stage.created(alice, echo=False)
    bob = stage.ask("Bob")
    stage.error(1, "invalid_value")
    assert stage.opening == [2]
    stage.opens()
    assert stage.creates(2) == [bob.key]
    stage.delta(alice, "For Alice")
    stage.done(alice)
    assert stage.text(alice) == "For Alice"
    assert stage.closed == [1]


def test_unknown_events_are_told_once_and_hurt_nobody(open_stage: Stage) -> None:
    for _ in range(3):
        open_stage.says(1, {"type": "sandbox.weather.updated"})
    open_stage.answered()
    assert open_stage.noted("realtime.unknown_event") == [{"type": "sandbox.weather.updated"}]
