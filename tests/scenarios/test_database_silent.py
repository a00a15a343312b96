"""PostgreSQL, or the way to it, swallows all under load, and comes back: nobody waits for ever.

With `-s` (make test ARGS="-n 0 -s ...") it prints its figures.
"""

import time
from collections.abc import Iterator
from statistics import median

import pytest

from models.database.absence import SILENT
from tests.pooler import Pooler
from tests.scenarios.promise import Load, told
from tests.scenarios.world import House, diners, running_houses, until
from tests.swallowing import Proxy

GRACE_S = 4
# Of what gunicorn adds to the grace time, and of a slow machine.
ENDED_S = GRACE_S + 8
TWILIO_WAITS_S = 15
SAID_S = 1.0
WEBHOOKS = 30


@pytest.fixture
def proxy(seeded_postgresql_url: str) -> Iterator[Proxy]:
    proxy = Proxy(seeded_postgresql_url)
    with proxy.running():
        yield proxy


def test_a_silent_database_is_waited_for_in_time_only(proxy: Proxy) -> None:
    with running_houses(proxy.url, {"GRACE_S": str(GRACE_S)}) as (outside, [house]):
        load = Load(outside, house)
        load.write("whatsapp:+250780000001")
        load.settle()
        with load.rush(diners(12), every_s=0.1):
            proxy.swallow()
            refused = until(lambda: refusals(load, WEBHOOKS))
            answer, seconds = readiness(house)
            proxy.pass_on()
        print(
            f"{len(refused)} refused: p50 {median(refused):.2f} s, the slowest {max(refused):.2f}"
        )
        assert max(refused) < TWILIO_WAITS_S / 2
        assert (answer, seconds < SAID_S) == ((503, SILENT), True)
        figures = told("the database was silent", load.settle().figures())
        assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
        proxy.swallow()
        until(lambda: readiness(house)[0] == (503, SILENT))
        began = time.monotonic()
        assert (house.stop(), time.monotonic() - began < ENDED_S) == (0, True)


def test_behind_a_pooler_two_processes_answer_all(
    pooler: Pooler, seeded_postgresql_url: str
) -> None:
    url = pooler.url(seeded_postgresql_url)
    with running_houses(url, {}, {}) as (outside, houses):
        load = Load(outside, *houses)
        with load.rush(diners(12), each=3):
            pass
        figures = told("behind a pooler", load.settle().figures())
        assert (figures.are_as_promised, figures.answered) == (True, 36)


def refusals(load: Load, most: int) -> list[float]:
    """How long those webhooks took that were refused; none until there are enough."""
    answers = [answer for each in list(load.written) for answer in list(each.answers)]
    refused = [answer for answer in answers if answer.status != 204]
    assert {(answer.status, bool(answer.retry_after)) for answer in refused} <= {(503, True)}
    return [answer.seconds for answer in refused] if len(refused) >= most else []


def readiness(house: House) -> tuple[tuple[int, str], float]:
    began = time.monotonic()
    answer = house.get("/readyz")
    return (answer.status_code, answer.json()["database"]), time.monotonic() - began
