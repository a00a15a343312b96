"""Calls and the processes that hold them: two that share a door, and a death."""

from collections.abc import Iterator

import pytest

from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.promise import rows
from tests.scenarios.telephone import Telephone, calls_of_model
from tests.scenarios.world import House, Outside, diners, running_world, until

CALLERS = diners(6, first=910)


@pytest.fixture(scope="module")
def world(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[tuple[Outside, House]]:
    """Of two processes."""
    name = next(database_names)
    url = seeded_postgres.create_database(name, template=SEEDED)
    with running_world(url, CALLS_ENABLED="true", WEB_CONCURRENCY="2") as (outside, house):
        until(lambda: len(house.workers()) == 2)
        yield outside, house
    seeded_postgres.drop_database(name)


def test_a_stream_that_comes_to_another_process_than_the_ring_is_taken_there(
    outside: Outside,
) -> None:
    for caller in CALLERS:
        telephone = Telephone(outside, caller).begin()
        telephone.hang_up()
        assert telephone.told()["errors"] == []
    until(lambda: all(each["is_over"] for each in calls_of_model(outside)))


def test_processes_that_die_leave_no_socket_of_the_model_open_and_forget_no_allergy(
    outside: Outside, house: House
) -> None:
    """The last of these: nobody is there any more."""
    (caller,) = diners(1, first=930)
    telephone = Telephone(outside, caller).begin()
    outside.behave(first_sound_delay_s=9.0)  # so that it is not answered before they die
    telephone.say("I am allergic to peanuts")
    url, theirs = house.environment["DATABASE_URL"], f"FROM diners WHERE address = '{caller}'"
    until(lambda: rows(url, f"SELECT id {theirs} AND diet LIKE '%peanuts%'"))
    house.kill()
    assert not rows(url, f"SELECT id FROM turns WHERE diner_id IN (SELECT id {theirs})")
    until(lambda: outside.realtime_stats()["connections_open"] == 0)
    telephone.wait("ended")
