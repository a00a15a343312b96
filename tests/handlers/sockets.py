"""A client of a websocket, as Twilio is one: how it is let in, and with what it is sent away."""

from collections.abc import Mapping

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect


def opened(url: str, headers: Mapping[str, str] | None = None) -> ClientConnection:
    return connect(
        url, additional_headers=headers, compression=None, ping_interval=None, open_timeout=30
    )


def closed_with(client: ClientConnection) -> tuple[int, str]:
    """The code and the reason, once it is over."""
    with pytest.raises(ConnectionClosed):
        client.recv(30)
    assert client.protocol.close_rcvd is not None, client.protocol
    return client.protocol.close_rcvd.code, client.protocol.close_rcvd.reason
