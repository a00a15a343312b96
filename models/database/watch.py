"""How long a connection may be in use: whoever takes longer has it cut, and hears at once.

The server's own time-outs are of no use when the server is frozen, or a proxy swallows all.
SQLite needs none of this: it has no other side.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import Any

LOOK_S = 0.25
LAST_WORD_S = 1.0  # behind the stop: to note that a message was sent, say


class Line:
    """A connection's socket beside its driver: what has come on it, and the way to cut it."""

    def __init__(self, driver: Any) -> None:
        # Another descriptor of the same socket: the driver's own may be closed, and its number
        # be another's, by the time that somebody cuts it.
        self._socket = socket.socket(fileno=os.dup(driver.fileno()))
        self._socket.setblocking(False)  # as the driver has it
        self.was_cut = False

    def has_ended(self) -> bool:
        """Whether the other side has hung up: known without asking it."""
        with suppress(BlockingIOError):
            return self._peek() == b""
        return False

    def has_unread(self) -> bool:
        """Whether something came that nobody asked for: its last words, mostly."""
        with suppress(BlockingIOError):
            return self._peek() != b""
        return False

    def cut(self) -> None:
        self.was_cut = True
        with suppress(OSError):  # it is closed
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()

    def _peek(self) -> bytes:
        try:
            return self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            raise
        except OSError:
            return b""


class Watch:
    """Cuts the lines whose time is over, from a thread of its own that begins with the first."""

    def __init__(self) -> None:
        self._until: dict[Line, float] = {}  # in seconds of the monotonic clock
        self._last = float("inf")  # by then what is in use is cut: the service stops
        self._ended = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def until(self, now: float, limit_s: float) -> float:
        """When a use that begins now, and may take so long, is cut."""
        return min(now + limit_s, max(self._last, now + LAST_WORD_S))

    def hurry(self, last: float) -> None:
        """Whatever is in use is cut by then at the latest; what comes later has a moment."""
        self._last = last
        for line, until in list(self._until.items()):
            if line in self._until:
                self._until[line] = min(until, last)

    @contextmanager
    def limited(self, line: Line, limit_s: float) -> Iterator[None]:
        self.begin(line, self.until(time.monotonic(), limit_s))
        try:
            yield
        finally:
            self.end(line)

    def begin(self, line: Line, until: float) -> None:
        self._until[line] = until
        if self._thread is None:
            self._start()

    def end(self, line: Line) -> None:
        self._until.pop(line, None)

    def close(self) -> None:
        self._ended.set()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._look, name="database watch", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_S):
            now = time.monotonic()
            for line, until in list(self._until.items()):
                # Not if it has ended meanwhile, and another use has begun.
                if now >= until and self._until.get(line) == until:
                    line.cut()
