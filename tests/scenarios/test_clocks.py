"""Two services whose clocks differ by minutes, from each other's and from the database's.

Debian's libfaketime sets their clocks. With `-s` it prints its figures.
"""

import os
from pathlib import Path

import pytest

from tests.scenarios.promise import Load, told
from tests.scenarios.world import diners, running_houses, until

# Paced, so that answers wait to be sent for longer than a lease lasts.
HASTY = {"LEASE_S": "2", "TWILIO_MESSAGES_PER_SECOND": "4"}
WORKING_S = 0.3


@pytest.fixture
def faketime() -> str:
    """The library, which must be there where CI=true."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if found:
        return str(found[0])
    sentence = "no libfaketime on this machine: install it (Debian: apt install faketime)"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def test_clocks_that_differ_lose_nothing_and_repeat_nothing_across_a_kill_9(
    seeded_postgresql_url: str, faketime: str
) -> None:
    ahead, behind = (
        HASTY | {"LD_PRELOAD": faketime, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        for offset in ("+45s", "-600s")
    )
    with running_houses(seeded_postgresql_url, ahead, behind) as (outside, [first, second]):
        outside.behave(first_event_delay_s=WORKING_S)
        load = Load(outside, first, second)
        with load.rush(diners(12), each=2):
            until(lambda: len(outside.replies()) > 6)
            first.kill()
        figures = told("45 s ahead and killed, 600 s behind", load.settle().figures())
        assert (figures.are_as_promised, figures.answered) == (True, figures.sent)
