"""Calls and the processes that hold them: a stop, a death, and two that share a door."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.telephone import Telephone
from tests.scenarios.world import House, Outside, diners, running_world, until

CALLERS = diners(6, first=900)
# Several calls in real time, one after the other, on a machine that does much else.
pytestmark = pytest.mark.timeout(180)


@contextmanager
def world_of_calls(
    cluster: Cluster, names: Iterator[str], **settings: str
) -> Iterator[tuple[Outside, House]]:
    name = next(names)
    url = cluster.create_database(name, template=SEEDED)
    with running_world(url, CALLS_ENABLED="true", **settings) as (outside, house):
        yield outside, house
    cluster.drop_database(name)


@pytest.mark.parametrize("signature", [None, "A" * 28])
def test_a_stream_that_twilio_did_not_sign_stays_outside(
    seeded_sqlite_file: Path, tmp_path: Path, signature: str | None
) -> None:
    file = tmp_path / "tableside.db"
    file.write_bytes(seeded_sqlite_file.read_bytes())
    with running_world(f"sqlite:///{file}", CALLS_ENABLED="true") as (_, house):
        url = f"ws://127.0.0.1:{house.port}/calls/stream"
        headers = {"X-Twilio-Signature": signature} if signature else {}
        with pytest.raises(InvalidStatus, match="403"), connect(url, additional_headers=headers):
            pass
        assert house.get("/calls/stream").status_code == 426


def test_a_stop_says_goodbye_in_every_call_and_ends_in_time(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> None:
    with world_of_calls(seeded_postgres, database_names) as (outside, house):
        telephones = [Telephone(outside, each).begin() for each in CALLERS[:3]]
        for each in telephones:
            each.hears_all()
        places = [each.place() for each in telephones]
        assert house.stop() == 0
        for each, place in zip(telephones, places, strict=True):
            told = each.wait("ended")
            assert (told["status"], told["errors"]) == ("completed", [])
            assert each.place() > place  # the goodbye


def test_a_process_that_dies_leaves_no_socket_of_the_model_open(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> None:
    with world_of_calls(seeded_postgres, database_names) as (outside, house):
        telephone = Telephone(outside, CALLERS[0]).begin()
        house.kill()
        until(lambda: outside.realtime_stats()["connections_open"] == 0)
        telephone.wait("ended")


def test_a_stream_that_comes_to_another_process_than_the_ring_is_taken_there(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> None:
    settings = {"WEB_CONCURRENCY": "2"}
    with world_of_calls(seeded_postgres, database_names, **settings) as (outside, house):
        until(lambda: len(house.workers()) == 2)
        before = outside.realtime_stats()["connections_open"]
        for caller in CALLERS:
            telephone = Telephone(outside, caller).begin()
            telephone.hang_up()
            assert telephone.told()["errors"] == []
        until(lambda: outside.realtime_stats()["connections_open"] <= before + 2)
