"""The sockets of a process: which takes the next response, is due, dead or done, or may open.

Pure, like the fleet, to whose actions it adds its own. It knows no asks: what flew on a socket
that is lost is the fleet's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from realtime.fleet.actions import Close, Open, Ping, Todo
from realtime.fleet.limits import Backoff, Limits
from realtime.protocol import Protocol

# Handshakes or sockets lost in a row, with none open, before the process calls itself not ready.
UNREADY_AFTER = 3


@dataclass(slots=True, eq=False)
class Socket:
    id: int
    opening_since: float
    protocol: Protocol = field(default_factory=Protocol)
    opened_at: float | None = None
    rotate_at: float = 0.0
    last_sign_at: float = 0.0  # anything, pongs included
    last_event_at: float = 0.0
    pinged_at: float | None = None  # set while a pong is owed
    rests_until: float = 0.0  # the server is busy with something that is not ours
    server_errors: int = 0  # in a row
    one_at_a_time_noted: bool = False  # the log knows that this server takes one response at a time
    binary_noted: bool = False  # the log knows that binary frames come in which nobody reads
    was_used: bool = False
    is_due: bool = False  # old enough: the next one replaces it
    is_retiring: bool = False  # gets nothing new, closes when its responses have ended

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    def note_sign(self, now: float) -> None:
        self.last_sign_at = now
        self.pinged_at = None

    def note_event(self, now: float) -> None:
        self.last_event_at = now
        self.note_sign(now)

    def age(self, now: float) -> float:
        """In seconds, rounded for the log."""
        return round(now - (self.opening_since if self.opened_at is None else self.opened_at), 1)


class Sockets:
    def __init__(self, limits: Limits, random: Callable[[], float], todo: Todo) -> None:
        self._limits = limits
        self._random = random
        self._todo = todo
        self._all: dict[int, Socket] = {}
        self._next_id = 1
        self._backoff = Backoff(limits.backoff_base_s, limits.backoff_cap_s, random)
        self._open_not_before = 0.0
        self.last_failure = ""
        self.wants_first = False  # whether or not anybody asks, until one has opened
        self.one_by_one = False  # learned: on a new socket, creates go out one after the other

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, socket: Socket) -> bool:
        return socket.id in self._all

    def get(self, socket_id: int) -> Socket | None:
        return self._all.get(socket_id)

    @property
    def open_count(self) -> int:
        return sum(each.is_open for each in self._all.values())

    @property
    def failures(self) -> int:
        """In a row: handshakes refused and sockets lost, until a response comes through."""
        return self._backoff.attempts

    @property
    def is_ready(self) -> bool:
        return self._backoff.attempts < UNREADY_AFTER or bool(self.open_count)

    def with_room(self, now: float) -> Socket | None:
        """The one that takes the next response, if one can."""
        free = [
            each
            for each in self._all.values()
            if each.is_open and now >= each.rests_until and self._has_room(each)
        ]
        # A socket that is due serves until its successor is there.
        return min(free, key=lambda each: (each.is_due, each.protocol.occupied_count), default=None)

    def open_if_allowed(self, now: float) -> None:
        """Open one more, if it may be: one at a time, within the limit, and after the pause."""
        lasting = [each for each in self._all.values() if not (each.is_due or each.is_retiring)]
        is_opening = any(not each.is_open for each in self._all.values())
        if is_opening or len(lasting) >= self._limits.sockets or now < self._open_not_before:
            return
        socket = Socket(
            self._next_id, opening_since=now, protocol=Protocol(one_by_one=self.one_by_one)
        )
        self._next_id += 1
        self._all[socket.id] = socket
        self._todo.add(Open(socket.id))

    def mark_opened(self, socket: Socket, now: float) -> None:
        seconds = round(now - socket.opening_since, 3)
        socket.opened_at = now
        self.wants_first = False
        socket.note_event(now)
        share = 1.0 - self._limits.rotate_jitter * self._random()
        socket.rotate_at = now + self._limits.rotate_after_s * share
        self._todo.note("realtime.opened", socket=socket.id, seconds=seconds)
        for old in self:
            if old.is_due:
                self.retire(old, "rotated", now)

    def mark_lost(self, socket: Socket, cause: str, now: float) -> None:
        """It is gone, or never came to be: the next one opens after a pause."""
        del self._all[socket.id]
        pause_s = self.back_off(cause, now)
        self._todo.note(
            "realtime.cut" if socket.is_open else "realtime.refused",
            socket=socket.id,
            cause=cause,
            age_seconds=socket.age(now),
            attempt=self._backoff.attempts,
            pause_seconds=round(pause_s, 3),
        )

    def back_off(self, cause: str, now: float) -> float:
        """Open none for a while, in seconds; longer each time, until a response comes through."""
        self.last_failure = cause
        if now >= self._open_not_before:  # one outage takes all sockets at once: it is one failure
            self._open_not_before = now + self._backoff.take_next()
        return self._open_not_before - now

    def retire(self, socket: Socket, cause: str, now: float) -> None:
        """It gets nothing new, and closes when its responses have ended."""
        self._todo.note(
            "realtime.retiring", socket=socket.id, cause=cause, age_seconds=socket.age(now)
        )
        socket.is_due = False
        socket.is_retiring = True
        self.close_if_done(socket)

    def close_if_done(self, socket: Socket) -> None:
        if socket.is_retiring and socket in self and not socket.protocol.wanted_count:
            self.drop(socket)

    def drop(self, socket: Socket) -> None:
        del self._all[socket.id]
        self._todo.add(Close(socket.id))

    def note_success(self) -> None:
        """A response was answered: only that shows that a server is well."""
        self._backoff.reset()

    def note_unread(self, socket: Socket, size: int) -> None:
        """A binary frame that holds no event: each is counted, the first one logged."""
        self._todo.note("realtime.binary_frame")
        if not socket.binary_noted:
            socket.binary_noted = True
            self._todo.note("realtime.unread_binary", socket=socket.id, bytes=size)

    def keep_alive(self, now: float) -> list[tuple[Socket, str]]:
        """Ping, rotate, and tell which are dead, and of what."""
        dead = [(each, cause) for each in self if (cause := self._cause_of_death(each, now))]
        for socket in self:
            if not socket.is_open or any(socket is each for each, _ in dead):
                continue
            if socket.pinged_at is None and now - socket.last_sign_at >= self._limits.ping_every_s:
                socket.pinged_at = now
                self._todo.add(Ping(socket.id))
            if now >= socket.rotate_at and not socket.is_retiring:
                self._rotate(socket, now)
            self.close_if_done(socket)
        return dead

    def _cause_of_death(self, socket: Socket, now: float) -> str | None:
        if not socket.is_open:
            is_late = now - socket.opening_since >= self._limits.open_within_s
            return "no handshake in time" if is_late else None
        if socket.pinged_at is not None and now - socket.pinged_at >= self._limits.pong_within_s:
            return "no pong"
        return "clogged" if self._is_clogged(socket, now) else None

    def _is_clogged(self, socket: Socket, now: float) -> bool:
        """Full of responses that were cancelled and that the server never ends."""
        given_up = (
            socket.protocol.occupied_count
            and not socket.protocol.wanted_count
            and not self._has_room(socket)
        )
        return bool(given_up) and now - socket.last_event_at >= self._limits.stall_s

    def _rotate(self, socket: Socket, now: float) -> None:
        socket.is_due = True
        if socket.was_used:
            self.open_if_allowed(now)
        else:
            self.retire(socket, "unused", now)

    def _has_room(self, socket: Socket) -> bool:
        return not socket.is_retiring and socket.protocol.has_room(self._limits.in_flight)
