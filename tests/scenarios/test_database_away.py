"""PostgreSQL crashes under load and comes back: nothing is lost or repeated.

Webhooks say at once that it is away, and what runs waits for it.
With `-s` (make test ARGS="-n 0 -s ...") it prints its figures.
"""

import time
from collections.abc import Iterator

import pytest

from models.database.migrate import upgrade
from tests.conftest import load_samples
from tests.postgres import Cluster, running_cluster
from tests.scenarios.promise import Load, rows, told, wait_for_words
from tests.scenarios.world import diners, running_houses, until

AWAY_S = 4.0
QUICKLY_S = 5.0
# Both come while the database is away.
MODEL_TAKES_S, TWILIO_TAKES_S = 1.5, 1.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server that no other test uses."""
    with running_cluster() as server:
        upgrade(server.url())
        load_samples(server.url())
        yield server


def test_the_database_crashes_under_load_and_comes_back(cluster: Cluster) -> None:
    with running_houses(cluster.url(), {}) as (outside, [house]):
        load = Load(outside, house)
        sending, *asking = diners(6)
        outside.order_faults({"to": sending, "timeout_s": TWILIO_TAKES_S, "after": True})
        outside.behave(first_event_delay_s=MODEL_TAKES_S)
        wait_for_words(outside, [load.write(diner) for diner in asking])
        outside.calm()
        load.write(sending)
        until(lambda: outside.replies(sending))
        with load.rush([f"whatsapp:+25079{number:07}" for number in range(20)], every_s=0.2):
            crash(cluster, AWAY_S)
            begun = load.acknowledged
            until(lambda: load.acknowledged > begun + 20)
        figures = told(f"the database was away for {AWAY_S} s", load.settle().figures())
        assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
        assert told("in flight meanwhile", load.figures([sending, *asking])).answered == 6
        assert rows(cluster.url(), "SELECT max(attempts) FROM turns") == [(1,)]
        refusals = [
            answer for each in load.written for answer in each.answers if answer.status != 204
        ]
        slowest = max(answer.seconds for answer in refusals)
        print(f"webhooks refused {len(refusals)}, the slowest in {slowest:.2f} s")
        assert {(answer.status, bool(answer.retry_after)) for answer in refusals} == {(503, True)}
        assert slowest < QUICKLY_S


def crash(cluster: Cluster, away_s: float) -> None:
    """As if its machine lost power, and had it again so many seconds later."""
    cluster.stop("immediate")
    back = time.monotonic() + away_s
    until(lambda: time.monotonic() > back)
    cluster.start()
