"""The first socket, opened before anybody asks: the key is tried, and no diner waits for it."""

from tests.realtime.stage import Stage


def opening(stage: Stage) -> Stage:
    stage.do(stage.fleet.open(stage.now))
    return stage


def test_it_opens_at_once_and_takes_the_first_turn(stage: Stage) -> None:
    opening(stage).opens()
    assert stage.fleet.state().startswith("connected: 1 open")
    ask = stage.ask()
    assert (ask.socket, stage.opening) == (1, [])


def test_a_key_that_is_refused_is_known_before_anybody_asks(stage: Stage) -> None:
    opening(stage).refuses("HTTP 401", "invalid_api_key")
    assert not stage.fleet.is_ready
    assert "OPENAI_API_KEY" in stage.fleet.state()
    assert len(stage.noted("realtime.stopped")) == 1


def test_a_close_that_names_the_key_is_known_too(stage: Stage) -> None:
    opening(stage).cut(stage.opens(), "closed 3000: invalid_request_error.invalid_api_key")
    assert not stage.fleet.is_ready


def test_a_probe_finds_out_when_the_key_is_good_again(stage: Stage) -> None:
    opening(stage).refuses("HTTP 401", "invalid_api_key")
    stage.wait(15)
    stage.opens()
    assert stage.fleet.is_ready


def test_a_network_that_fails_is_no_verdict_and_is_tried_again_without_a_message(
    stage: Stage,
) -> None:
    stage.dice = 1.0
    opening(stage).refuses("gaierror")
    assert stage.fleet.is_ready
    assert not stage.fleet.is_idle, "the clock must not sleep"
    stage.wait(0.5)
    stage.refuses("gaierror")
    stage.wait(1)
    stage.opens()
    assert stage.fleet.state().startswith("connected: 1 open")


def test_one_that_was_open_once_is_not_wanted_any_more(stage: Stage) -> None:
    stage.cut(opening(stage).opens())
    stage.wait(60)
    assert stage.opening == []
    assert stage.fleet.is_idle


def test_who_is_told_twice_opens_one(stage: Stage) -> None:
    opening(opening(stage))
    assert stage.opening == [1]
