"""A websocket's end in a WSGI server that hands out its socket: gunicorn, or Flask's own.

It speaks RFC 6455 and nothing above it: text both ways, no extension. Whoever may come in, and what
is said, is for the routes that use it.
"""

import logging
import select
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol, runtime_checkable

from flask import Response
from websockets.datastructures import Headers
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from werkzeug.exceptions import BadRequest, HTTPException

MAX_BYTES = 64 * 1024  # of a message; a larger one ends the connection with 1009
READ_BYTES = 16 * 1024
# The other end takes nothing for so long, or sends nothing: it is gone. Whoever writes may have
# others wait meanwhile: a call's tools and its goodbye.
SEND_PATIENCE_S = 2.0
QUIET_S = 30.0
# For its answer to our goodbye.
CLOSE_S = 2.0
LEAST_MS = 1.0  # of a look at the socket, which must let others go on
MAX_REASON = 120  # bytes of a close's reason; a control frame has 125 in all
# By WSGI's names for what a handshake is made of.
HANDSHAKE = {
    "HTTP_CONNECTION": "Connection",
    "HTTP_UPGRADE": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "Sec-WebSocket-Key",
    "HTTP_SEC_WEBSOCKET_VERSION": "Sec-WebSocket-Version",
}
SERVERS = ("gunicorn.socket", "werkzeug.socket")
_NO_WEBSOCKET = "This is a websocket: it is opened with Connection: Upgrade, Upgrade: websocket."
_NO_SERVER = "This server hands out no sockets: websockets need gunicorn, as in the Procfile."

# websockets tells each connection's end; here that is nothing to tell.
_LOGGER = logging.getLogger("handlers.websocket.protocol")
_LOGGER.setLevel(logging.CRITICAL)


class UpgradeRequired(HTTPException):
    """What came is no websocket's handshake. Its answer names what is wanted."""

    code = 426
    description = _NO_WEBSOCKET

    def get_headers(self, *args: Any, **named: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **named), ("Upgrade", "websocket")]


@runtime_checkable
class Upgradable(Protocol):
    """A server's connection that may be told that it is no HTTP any more."""

    def upgrade(self) -> None: ...


