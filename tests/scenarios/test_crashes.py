"""kill -9 of the whole service, at each step of a turn and under load: nothing is lost or doubled.

With `-s` (make test ARGS="-n 0 -s ...") it prints its figures.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.promise import Load, metric, rows, told, wait_for_words
from tests.scenarios.world import House, Outside, diners, running_houses, until

LEASE_S = 2
EACH = 4  # diners at each step of a turn
CROWD = 100
# Long enough for turns to be under way at any moment of a load.
WORKING_S = 0.1
NEVER_S = 60.0
# Twilio's status callbacks reach nobody here: that a message went out is known
# from the answer to its request alone.
NOBODY = "http://127.0.0.1:1"
LONG = (
    "say exactly: {word} is what you said,"
    " and it takes many more words than these to say it all again in full"
)
STANDING = """
    SELECT (SELECT count(*) FROM messages WHERE turn_id IS NULL),
           (SELECT count(*) FROM turns WHERE state = 'running'),
           (SELECT count(*) FROM outbox WHERE state = 'sending' AND sid IS NULL)
"""


@dataclass(frozen=True)
class World:
    engine: str
    url: str
    outside: Outside
    house: House
    load: Load


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """As many turns at once as the first scenario leaves unfinished: who writes then waits."""
    if request.param == "sqlite":
        seeded = request.getfixturevalue("seeded_sqlite_file")
        file = tmp_path_factory.mktemp("crashes") / "tableside.db"
        url = f"sqlite:///{shutil.copy(seeded, file)}"
    else:
        cluster: Cluster = request.getfixturevalue("seeded_postgres")
        url = cluster.create_database("crashes", template=SEEDED)
    settings = {"LEASE_S": str(LEASE_S), "TURNS_AT_ONCE": str(2 * EACH), "PUBLIC_URL": NOBODY}
    with running_houses(url, settings) as (outside, [house]):
        yield World(request.param, url, outside, house, Load(outside, house))


def test_a_kill_9_at_each_step_of_a_turn_loses_nothing_and_repeats_nothing(world: World) -> None:
    steps = bring_diners_to_each_step(world)
    assert rows(world.url, STANDING) == [(EACH, 2 * EACH, 2 * EACH)]
    world.house.kill()
    world.outside.calm()
    world.house.restart()
    world.load.settle()
    for step, crowd in steps.items():
        figures = told(f"{world.engine}, killed {step}", world.load.figures(crowd))
        assert (figures.are_as_promised, figures.answered) == (True, EACH)


def test_a_kill_9_in_the_middle_of_a_load_of_100_diners_loses_nothing_and_repeats_nothing(
    world: World,
) -> None:
    world.outside.behave(first_event_delay_s=WORKING_S)
    crowd = diners(CROWD)
    load = Load(world.outside, world.house)
    with load.rush(crowd, each=2):
        until(lambda: load.acknowledged > CROWD)
        world.house.kill()
        world.house.restart()
    figures = told(f"{world.engine}, killed under load", load.settle().figures())
    assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
    assert figures.sent >= 2 * CROWD


def bring_diners_to_each_step(world: World) -> dict[str, list[str]]:
    """From the last step of a turn to the first, so that those who came there stay there."""
    names = [
        "before it was recorded what Twilio took",
        "before Twilio took it",
        "mid-answer",
        "after the claim",
        "after the 204",
    ]
    steps = {
        name: [f"whatsapp:+25079{at}{number:06}" for number in range(EACH)]
        for at, name in enumerate(names)
    }
    taken, written, midway, claimed, acknowledged = steps.values()
    outside, load = world.outside, world.load
    outside.order_faults(*({"to": diner, "timeout_s": NEVER_S, "after": True} for diner in taken))
    outside.order_faults(*({"to": diner, "timeout_s": NEVER_S} for diner in written))
    for diner in taken + written:
        load.write(diner)
    until(lambda: outside.twilio_stats()["faults_left"] == 0)
    outside.behave(delta_delay_s=0.5)
    for diner in midway:
        load.write(diner, LONG)
    until(
        lambda: (
            metric(world.house, "tableside_realtime_seconds_count", phase="first_delta") == 3 * EACH
        )
    )
    outside.behave(first_event_delay_s=NEVER_S)
    wait_for_words(outside, [load.write(diner) for diner in claimed])
    for diner in acknowledged:
        load.write(diner)
    return steps
