"""A call's own websocket to the Realtime API: opened beside the call, read by one thread.

It passes frames on and events back, and knows nothing of what they mean for the call. It never
opens itself again: whoever has a call reopened takes another line.
"""

import time
from collections.abc import Callable
from threading import Lock, Thread

from realtime.call.calls_told import CallsTold
from realtime.call.events import CallEvent, Refused
from realtime.call.reading import read
from realtime.connection import Connection, HandshakeError
from realtime.fleet.codes import FATAL_CODES, code_in
from telemetry.logs import log_defect

# Who says nothing all this time, not even to a ping, is gone; a caller waits meanwhile.
PING_EVERY_S = 5.0
GONE_AFTER_S = 15.0

CLOSED = "closed"  # by us
SILENT = "silent"
DEFECT = "defect"


class CallLine:
    """`connect` opens a socket, or raises HandshakeError."""

    def __init__(
        self, connect: Callable[[], Connection], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._lock = Lock()  # guards the four below; nothing under it blocks
        self._waiting: list[str] = []  # frames that were sent before it is open
        self._connection: Connection | None = None
        self._is_over = False
        self._cause: str | None = None  # why it is over, where that is ours to say
        self.heard_at = 0.0
        self._pinged_at = 0.0
        self._code: str | None = None  # of the last error that ends a session

    def open(
        self,
        on_event: Callable[[CallEvent], object],
        on_end: Callable[[str, str | None], object],
    ) -> None:
        """Open it in a thread of its own, which calls both: `on_event` for each event, in order.

        `on_end(cause, code)` is the last of it, once, also where it never opens and after `close`;
        `code`: the server's name for it, if it gave one. Neither may take long.
        """
        Thread(target=self._run, args=(on_event, on_end), name="realtime-call", daemon=True).start()

    def send(self, frame: str) -> None:
        """Queue a frame, in order, also before it is open; nothing after its end. Nothing blocks.

        A call sends sound all the time, so that a server that is gone is noticed here.
        """
        now = self._clock()
        with self._lock:
            if self._is_over:
                return
            if self._connection is None:
                self._waiting.append(frame)
                return
            self._connection.send(frame)
            if now - self.heard_at > GONE_AFTER_S:
                self._end(SILENT)
            elif now - max(self.heard_at, self._pinged_at) > PING_EVERY_S:
                self._connection.ping()
                self._pinged_at = now

    def close(self) -> None:
        """Hang up, without waiting for it; no event is passed on after this."""
        with self._lock:
            self._end(CLOSED)

    def _end(self, cause: str) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._cause = cause
        if self._connection is not None:
            self._connection.close()

    def _run(
        self,
        on_event: Callable[[CallEvent], object],
        on_end: Callable[[str, str | None], object],
    ) -> None:
        try:
            cause, code = self._live(on_event)
        except HandshakeError as error:
            cause, code = error.cause, error.code
        except Exception as error:  # noqa: BLE001
            # Whatever it was, the call must learn that this line is gone.
            log_defect("realtime.call_failed", error)
            cause, code = DEFECT, None
        try:
            on_end(self._over(cause), code)
        except Exception as error:  # noqa: BLE001 (nobody stands above this thread)
            log_defect("realtime.call_failed", error)

    def _live(self, on_event: Callable[[CallEvent], object]) -> tuple[str, str | None]:
        """Its whole life; returns why it ended. Raises HandshakeError."""
        connection = self._connect()
        self._opened(connection)

        calls = CallsTold()

        def on_frame(frame: bytes) -> None:
            self.heard_at = self._clock()
            if not self._is_over:
                self._pass_on(calls.take(read(frame, time.time())), on_event)

        cause = connection.read(on_frame, self._on_pong, on_frame)
        return cause, self._code or code_in(cause)

    def _opened(self, connection: Connection) -> None:
        with self._lock:
            self.heard_at = self._clock()
            if self._is_over:
                connection.close()
                return
            for frame in self._waiting:
                connection.send(frame)
            self._waiting.clear()
            self._connection = connection

    def _on_pong(self) -> None:
        self.heard_at = self._clock()

    def _pass_on(self, event: CallEvent, on_event: Callable[[CallEvent], object]) -> None:
        if isinstance(event, Refused) and (event.is_last or event.code in FATAL_CODES):
            self._code = event.code
        try:
            on_event(event)
        except Exception as error:  # noqa: BLE001 (one event must not end the call)
            log_defect("realtime.call_failed", error)

    def _over(self, cause: str) -> str:
        """Nothing is taken any more; returns why, which may be our own doing."""
        with self._lock:
            self._is_over = True
            self._waiting.clear()
            self._connection = None
            return self._cause or cause
