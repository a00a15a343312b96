"""The ports that tests start services on."""

from pathlib import Path

import pytest

from tests.ports import free_port

GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_no_port_is_given_twice() -> None:
    assert len({free_port() for _ in range(100)}) == 100


@pytest.mark.skipif(not GIVEN_AWAY.exists(), reason="Linux alone tells which ones these are")
def test_none_is_one_that_the_system_may_give_to_somebody_else() -> None:
    first, last = map(int, GIVEN_AWAY.read_text().split())
    assert not any(first <= free_port() <= last for _ in range(100))
