"""One accepted socket of the stand-in: its frames read, its responses played, its end when due.

Two threads a socket, however many responses run: one reads, one sends what is due next. What is
said is `session.py`'s.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from heapq import heappop, heappush
from itertools import count

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.events import Event
from sandbox.realtime.records import Records
from sandbox.realtime.script import Cut, Script
from sandbox.realtime.session import Session

# A sender with events due never yields by itself: it gives way after this long, for this long.
SEND_BURST_S = 0.002
GIVE_WAY_S = 0.000_001
# For a client that takes nothing any more: then its socket is shut under the sender.
HANG_UP_WITHIN_S = 2.0


# Neither UTF-8 nor JSON.
NOISE = b"\x00\xff{"


class Ending(Enum):
    GONE = auto()  # the client hung up
    CUT = auto()
    EXPIRED = auto()
    STOPPED = auto()  # the server stops


class Line:
    def __init__(
        self,
        connection: ServerConnection,
        ordinal: int,
        model: str,
        behaviour: Behaviour,
        records: Records,
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._behaviour = behaviour
        self._records = records
        self._clock = clock
        self._session = Session(
            model,
            ordinal,
            behaviour,
            records,
            send=self._send,
            play=self._play,
            give_way=lambda: time.sleep(GIVE_WAY_S),
        )
        self._opened_at = clock()
        # Guards the two below; notified when either changes, and when the behaviour does.
        self._changed = threading.Condition()
        self._ending: Ending | None = None
        # What is due when, in that order; the ticket keeps the order of what is due together.
        self._due: list[tuple[float, int, Script]] = []
        self._tickets = count()
        self._sender = threading.Thread(
            target=self._perform, name=f"sandbox-realtime-{ordinal}", daemon=True
        )

    def run(self) -> None:
        """The socket's whole life; returns when it is over."""
        self._behaviour.watch(self._wake)
        try:
            self._session.open()
            self._sender.start()
            for frame in self._connection:
                self._session.receive(frame)
        except ConnectionClosed:
            pass  # cut, by either side
        finally:
            self._behaviour.unwatch(self._wake)
            self._end(Ending.GONE)
            if self._sender.ident is not None:
                self._sender.join()
            self._session.close()

    def stop(self) -> None:
        """Say goodbye; who listens hangs up."""
        self._end(Ending.STOPPED)

    def hang_up(self) -> None:
        """After `stop`: wait for the goodbye, then hang up whether or not the client listened."""
        if self._sender.ident is not None:
            self._sender.join(HANG_UP_WITHIN_S)
        with suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_RDWR)

    def _play(self, script: Script) -> None:
        with self._changed:
            self._add(script, self._clock())
            self._changed.notify()

    def _send(self, event: Event) -> None:
        frame = _frame(event)
        has_noise = self._behaviour.binary_noise  # who reads this event may change it
        self._connection.send(frame.encode() if self._behaviour.binary_frames else frame)
        if has_noise:
            self._connection.send(NOISE)
        self._records.count("events_sent")

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify()

    def _end(self, ending: Ending) -> None:
        with self._changed:
            self._ending = self._ending or ending
            self._changed.notify()

    def _perform(self) -> None:
        burst_began = time.monotonic()
        with suppress(ConnectionClosed):
            while (script := self._next()) is not None:
                self._advance(script)
                if time.monotonic() - burst_began > SEND_BURST_S:
                    time.sleep(GIVE_WAY_S)
                    burst_began = time.monotonic()
            self._say_goodbye()

    def _next(self) -> Script | None:
        """The script whose next step is due, as soon as one is; None when the socket is to end."""
        with self._changed:
            while True:
                now = self._clock()
                self._ending = self._ending or self._due_ending(now)
                if self._ending is not None:
                    return None
                if self._due and self._due[0][0] <= now:
                    return heappop(self._due)[2]
                self._changed.wait(self._pause_s(now))

    def _advance(self, script: Script) -> None:
        step = next(script, None)
        if step is None:
            return
        if isinstance(step, Cut):
            self._end(Ending.CUT)
            return
        due = self._clock()
        if isinstance(step, float | int):
            due += step
        else:
            for event in step if isinstance(step, tuple) else (step,):
                self._send(event)
        with self._changed:
            self._add(script, due)

    def _add(self, script: Script, due: float) -> None:
        heappush(self._due, (due, next(self._tickets), script))

    def _due_ending(self, now: float) -> Ending | None:
        age = now - self._opened_at
        if 0 < self._behaviour.cut_every_s <= age:
            return Ending.CUT
        return Ending.EXPIRED if 0 < self._behaviour.session_s <= age else None

    def _pause_s(self, now: float) -> float | None:
        ends = [
            self._opened_at + age
            for age in (self._behaviour.cut_every_s, self._behaviour.session_s)
            if age
        ]
        dues = [self._due[0][0]] if self._due else []
        return max(0.0, min(ends + dues) - now) if ends or dues else None

    def _say_goodbye(self) -> None:
        match self._ending:
            case Ending.CUT:
                self._records.count("connections_cut")
                reset(self._connection)
            case Ending.EXPIRED:
                self._records.count("sessions_expired")
                minutes = f"{self._behaviour.session_s / 60:g}"
                said = f"Your session hit the maximum duration of {minutes} minutes."
                self._send(events.error("session_expired", said))
                self._connection.close(1001, "session_expired")
            case Ending.STOPPED:
                self._connection.close(1001)


def _frame(event: Event) -> str:
    frame = json.dumps(event, ensure_ascii=False)
    try:
        frame.encode()
    except UnicodeEncodeError:
        return json.dumps(event)  # half a character, which travels escaped
    return frame


def reset(connection: ServerConnection) -> None:
    """Drop the TCP connection without a word: the other side sees a reset."""
    with suppress(OSError):
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close_socket()