class ServerSocket:
    """`accept` makes one. Any thread may send and close; one at a time receives.

    It ends by itself when the other end takes nothing for `patience_s`, or sends nothing, not even
    a ping, for `quiet_s` while somebody listens.
    """

    def __init__(
        self,
        client: socket.socket,
        *,
        patience_s: float = SEND_PATIENCE_S,
        quiet_s: float = QUIET_S,
    ) -> None:
        self._client = client
        self._protocol = ServerProtocol(state=State.OPEN, max_size=MAX_BYTES, logger=_LOGGER)
        self._quiet_s = quiet_s
        self._heard_at = time.monotonic()
        self._pieces: list[bytes] = []  # of a message whose end has not come yet
        self._messages: list[str] = []  # that came with the one before
        self._is_gone = False  # the other end, or its patience with us
        # Around the protocol, never while anything waits; and around all that is written,
        # so that frames leave whole, and in their order.
        self._thinking = threading.Lock()
        self._writing = threading.Lock()
        self._readable = select.poll()
        self._readable.register(client, select.POLLIN)
        # Of a write as a whole. What is read is looked for first.
        client.settimeout(patience_s)

    @classmethod
    def accept(
        cls,
        environ: Mapping[str, Any],
        *,
        patience_s: float = SEND_PATIENCE_S,
        quiet_s: float = QUIET_S,
    ) -> "ServerSocket":
        """Answer a request with the handshake. Raises HTTPException where it is none.

        The request's view then answers with `Over`. Its route is there twice, with `websocket=True`
        and without: werkzeug would answer one of the two with 400, and no word of why.
        """
        client = next((environ[each] for each in SERVERS if environ.get(each) is not None), None)
        answer = _handshake(environ)
        if client is None:
            raise UpgradeRequired(_NO_SERVER)
        if isinstance(client, Upgradable):
            client.upgrade()
        accepted = cls(client, patience_s=patience_s, quiet_s=quiet_s)
        accepted._write([answer])
        return accepted

    def send(self, text: str) -> None:
        """Nothing is sent, nor said about it, once it is over: `receive` tells."""
        with self._thinking, suppress(InvalidState):
            self._protocol.send_text(text.encode())
        self._flush()

    def receive(self, timeout_s: float) -> str | None:
        """The next message; None once it is over. Raises TimeoutError when none comes in time."""
        deadline = time.monotonic() + timeout_s
        while not self._messages:
            if self._is_gone or self._protocol.state is not State.OPEN:
                return None
            now = time.monotonic()
            if now - self._heard_at >= self._quiet_s:
                self._end()
            elif self._look(min(deadline, self._heard_at + self._quiet_s) - now):
                self._read()  # pings, it may be, and nothing else for ever
            if not self._messages and time.monotonic() >= deadline:
                raise TimeoutError
        return self._messages.pop(0)

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Say goodbye. The other end's answer is `end`'s to wait for, or whoever receives hears."""
        with self._thinking, suppress(InvalidState):
            self._protocol.send_close(code, reason.encode()[:MAX_REASON].decode(errors="ignore"))
        self._flush()

    def end(self) -> None:
        """Close where nobody has, wait a moment for the other end to hang up, and do.

        Hung up on at once, who still sends would lose our goodbye.
        """
        self.close(CloseCode.INTERNAL_ERROR)
        deadline = time.monotonic() + CLOSE_S
        while not self._is_gone and (left_s := deadline - time.monotonic()) > 0:
            if self._look(left_s):
                self._read()
        self._end()

    def _look(self, timeout_s: float) -> bool:
        """Whether there is something to read, or an end, by then."""
        return bool(self._readable.poll(max(timeout_s * 1000, LEAST_MS)))

    def _read(self) -> None:
        try:
            received = self._client.recv(READ_BYTES)
        except OSError:
            received = b""
        self._heard_at = time.monotonic()
        self._is_gone = self._is_gone or not received
        with self._thinking:
            if received:
                self._protocol.receive_data(received)
            else:
                self._protocol.receive_eof()
            for event in self._protocol.events_received():
                if isinstance(event, Frame):
                    self._take(event)
        self._flush()

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self._protocol.fail(CloseCode.UNSUPPORTED_DATA, "text alone is read here")
        if frame.opcode not in (Opcode.TEXT, Opcode.CONT):
            return
        self._pieces.append(bytes(frame.data))
        if frame.fin:
            whole = b"".join(self._pieces)
            self._pieces.clear()
            try:
                self._messages.append(whole.decode())
            except UnicodeDecodeError:
                self._protocol.fail(CloseCode.INVALID_DATA, "a text that is no UTF-8")

    def _flush(self) -> None:
        """Write what the protocol has to say; whoever comes meanwhile waits for its turn."""
        with self._writing:
            with self._thinking:
                pieces = self._protocol.data_to_send()
            if pieces and not self._is_gone:
                self._write(pieces)

    def _write(self, pieces: list[bytes]) -> None:
        try:
            self._client.sendall(b"".join(pieces))
            if b"" in pieces:  # the protocol's last word
                self._client.shutdown(socket.SHUT_WR)
        except OSError:
            # It reads nothing, or is gone; half a frame may have left.
            self._end()

    def _end(self) -> None:
        self._is_gone = True
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)


class Over(Response):
    """What a view returns whose connection was a websocket: nothing more is written there."""

    def __call__(self, environ: Any, _start_response: Any) -> Any:
        if environ.get("gunicorn.socket") is not None:
            # gunicorn's word for a connection that ends without an answer.
            raise StopIteration
        raise ConnectionError("a websocket's end")  # werkzeug's


def _handshake(environ: Mapping[str, Any]) -> bytes:
    """What accepts it. Raises HTTPException for what is no handshake."""
    if environ.get("HTTP_TRANSFER_ENCODING") or (environ.get("CONTENT_LENGTH") or "0") != "0":
        raise BadRequest("A websocket's handshake has no body.")
    told = Headers()
    for name, header in HANDSHAKE.items():
        if name in environ:
            told[header] = environ[name]
    protocol = str(environ.get("SERVER_PROTOCOL"))
    method = str(environ.get("REQUEST_METHOD"))
    handshake = ServerProtocol(logger=_LOGGER)
    answer = handshake.accept(Request("/", told, method, protocol))
    if answer.status_code == 101:
        return answer.serialize()
    if answer.status_code == UpgradeRequired.code:
        raise UpgradeRequired
    raise BadRequest(f"The websocket's handshake is malformed: {handshake.handshake_exc}.")
