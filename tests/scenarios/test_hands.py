"""A person answers a diner from their own telephone, over real sockets, whatever dies meanwhile."""

import pytest

from models import restaurants, staff
from models.database.engine import Database
from tests.scenarios.promise import rows
from tests.scenarios.world import KIGALI, Outside, running_world, until

ALICE, JEAN = "whatsapp:+250788000001", "whatsapp:+250788000002"
SETTINGS = {"LEASE_S": "2", "UNSURE_SEND_S": "1"}


@pytest.fixture
def staffed_url(seeded_postgresql_url: str) -> str:
    """Jean waits at tables there."""
    database = Database(seeded_postgresql_url)
    with database.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
        assert found is not None
        staff.add(session, found.id, JEAN, ["waiter"], "Jean")
    database.close()
    return seeded_postgresql_url


def test_a_persons_word_arrives_once_though_the_service_is_killed_before_it_is_out(
    staffed_url: str,
) -> None:
    with running_world(staffed_url, **SETTINGS) as (outside, house):
        says(outside, JEAN, "/help")
        says(outside, ALICE, "say exactly: the waiter's")
        assert says(outside, ALICE, "/human my soup is cold").startswith("I've called a colleague")
        until(lambda: "asks for a person" in outside.bodies(JEAN)[-1])
        [(number,)] = rows(staffed_url, f"SELECT id FROM diners WHERE address = '{ALICE}'")
        outside.order_faults({"to": ALICE, "timeout_s": 60})
        outside.write(JEAN, f"/to {number} I'm on my way.")
        until(lambda: outside.twilio_stats()["faults_left"] == 0)
        house.kill()
        outside.calm()
        house.restart()
        until(lambda: "I'm on my way." in outside.bodies(ALICE))
        outside.write(ALICE, "say exactly: the waiter's, once Jean is done")
        until(lambda: outside.bodies(JEAN)[-1].endswith("the waiter's, once Jean is done"))
        assert outside.bodies(ALICE)[-1] == "I'm on my way."
        assert "with the waiter again" in says(outside, JEAN, "/done")
        until(lambda: outside.bodies(ALICE)[-1] == "the waiter's, once Jean is done")
        assert says(outside, ALICE, "say exactly: the waiter's once more")
        assert outside.bodies(ALICE) == [
            "the waiter's",
            "I've called a colleague; they will write to you here.",
            "I'm on my way.",
            "the waiter's, once Jean is done",
            "the waiter's once more",
        ]


def says(outside: Outside, who: str, text: str) -> str:
    """What somebody reads next, having written this."""
    before = len(outside.bodies(who))
    outside.write(who, text)
    until(lambda: len(outside.bodies(who)) > before)
    return outside.bodies(who)[-1]
