"""The client's side of one websocket, as Twilio's Media Streams opens it.

Sending never waits, so that one thread can pace all calls; receiving is one thread's own.
"""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidURI
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import CONNECTING, OPEN, Event
from websockets.uri import WebSocketURI, parse_uri

HANDSHAKE_TIMEOUT_S = 5.0
# For a service that doesn't answer a close.
CLOSE_TIMEOUT_S = 2.0
READ_BYTES = 65_536
LONGEST_MESSAGE = 1024 * 1024  # bytes
# What a service may lag behind: beyond it, its connection is as good as gone.
MOST_UNSENT = 1024 * 1024  # bytes
TIMED_OUT = 31901
REFUSED = 31902
NO_TLS = 31910
NO_UPGRADE = 31920
CLOSED_BADLY = 31921
BAD_URL = 31923


class HandshakeError(Exception):
    """No websocket came of it: `code` is Twilio's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Wire:
    """Open from the start. Raises HandshakeError."""

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout_s: float = HANDSHAKE_TIMEOUT_S
    ) -> None:
        uri = _parsed(url)
        self._protocol = ClientProtocol(uri, max_size=LONGEST_MESSAGE)
        self._lock = threading.Lock()
        self._unsent = bytearray()
        self._events: list[Event] = []
        self._message = bytearray()
        self._is_text = True
        self._closing_at: float | None = None
        self._sock = _connected(uri, timeout_s)
        # A second handle on the same connection, whose writes never wait. TLS has one alone.
        is_plain = not isinstance(self._sock, ssl.SSLSocket)
        self._writer = self._sock.dup() if is_plain else self._sock
        try:
            self._shake_hands(headers, timeout_s)
        except BaseException:
            self._end()
            raise
        if is_plain:
            self._writer.settimeout(0)

    @property
    def closed_with(self) -> tuple[int, str] | None:
        """The service's close code and reason; None where it gave none."""
        received: Close | None = self._protocol.close_rcvd
        return (received.code, received.reason) if received else None

    def send(self, text: str) -> None:
        with self._lock:
            if self._protocol.state is OPEN:
                self._protocol.send_text(text.encode())
                self._flush()

    def receive(self, timeout_s: float) -> str | bytes | None:
        """The next message; None when there is no more. Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while True:
            while self._events:
                if (message := self._read(self._events.pop(0))) is not None:
                    return message
            if not self._more(deadline):
                self._end()
                return None

    def close(self, code: int = 1000) -> None:
        """Say goodbye; whoever receives sees it through."""
        with self._lock:
            if self._protocol.state is OPEN:
                self._closing_at = time.monotonic() + CLOSE_TIMEOUT_S
                self._protocol.send_close(code)
                self._flush()

    def cut(self) -> None:
        """The connection dies: no goodbye."""
        with self._lock:
            _break(self._sock)

    def _shake_hands(self, headers: Mapping[str, str], timeout_s: float) -> None:
        request = self._protocol.connect()
        request.headers.update(headers)
        self._protocol.send_request(request)
        deadline = time.monotonic() + timeout_s
        self._flush()
        while not self._events:
            try:
                is_open = self._more(deadline)
            except TimeoutError:
                raise HandshakeError(TIMED_OUT, "Stream - WebSocket - Connection Timeout") from None
            if not is_open and not self._events:
                break
        answer = self._events.pop(0) if self._events else None
        refusal = self._protocol.handshake_exc
        if refusal is not None or not isinstance(answer, Response):
            status = f": {answer.status_code}" if isinstance(answer, Response) else ""
            # How the service refuses is for whoever reads the call's errors.
            raise HandshakeError(NO_UPGRADE, f"Stream - WebSocket - Handshake Error{status}")

    def _more(self, deadline: float) -> bool:
        """Read what comes. False: that was the end. Raises TimeoutError."""
        until = deadline
        with self._lock:
            if self._closing_at is not None:
                until = min(deadline, self._closing_at)
        # Not 0: that would be a read that doesn't wait, which is another error.
        wait_s = max(0.001, until - time.monotonic())
        try:
            self._sock.settimeout(wait_s)
            got = self._sock.recv(READ_BYTES)
        except TimeoutError:
            if until < deadline:
                return False
            raise
        except OSError:
            got = b""
        with self._lock:
            if got:
                self._protocol.receive_data(got)
            else:
                self._protocol.receive_eof()
            self._events += self._protocol.events_received()
            self._flush()
            if self._closing_at is None and self._protocol.state not in {CONNECTING, OPEN}:
                self._closing_at = time.monotonic() + CLOSE_TIMEOUT_S
        return bool(got)

    def _read(self, event: Event) -> str | bytes | None:
        """A whole message, or None: a frame of control, or a part."""
        if not isinstance(event, Frame) or event.opcode not in {
            Opcode.TEXT,
            Opcode.BINARY,
            Opcode.CONT,
        }:
            return None
        if event.opcode is not Opcode.CONT:
            self._is_text = event.opcode is Opcode.TEXT
        self._message += event.data
        if not event.fin:
            return None
        whole = bytes(self._message)
        self._message.clear()
        return whole.decode(errors="replace") if self._is_text else whole

    def _flush(self) -> None:
        """With the lock held: what the other end does not take now goes with the next."""
        chunks = self._protocol.data_to_send()
        for chunk in chunks:
            self._unsent += chunk
        try:
            while self._unsent:
                sent = self._writer.send(self._unsent)
                del self._unsent[:sent]
            if b"" in chunks:
                self._sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            if len(self._unsent) > MOST_UNSENT:
                _break(self._sock)
        except OSError:
            self._unsent.clear()

    def _end(self) -> None:
        with self._lock:
            self._writer.close()
            self._sock.close()


def _parsed(url: str) -> WebSocketURI:
    try:
        return parse_uri(url)
    except InvalidURI:
        raise HandshakeError(BAD_URL, "Stream - WebSocket - Malformed URL") from None


def _connected(uri: WebSocketURI, timeout_s: float) -> socket.socket:
    try:
        plain = socket.create_connection((uri.host, uri.port), timeout_s)
    except TimeoutError:
        raise HandshakeError(TIMED_OUT, "Stream - WebSocket - Connection Timeout") from None
    except OSError:
        raise HandshakeError(REFUSED, "Stream - WebSocket - Connection Refused") from None
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not uri.secure:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=uri.host)
    except OSError:
        plain.close()
        raise HandshakeError(NO_TLS, "Stream - WebSocket - SSL Protocol Error") from None


def _break(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Closed without a word: the other end sees a reset.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RDWR)
