"""The shared socket survives everything: the real service against the stand-in's faults.

With `-s` (make test ARGS="-n 0 -s ...") it prints each trial's figures.
Figures of a fault (cut, lost, ...) are there to show that it struck.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from conversation.sentences import apology
from tests.scenarios.trial import trial
from tests.scenarios.world import House, Outside, running_world, until

World = tuple[Outside, House]

# A service that waits for nothing long, for the scenarios in which it waits in vain.
TURN_TIMEOUT_S, FIRST_EVENT_S, PROBE_S = 5, 2, 0.5
# Longer than a second message takes to come, and than a cancel takes once the answer has begun:
# on a slow machine too.
THINKING_S, SPEAKING_SLOWLY_S = 2.5, 0.4
SOCKETS = 4
RUSH_S = 5.0
ANSWERS_TAKE = {"first_event_delay_s": 0.1, "delta_delay_s": 0.05}
ALL_ODDITIES = {
    "echo_metadata": False,
    "optional_events": False,
    "string_status_details": True,
    "unknown_events": True,
    "response_cancelled_event": True,
}


@pytest.fixture(scope="module")
def hasty_world(
    seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    file = copy(seeded_sqlite_file, tmp_path_factory.mktemp("hasty") / "tableside.db")
    waits = {
        "TURN_TIMEOUT_S": TURN_TIMEOUT_S,
        "FIRST_EVENT_TIMEOUT_S": FIRST_EVENT_S,
        "REALTIME_PROBE_S": PROBE_S,
    }
    with running_world(
        f"sqlite:///{file}", **{name: str(value) for name, value in waits.items()}
    ) as world:
        yield world


def test_200_turns_survive_a_cut_every_700_ms_with_two_of_three_handshakes_refused(
    world: World,
) -> None:
    with trial(world, 1, cut_every_s=0.7, refuse_pattern=[1, 1, 0], **ANSWERS_TAKE) as tried:
        tried.rush(200, RUSH_S, until={"cut": 2, "refused": 2, "lost": 1})
        figures = tried.settle()
    assert (figures["answered"], figures["twice"]) == (figures["sent"], 0)


def test_200_turns_survive_sessions_that_expire_every_2_seconds(world: World) -> None:
    with trial(world, 2, session_s=2.0, **ANSWERS_TAKE) as tried:
        tried.rush(200, RUSH_S, until={"expired": 2, "lost": 1})
        figures = tried.settle()
    assert (figures["answered"], figures["twice"]) == (figures["sent"], 0)


def test_a_server_that_accepts_and_drops_is_tried_ever_more_rarely_until_an_answer_comes(
    hasty_world: World,
) -> None:
    with trial(hasty_world, 3, accept_and_drop=True) as tried:
        tried.ask(5, expect=apology("unreachable"))
        figures = tried.settle()
        assert (figures["answered"], figures["twice"]) == (5, 0)
        # Pauses that never grew would make a dozen tries.
        assert 2 <= figures["opened"] <= 3 * TURN_TIMEOUT_S
        assert "reconnecting" in tried.realtime
    until(lambda: "connected" in tried.realtime)
    tried.ask(1)
    assert tried.settle()["answered"] == 6


def test_a_bad_key_costs_one_handshake_a_probe_and_is_noticed_when_it_is_right_again(
    hasty_world: World,
) -> None:
    with trial(hasty_world, 4, bad_key=True) as tried:
        tried.ask(1, expect=apology("unavailable"))
        tried.settle()
        assert "OPENAI_API_KEY" in tried.realtime
        assert tried.house.get("/readyz").status_code == 503
        tried.ask(20, expect=apology("unavailable"))
        until(lambda: tried.counts()["probing"] >= 2)
        until(lambda: (now := tried.counts())["refused"] == 1 + now["probing"])
        figures = tried.settle()
        assert (figures["answered"], figures["twice"]) == (21, 0)
        # One may have come between the two counts.
        assert figures["refused"] <= 2 + figures["probing"]
    until(lambda: "1 open" in tried.realtime)
    tried.ask(1)
    assert tried.settle()["answered"] == 22
    assert tried.house.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("block", "names_events"), [(5, True), (6, False)], ids=["names_the_event", "names_no_event"]
)
def test_a_server_that_takes_one_response_at_a_time_answers_20_diners_on_the_sockets_allowed(
    world: World, block: int, names_events: bool
) -> None:
    with trial(
        world, block, one_at_a_time=True, error_event_ids=names_events, echo_metadata=names_events
    ) as tried:
        tried.ask(20)
        figures = tried.settle()
        assert (figures["answered"], figures["twice"]) == (20, 0)
        assert tried.outside.realtime_stats()["connections_open"] <= SOCKETS


def test_a_server_with_every_oddity_answers_all(world: World) -> None:
    with trial(world, 7, **ALL_ODDITIES, **ANSWERS_TAKE) as tried:
        tried.ask(30)
        figures = tried.settle()
    assert (figures["answered"], figures["twice"], figures["retried"]) == (30, 0, 0)
    assert tried.noted("unknown_event") >= 1


def test_who_writes_again_before_the_first_word_gets_one_answer_to_both(world: World) -> None:
    with trial(world, 8, first_event_delay_s=THINKING_S, delta_delay_s=SPEAKING_SLOWLY_S) as tried:
        cancelled = tried.outside.realtime_stats()["responses_cancelled"]
        tried.expect("wants tea & with milk")
        tried.write("wants tea")
        until(lambda: len(tried.asked_at()) == 1)
        tried.write("with milk")
        figures = tried.settle()
        assert (figures["sent"], figures["answered"], figures["twice"]) == (2, 1, 0)
        assert len(tried.asked_at()) == 2
        until(lambda: tried.outside.realtime_stats()["responses_cancelled"] > cancelled)


def test_who_writes_again_while_words_flow_gets_a_second_answer(world: World) -> None:
    with trial(world, 9, delta_delay_s=0.2) as tried:
        heard = tried.metric("tableside_realtime_seconds_count", phase="first_delta")
        tried.expect("wants tea and a brochette", "with milk")
        tried.write("wants tea and a brochette")
        until(lambda: tried.metric("tableside_realtime_seconds_count", phase="first_delta") > heard)
        tried.write("with milk")
        figures = tried.settle()
    assert (figures["sent"], figures["answered"], figures["twice"]) == (2, 1, 0)


def test_a_rate_limit_holds_everyone_back_for_as_long_as_the_server_says(world: World) -> None:
    with trial(world, 10, rate_limit=1, rate_limit_reset_s=1.0) as tried:
        tried.ask(1)
        until(lambda: tried.counts()["slowed"])
        tried.ask(20)
        figures = tried.settle()
    assert (figures["answered"], figures["twice"]) == (21, 0)
    first, second = tried.asked_at()[:2]
    assert second - first >= 0.9


@pytest.mark.parametrize(
    ("block", "fault", "cause"),
    [(11, "silent", "silent"), (12, "empty", "empty")],
    ids=["silent", "empty"],
)
def test_a_response_that_says_nothing_is_asked_again(
    hasty_world: World, block: int, fault: str, cause: str
) -> None:
    with trial(hasty_world, block, **{fault: 2}) as tried:
        retried = tried.noted("retried", cause=cause)
        tried.ask(5)
        figures = tried.settle()
    assert (figures["answered"], figures["twice"]) == (5, 0)
    # A slow machine may be taken for a silent server now and then.
    assert tried.noted("retried", cause=cause) - retried >= 2
