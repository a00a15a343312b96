"""Errors that only a person can mend: the circuit opens, says so once, and probes ever later."""

import pytest

from realtime.fleet.codes import FATAL_CODES
from tests.realtime.stage import Stage


@pytest.fixture
def stopped(stage: Stage) -> Stage:
    """Stopped by a refused key, at the first handshake."""
    stage.ask("Carol")
    stage.refuses("HTTP 401", "invalid_api_key")
    return stage


def test_a_bad_key_ends_everyone_who_waits_as_unavailable(stage: Stage) -> None:
    asks = [stage.ask(diner) for diner in ("Alice", "Bob")]
    stage.refuses("HTTP 401", "invalid_api_key")
    assert [stage.ended[ask.id] for ask in asks] == ["unavailable", "unavailable"]
    assert "OPENAI_API_KEY" in stage.details[asks[0].id]


@pytest.mark.parametrize("code", sorted(FATAL_CODES))
def test_each_fatal_error_stops_everything_and_says_what_to_fix(
    open_stage: Stage, code: str
) -> None:
    failing, other = open_stage.ask("Alice"), open_stage.ask("Bob")
    open_stage.created(failing)
    open_stage.failed(failing, code)
    assert open_stage.ended[failing.id] == open_stage.ended[other.id] == "unavailable"
    assert open_stage.closed == [1]
    assert open_stage.noted("realtime.stopped") == [{"code": code, "remedy": FATAL_CODES[code]}]
    assert open_stage.fleet.state() == f"stopped: {FATAL_CODES[code]}"
    assert not open_stage.fleet.is_ready


@pytest.mark.parametrize("named", [True, False])
def test_a_fatal_error_event_stops_everything_too(open_stage: Stage, named: bool) -> None:
    ask = open_stage.ask()
    open_stage.error(1, "model_not_found", ask.key if named else None)
    open_stage.cut(1, "closed 4000")
    assert open_stage.ended[ask.id] == "unavailable"
    assert open_stage.noted("realtime.cut") == []


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ("closed 3000: invalid_request_error.invalid_api_key", "invalid_api_key"),
        ("closed 3000: unauthorized", "invalid_api_key"),
        ("closed 1008: Incorrect API key provided: sk-***.", "invalid_api_key"),
        ("closed 1008: Invalid authentication.", "invalid_api_key"),
        ("closed 4000: invalid_request_error.model_not_found", "model_not_found"),
        ("closed 4000: invalid_request_error.beta_api_shape_disabled", "beta_api_shape_disabled"),
        ("closed 1011: You exceeded your current quota, please check.", "insufficient_quota"),
        ("closed 1008: billing_hard_limit_reached", "billing_hard_limit_reached"),
        (
            "closed 1008: Country, region, or territory not supported",
            "unsupported_country_region_territory",
        ),
        ("closed 3003: forbidden", "access_denied"),
    ],
)
def test_a_close_that_names_a_fatal_error_stops_everything_too(
    open_stage: Stage, cause: str, code: str
) -> None:
    ask = open_stage.ask()
    open_stage.cut(1, cause)
    assert open_stage.ended[ask.id] == "unavailable"
    assert open_stage.noted("realtime.stopped") == [{"code": code, "remedy": FATAL_CODES[code]}]
    open_stage.wait(14)
    assert open_stage.opening == []


@pytest.mark.parametrize(
    "cause",
    ["closed 1008", "closed 1001: going away", "closed 3000: too old", "ConnectionResetError"],
)
def test_a_close_that_names_none_is_a_cut(open_stage: Stage, cause: str) -> None:
    ask = open_stage.ask()
    open_stage.cut(1, cause)
    assert ask.id not in open_stage.ended
    assert open_stage.noted("realtime.cut")[0]["cause"] == cause


def test_a_close_over_the_limits_holds_new_turns_back(open_stage: Stage) -> None:
    open_stage.cut(1, "closed 1013: rate_limit_exceeded")
    ask = open_stage.ask()
    open_stage.wait(1.9)
    assert open_stage.opening == []
    open_stage.wait(0.1)
    open_stage.opens()
    assert ask.attempts == 1


def test_a_handshake_over_the_limits_holds_them_back_too(stage: Stage) -> None:
    ask = stage.ask()
    stage.refuses("HTTP 429", "rate_limit_exceeded")
    stage.wait(1.9)
    assert stage.opening == []
    stage.wait(0.1)
    stage.opens()
    assert ask.attempts == 1


