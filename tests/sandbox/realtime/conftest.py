"""The stand-in for the Realtime API on a real socket, and a client that it has welcomed."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.caller import Caller, calling
from tests.sandbox.realtime.client import KEY, Client


@pytest.fixture
def server() -> Iterator[RealtimeServer]:
    server = RealtimeServer(KEY)
    server.start()
    with closing(server):
        yield server


@pytest.fixture
def connect(server: RealtimeServer) -> Iterator[Callable[..., Client]]:
    opened: list[Client] = []

    def open_client(*args: str) -> Client:
        opened.append(Client(server, *args))
        return opened[-1]

    yield open_client
    for each in opened:
        each.hang_up()


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    client = connect()
    assert client.read()["type"] == "session.created"
    return client


@pytest.fixture
def caller(server: RealtimeServer, client: Client) -> Caller:
    """In a call with a model that answers in the practice voice, as fast as it goes."""
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    return calling(client, transcription={"model": "gpt-4o-mini-transcribe"})
