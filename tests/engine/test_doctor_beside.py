"""What stands beside the service is named where it does not answer; the service works without."""

import socket
from contextlib import closing

from engine.doctor import beside
from engine.doctor.finding import Level


def test_a_redis_that_is_away_is_told() -> None:
    (away,) = beside.counts(lambda: False)
    (there,) = beside.counts(lambda: True)
    assert (away.level, there.level) == (Level.WARN, Level.OK)


def test_a_collector_that_is_away_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        (there,) = beside.collector(url)
    (away,) = beside.collector(url)
    assert (away.level, there.level) == (Level.WARN, Level.OK)
    assert "ConnectionRefusedError" in away.sentence
