"""HTTP/1.1 as lean as a load needs it, on asyncio's raw protocols: requests in, webhooks out.

It knows no message and no event. It reads only what the parties of the benchmark send: bodies with
a length, one at a time. Webhooks go out over kept connections.
"""

import asyncio
import re
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import cast

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
# A server may be about to close a connection that was idle for longer (gunicorn: two seconds).
REUSED_WITHIN_S = 1.0

Answered = Callable[[int | None], None]


class HttpConnection(asyncio.Protocol):
    """One client's connection to a stand-in: each request goes to `answer`, whose bytes go back."""

    def __init__(self, answer: Callable[[bytes, bytes, bytes], bytes]) -> None:
        self._answer = answer  # request line, head, body
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        no_delay(self.transport)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (request := _whole(self._buffer)) is not None:
            head, body, self._buffer = request
            self.transport.write(self._answer(head[: head.index(b"\r\n")], head, body))


class Webhooks:
    """Posts to one service over as many kept connections as are needed, the last used first."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[_Caller] = []
        self._opening: set[asyncio.Task[None]] = set()
        self.opened = 0

    def post(self, request: bytes, answered: Answered) -> None:
        """`answered` gets the HTTP status; None if the connection broke before an answer."""
        fresh_since = time.monotonic() - REUSED_WITHIN_S
        while self._idle:
            caller = self._idle.pop()
            if caller.idle_since > fresh_since and not caller.transport.is_closing():
                caller.post(request, answered)
                return
            caller.transport.close()
        task = asyncio.get_running_loop().create_task(self._open(request, answered))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    def close(self) -> None:
        for caller in self._idle:
            caller.transport.close()
        self._idle.clear()

    async def _open(self, request: bytes, answered: Answered) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, caller = await loop.create_connection(
                lambda: _Caller(self._idle), "127.0.0.1", self._port
            )
        except OSError:
            answered(None)
            return
        self.opened += 1
        caller.post(request, answered)


class _Caller(asyncio.Protocol):
    """One kept connection to the service, with at most one request on its way."""

    def __init__(self, idle: "list[_Caller]") -> None:
        self._idle = idle
        self._waiting: deque[Answered] = deque()
        self._buffer = b""
        self.idle_since = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        no_delay(self.transport)

    def post(self, request: bytes, answered: Answered) -> None:
        self._waiting.append(answered)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if (answer := _whole(self._buffer)) is None or not self._waiting:
            return
        head, _, self._buffer = answer
        if CLOSES.search(head):
            self.transport.close()
        else:
            self.idle_since = time.monotonic()
            self._idle.append(self)
        self._waiting.popleft()(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        while self._waiting:
            self._waiting.popleft()(None)


def response(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status.encode(),
        len(body),
        body,
    )


def no_delay(transport: asyncio.Transport) -> None:
    opened = transport.get_extra_info("socket")
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _whole(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """The first request or answer of a buffer as head, body and rest; None until it is whole."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end]
    length = LENGTH.search(head)
    stop = end + 4 + (int(length[1]) if length else 0)
    return (head, buffer[end + 4 : stop], buffer[stop:]) if len(buffer) >= stop else None
