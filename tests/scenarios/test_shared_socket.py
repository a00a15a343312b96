"""The shared socket survives everything: the real service and the stand-in's faults, over real sockets. Every diner is answered once."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import pytest

from conversation.sentences import apology
from tests.scenarios.figures import Counter, Counts, Tally, metric, noted, tally, wait_for_replies
from tests.scenarios.world import House, Outside, diners, running_world, until

World = tuple[Outside, House]

# A house that gives up soon, for those scenarios in which it has to.
TURN_TIMEOUT_S, FIRST_EVENT_S, PROBE_S = 3, 1, 0.5
SOCKETS = 4
# Messages come over this time, so that the faults meet turns at every stage.
RUSH_S = 5.0
ANSWERS_TAKE: dict[str, float] = {"first_event_delay_s": 0.1, "delta_delay_s": 0.03}
PECULIAR = {
    "echo_metadata": False,
    "optional_events": False,
    "string_status_details": True,
    "unknown_events": True,
    "response_cancelled_event": True,
}


@pytest.fixture(scope="module")
def hasty_world(seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A service that waits for nothing long."""
    file = copy(seeded_sqlite_file, tmp_path_factory.mktemp("hasty") / "tableside.db")
    patience = {
        "TURN_TIMEOUT_S": str(TURN_TIMEOUT_S),
        "FIRST_EVENT_TIMEOUT_S": str(FIRST_EVENT_S),
        "REALTIME_PROBE_S": str(PROBE_S),
    }
    with running_world(f"sqlite:///{file}", **patience) as world:
        yield world


def test_200_turns_survive_a_socket_that_is_cut_every_700_ms_while_two_of_three_handshakes_are_refused(world: World) -> None:
    with trouble(world, cut_every_s=0.7, refuse_pattern=[1, 1, 0], **ANSWERS_TAKE) as counter:
        asked = rush(world, crowd(1, 200), over_s=RUSH_S)
        counts = judged("cuts", world, asked, counter)
    assert counts["cut"] >= 2
    assert counts["refused"] >= 4
    assert counts["lost"] >= 1


def test_200_turns_survive_sessions_that_expire_every_2_seconds(world: World) -> None:
    with trouble(world, session_s=2.0, **ANSWERS_TAKE) as counter:
        asked = rush(world, crowd(2, 200), over_s=RUSH_S)
        counts = judged("expiries", world, asked, counter)
    assert counts["expired"] >= 2
    assert counts["lost"] >= 1


def test_a_server_that_accepts_and_drops_is_tried_ever_more_rarely_and_trusted_again_once_it_answers(hasty_world: World) -> None:
    outside, house = hasty_world
    early = crowd(3, 5)
    # The open socket goes first: what is there before the fault would outlive it.
    with trouble(hasty_world, accept_and_drop=True, cut_every_s=0.01) as counter:
        asked = dict.fromkeys(rush(hasty_world, early), apology("unreachable"))
        counts = judged("accepts and drops", hasty_world, asked, counter)
    assert counts["opened"] <= 3 * TURN_TIMEOUT_S  # pauses of half a second at most would make twelve tries
    until(lambda: "connected" in house.get("/readyz").json()["realtime"])
    assert tally(outside, rush(hasty_world, answered := crowd(30, 1))) or wait_for_replies(outside, house, list(answered))
