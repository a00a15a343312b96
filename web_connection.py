"""A client's connection to gunicorn's worker: since when we wait for the client, and its end.

It knows nothing of the service, nor of the worker.
"""

import fcntl
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import gevent
from gevent.socket import SHUT_RD, SHUT_RDWR, socket

# Bytes of a head, or of a body that was refused unread.
MOST_UNASKED = 128 * 1024
TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application/json\r\n"
    b"Content-Length: 63\r\n\r\n"
    b'{"error":"The request took too long to come in.","details":[]}\n'
)


class Connection(socket):  # type: ignore[misc] # gevent ships no types of its sockets
    """A client's connection, and since when we wait for the client."""

    # For the head of the next request; False while a request is being answered.
    is_waiting = False
    # Something of that request has come, or the client has connected just for it.
    is_under_way = True
    # When the wait began, or when something last came: seconds of the monotonic clock.
    heard_at = 0.0
    # When the first byte of a request came, its head or its body still being under way.
    began_at: float | None = None
    # Since when the client reads what we have for it.
    writes_since: float | None = None
    is_ended = False
    # What comes is answered by gunicorn or by us: the application never hears of it.
    is_refused = False
    # It became a websocket: whoever holds it sees to its patience, and to its end.
    is_upgraded = False
    # Of such an answer, those that the application's answers have too, a line each.
    headers = b""
    _reads = False
    _unasked = 0  # bytes that came while we waited for a head

    def upgrade(self) -> None:
        """From here on it is no HTTP, and nobody waits for a request that is slow to come."""
        self.is_upgraded = True

    def recv(self, *args: Any) -> bytes:
        self._reads = True
        try:
            received: bytes = super().recv(*args)
        finally:
            self._reads = False
        now = time.monotonic()
        if self.began_at is None:
            self.began_at = now
        if self.is_waiting:
            self.is_under_way = True
            self.heard_at = now
            self._unasked += len(received)
            if self._unasked > MOST_UNASKED:
                return b""
        return received

    def sendall(self, answer: Any, *args: Any) -> None:
        self.writes_since = time.monotonic()
        try:
            super().sendall(self._headed(answer) if self.is_refused else answer, *args)
        finally:
            self.writes_since = None

    def sendfile(self, *args: Any, **named: Any) -> int:
        self.writes_since = time.monotonic()
        try:
            return int(super().sendfile(*args, **named))
        finally:
            self.writes_since = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        self.is_waiting = True
        self.began_at = None
        self._unasked = 0
        self.heard_at = time.monotonic()
        try:
            yield
        finally:
            self.is_waiting = False
            self.is_under_way = False
        if not self._unasked:
            # It came with the one before, and others may have waited through many of these.
            gevent.sleep(0)

    def hang_up_after(self, quiet_s: float) -> None:
        """If nothing has come for so long, let the worker read the end of it.

        What is in the kernel's buffer already is a request that was taken: it is still read and
        answered.
        """
        is_quiet = self.is_waiting and time.monotonic() - self.heard_at >= quiet_s
        if is_quiet and not self._has_unread():
            with suppress(OSError):  # the client has hung up first
                # The socket below gevent's: gevent's own would throw at whoever reads,
                # and what has just come would be lost.
                self._sock.shutdown(SHUT_RD)

    @property
    def waits_since(self) -> float | None:
        """Since when we wait for the client: all of a request, or of what it reads at a time.

        None too where that is another's to see to, as of a websocket.
        """
        if self.is_ended or self.is_upgraded:
            return None
        if self.writes_since is not None or not self._reads:
            return self.writes_since
        return self.heard_at if self.began_at is None else self.began_at

    def end_if_slow(self, patience_s: float) -> bool:
        """Whether what the client has begun, a request or to read an answer, took so long."""
        since = self.waits_since
        is_idle = self.writes_since is None and self.began_at is None
        if since is None or is_idle or time.monotonic() - since < patience_s:
            return False
        self.end()
        return True

    def end(self) -> None:
        """Whoever reads or writes here finds it ended; what came for an idle one is answered."""
        is_idle = self.is_waiting and self.began_at is None
        if is_idle and self._has_unread():
            return
        self.is_ended = True
        with suppress(OSError):  # the client has hung up, or reads nothing
            if self.began_at is not None and self.writes_since is None:
                self._sock.send(self._headed(TOO_SLOW))
        with suppress(OSError):
            self._sock.shutdown(SHUT_RD if is_idle else SHUT_RDWR)

    def _headed(self, answer: bytes) -> bytes:
        return answer.replace(b"\r\n", b"\r\n" + self.headers, 1)

    def _has_unread(self) -> bool:
        return fcntl.ioctl(self, termios.FIONREAD, bytes(4)) != bytes(4)
