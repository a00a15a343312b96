"""What the tests of the shared connection may ask for."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from sandbox.realtime.server import RealtimeServer
from tests.realtime.stage import Stage

KEY = "sk-sandbox"


@pytest.fixture
def server() -> Iterator[RealtimeServer]:
    """The stand-in for the Realtime API on a real socket."""
    server = RealtimeServer(KEY)
    server.start()
    with closing(server):
        yield server


@pytest.fixture
def stage() -> Stage:
    """A fleet with the limits as they ship, and no socket yet."""
    return Stage()


@pytest.fixture
def open_stage() -> Stage:
    """With one socket open, and proven by an answer."""
    return Stage().warm()