def test_while_it_is_open_nobody_is_kept_waiting(stopped: Stage) -> None:
    ask = stopped.ask()
    assert stopped.ended[ask.id] == "unavailable"
    assert stopped.opening == []


def test_a_probe_is_one_handshake_and_the_pauses_between_them_grow(stopped: Stage) -> None:
    probed = []
    for _ in range(7):
        while not stopped.opening:
            stopped.wait(0.1)
            stopped.ask()
        probed.append(round(stopped.now))
        stopped.refuses("HTTP 401", "invalid_api_key")
    assert probed == [15, 45, 105, 225, 465, 765, 1065]


def test_the_log_says_once_what_to_fix(stopped: Stage) -> None:
    for _ in range(3):
        while not stopped.opening:
            stopped.wait(1)
        stopped.refuses("HTTP 401", "invalid_api_key")
    assert len(stopped.noted("realtime.stopped")) == 1
    assert len(stopped.noted("realtime.probing")) == 3


def test_another_cause_is_news(stopped: Stage) -> None:
    stopped.wait(15)
    stopped.refuses("HTTP 404", "model_not_found")
    assert [each["code"] for each in stopped.noted("realtime.stopped")] == [
        "invalid_api_key",
        "model_not_found",
    ]


def test_while_it_probes_one_turn_goes_ahead_and_the_others_wait(stopped: Stage) -> None:
    stopped.wait(15)
    first, second = stopped.ask("Alice"), stopped.ask("Bob")
    stopped.opens()
    assert (first.attempts, second.attempts) == (1, 0)
    assert stopped.fleet.state().startswith("trying again after a stop")


def test_an_answer_closes_the_circuit_and_lets_the_others_go(stopped: Stage) -> None:
    stopped.wait(15)
    first, second = stopped.ask("Alice"), stopped.ask("Bob")
    stopped.opens()
    stopped.created(first)
    stopped.done(first, "Yes.")
    assert second.attempts == 1
    assert stopped.fleet.circuit.is_closed
    assert stopped.fleet.is_ready


def test_a_probe_that_fails_takes_the_waiting_with_it(stopped: Stage) -> None:
    stopped.wait(15)
    asks = [stopped.ask(diner) for diner in ("Alice", "Bob")]
    stopped.opens()
    stopped.created(asks[0])
    stopped.failed(asks[0], "insufficient_quota")
    assert [stopped.ended[ask.id] for ask in asks] == ["unavailable", "unavailable"]


def test_the_pauses_begin_anew_after_a_success(stopped: Stage) -> None:
    stopped.wait(15)
    ask = stopped.ask()
    stopped.opens()
    stopped.created(ask)
    stopped.done(ask, "Yes.")
    stopped.error(2, "insufficient_quota")
    stopped.wait(14.9)
    assert stopped.opening == []
    stopped.wait(0.1)
    assert stopped.opening == [3]


def test_a_probe_that_the_network_refuses_goes_on_with_the_next_ask(stopped: Stage) -> None:
    stopped.wait(15)
    stopped.refuses("TimeoutError")
    stopped.ask()
    stopped.wait(0.5)
    assert stopped.opening == [3]


def test_the_clock_may_sleep_only_when_no_time_changes_anything(stage: Stage) -> None:
    ask = stage.ask()
    stage.refuses("HTTP 401", "invalid_api_key")
    assert stage.ended[ask.id] == "unavailable"
    assert not stage.fleet.is_idle, "a probe is due"


def test_the_state_is_told_in_words(stage: Stage) -> None:
    idle = "idle: no socket is needed yet: 0 open, 0 in flight, 0 waiting"
    assert stage.fleet.state() == idle
    stage.ask()
    opening = "opening the first socket: 0 open, 0 in flight, 1 waiting"
    assert stage.fleet.state() == opening
    stage.refuses("HTTP 503")
    lost = "reconnecting, 1 tries so far (HTTP 503): 0 open, 0 in flight, 1 waiting"
    assert stage.fleet.state() == lost
    stage.wait(0.5)
    stage.opens()
    assert stage.fleet.state() == "connected: 1 open, 1 in flight, 0 waiting"
