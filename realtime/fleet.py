"""Every socket of a process and every response that is asked on them: when to open, send, ask again, rotate, slow down, give up.

Pure: what happened comes in with the time it happened at, what to do goes out as actions; no socket, no clock, no thread.
`client.py` carries the actions out. The rule that all of this serves: every ask ends exactly once, with its own text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from realtime import protocol
from realtime.actions import Action, Again, Answered, Ask, Close, Failed, Heard, Note, Open, Ping, Send
from realtime.limits import FATAL_CODES, RATE_LIMIT_CODES, Backoff, Circuit, FairQueue, Limits
from realtime.protocol import Protocol, Reply


@dataclass(slots=True, eq=False)
class _Socket:
    id: int
    opening_since: float
    protocol: Protocol = field(default_factory=Protocol)
    opened_at: float | None = None
    rotate_at: float = 0.0
    heard_at: float = 0.0
    pinged_at: float | None = None  # set while a pong is owed
    server_errors: int = 0  # in a row
    used: bool = False
    due: bool = False  # old enough: the next one replaces it
    retiring: bool = False  # gets nothing new, closes when its responses have ended


class Fleet:
    """`random` gives floats in [0, 1). Each method takes the time and returns the actions, in the order to carry them out."""

    def __init__(self, limits: Limits, random: Callable[[], float]) -> None:
        self._limits, self._random = limits, random
        self._waiting: FairQueue[Ask] = FairQueue()
        self._flying: dict[str, Ask] = {}  # by key
        self._sockets: dict[int, _Socket] = {}
        self._next_socket = 1
        self._backoff = Backoff(limits.backoff_base_s, limits.backoff_cap_s, random)
        self._open_not_before = 0.0
        self._resume_at = 0.0  # the server's own limits
        self._last_failure = ""
        self._actions: list[Action] = []
        self.circuit = Circuit(limits.probe_base_s, limits.probe_cap_s)

    # What the shell asks for.

    def submit(self, ask: Ask, now: float) -> list[Action]:
        """Take an ask: it is sent at once, or waits its turn."""
        if self.circuit.is_open:
            self._fail(ask, "unavailable", self.circuit.remedy)
        else:
            self._waiting.push(ask)
            self._dispatch(now)
        return self._taken()

    def withdraw(self, ask: Ask, now: float) -> tuple[bool, list[Action]]:
        """Stop an ask of which no delta was passed on; (False, []) when it is too late for that."""
        if self._waiting.remove(ask):
            return True, self._taken()
        if ask.started or ask.key not in self._flying:
            return False, []
        self._let_go(ask)
        self._note("realtime.withdrawn")
        self._dispatch(now)
        return True, self._taken()

    def close(self) -> list[Action]:
        """End everything: asks fail as `closed`, sockets close."""
        self._fail_all("closed", "the service is stopping")
        for socket in list(self._sockets.values()):
            self._drop(socket)
        return self._taken()

    def state(self) -> str:
        """In words, for `/readyz`."""
        if self.circuit.is_open:
            return f"stopped: {self.circuit.remedy}"
        opened = [each for each in self._sockets.values() if each.opened_at is not None]
        flying = f"{len(opened)} open, {len(self._flying)} in flight, {len(self._waiting)} waiting"
        if opened:
            return f"connected: {flying}"
        if self._backoff.attempts:
            return f"reconnecting, {self._backoff.attempts} tries so far ({self._last_failure}): {flying}"
        return f"idle: a socket opens with the first message: {flying}"

    @property
    def is_ready(self) -> bool:
        return not self.circuit.is_open and (self._backoff.attempts < 3 or any(s.opened_at for s in self._sockets.values()))

    @property
    def is_idle(self) -> bool:
        """True when no time can change anything: nothing asked, nothing open."""
        return not (self._waiting or self._flying or self._sockets or self.circuit.is_open)

    def counts(self) -> dict[str, int]:
        """Gauges: sockets open, responses in flight, asks waiting."""
        opened = sum(each.opened_at is not None for each in self._sockets.values())
        return {"sockets": opened, "in_flight": len(self._flying), "waiting": len(self._waiting)}

    # What the network tells.

    def opened(self, socket_id: int, now: float) -> list[Action]:
        socket = self._sockets.get(socket_id)
        if socket is None:
            self._actions.append(Close(socket_id))
            return self._taken()
        socket.opened_at = socket.heard_at = now
        socket.rotate_at = now + self._limits.rotate_after_s * (1.0 - self._limits.rotate_jitter * self._random())
        self._note("realtime.opened", socket=socket_id, seconds=round(now - socket.opening_since, 3))
        for old in [each for each in self._sockets.values() if each.due]:
            self._retire(old, "rotated", now)
        self._dispatch(now)
        return self._taken()

    def refused(self, socket_id: int, cause: str, code: str | None, now: float) -> list[Action]:
        """A socket could not be opened; `code` is the server's name for it, if it gave one."""
        if self._sockets.pop(socket_id, None) is None:
            return []
        if code in FATAL_CODES:
            self._trip(code, now)
        else:
            self._back_off("realtime.refused", cause, now)
        return self._taken()

    def cut(self, socket_id: int, cause: str, now: float) -> list[Action]:
        """A socket is gone: what flew on it is asked again on the next one."""
        socket = self._sockets.pop(socket_id, None)
        if socket is not None:
            self._lost(socket, cause, now)
        return self._taken()

    def pong(self, socket_id: int, now: float) -> list[Action]:
        socket = self._sockets.get(socket_id)
        if socket is not None:
            socket.heard_at, socket.pinged_at = now, None
        return []

    def received(self, socket_id: int, frame: str | bytes, now: float) -> list[Action]:
        """A text frame came in on a socket; a superseded one touches nobody."""
        socket = self._sockets.get(socket_id)
        if socket is None:
            return []
        socket.heard_at, socket.pinged_at = now, None
        try:
            outcomes, frames = socket.protocol.receive(frame)
        except ValueError:
            self._replace(socket, "malformed", now)
            return self._taken()
        self._actions.extend(Send(socket_id, each) for each in frames)
        for outcome in outcomes:
            self._meet(socket, outcome, now)
        return self._taken()

    def tick(self, now: float) -> list[Action]:
        """Time has passed: deadlines, silence, pings, rotation, backoff, probes. Call it several times a second."""
        self._expire(now)
        for socket in list(self._sockets.values()):
            if socket.opened_at is not None:
                self._keep_alive(socket, now)
        if self.circuit.probe_at is not None and now >= self.circuit.probe_at:
            self.circuit.probe()
            self._note("realtime.probing", code=self.circuit.code)
            self._open(now)
        self._dispatch(now)
        return self._taken()

    # What an outcome means.

    def _meet(self, socket: _Socket, outcome: protocol.Outcome, now: float) -> None:
        match outcome:
            case protocol.Delta(key, text):
                ask = self._flying[key]
                ask.heard_at = now
                if not ask.started:
                    ask.started = True
                    self._note("realtime.first_delta", seconds=now - ask.sent_at)
                self._actions.append(Heard(ask.id, text))
            case protocol.Alive(key):
                self._flying[key].heard_at = now
            case protocol.Finished(key, reply):
                self._finished(socket, self._flying.pop(key), reply, now)
            case protocol.Refused(key, code, message):
                self._unanswered(socket, self._flying.pop(key), code, message, now)
            case protocol.TurnedAway(key):
                self._note("realtime.one_at_a_time", socket=socket.id)
                self._requeue(self._flying.pop(key))
            case protocol.Limited(wait_s):
                self._slow_down(now + wait_s)
            case protocol.Trouble(code, message):
                self._trouble(socket, code, message, now)
            case protocol.Unread(name):
                self._note("realtime.unknown_event", type=name)
        if not isinstance(outcome, protocol.Delta | protocol.Alive):
            self._settle(socket, now)

    def _finished(self, socket: _Socket, ask: Ask, reply: Reply, now: float) -> None:
        usable = reply.text.strip() or (reply.calls and reply.status == "completed")
        if reply.status in ("completed", "incomplete") and usable:
            socket.server_errors = 0
            self._backoff.reset()
            self.circuit.close()
            self._note(
                "realtime.answered",
                seconds=now - ask.asked_at,
                response_seconds=now - ask.sent_at,
                queue_seconds=ask.sent_at - ask.asked_at,
                input_tokens=reply.usage.input,
                cached_tokens=reply.usage.cached,
                output_tokens=reply.usage.output,
            )
            self._actions.append(Answered(ask.id, reply))
            return
        empty = "empty" if reply.status == "completed" else reply.status
        self._unanswered(socket, ask, reply.code or reply.reason or empty, "", now)

    def _unanswered(self, socket: _Socket, ask: Ask, code: str, message: str, now: float) -> None:
        if code in FATAL_CODES:
            self._requeue(ask)  # it fails with the others
            self._trip(code, now)
        elif code in RATE_LIMIT_CODES:
            self._slow_down(max(self._resume_at, now + self._limits.limited_s))
            self._requeue(ask)
        else:
            if code == "server_error":
                self._server_error(socket, now)
            self._try_again(ask, code, message)

    def _trouble(self, socket: _Socket, code: str, message: str, now: float) -> None:
        self._note("realtime.error", code=code)
        if code in FATAL_CODES:
            self._trip(code, now)
        elif code == "session_expired":
            self._replace(socket, "expired", now)
        elif code == "server_error":
            self._server_error(socket, now)

    def _server_error(self, socket: _Socket, now: float) -> None:
        socket.server_errors += 1
        if socket.server_errors >= self._limits.server_errors and not socket.retiring:
            self._retire(socket, "server_errors", now)

    def _trip(self, code: str, now: float) -> None:
        if self.circuit.trip(code, now):
            self._note("realtime.stopped", code=code, remedy=self.circuit.remedy)
        self._fail_all("unavailable", self.circuit.remedy)
        for socket in list(self._sockets.values()):
            self._drop(socket)

    def _slow_down(self, until: float) -> None:
        if until > self._resume_at:
            self._resume_at = until
            self._note("realtime.slowed")

    # Asks: sent, asked again, ended.

    def _dispatch(self, now: float) -> None:
        while self._waiting and now >= self._resume_at and not self.circuit.is_open:
            if self.circuit.is_probing and self._flying:
                return
            socket = self._free_socket()
            if socket is None:
                if not self._successor_is_opening():
                    self._open(now)
                return
            self._send(self._waiting.pop(), socket, now)

    def _send(self, ask: Ask, socket: _Socket, now: float) -> None:
        ask.attempts += 1
        ask.key, ask.socket = f"{ask.id}.{ask.attempts}", socket.id
        ask.sent_at, ask.heard_at, ask.started = now, None, False
        socket.used = True
        self._flying[ask.key] = ask
        self._actions.extend(Send(socket.id, frame) for frame in socket.protocol.ask(ask.key, ask.response))

    def _try_again(self, ask: Ask, cause: str, detail: str = "") -> None:
        ask.failures += 1
        self._note("realtime.retried", cause=cause)
        if ask.failures >= self._limits.tries:
            self._fail(ask, "failed", detail or cause)
        else:
            self._requeue(ask)

    def _requeue(self, ask: Ask) -> None:
        if ask.started:
            ask.started = False
            self._actions.append(Again(ask.id))
        self._waiting.push_first(ask)

    def _let_go(self, ask: Ask) -> None:
        """Cancel the try in flight: its late events reach nobody."""
        del self._flying[ask.key]
        socket = self._sockets.get(ask.socket)
        if socket is not None:
            self._actions.extend(Send(socket.id, frame) for frame in socket.protocol.cancel(ask.key))

    def _fail(self, ask: Ask, kind: str, detail: str) -> None:
        self._note("realtime.failed", kind=kind)
        self._actions.append(Failed(ask.id, kind, detail))

    def _fail_all(self, kind: str, detail: str) -> None:
        flying, self._flying = list(self._flying.values()), {}
        while self._waiting:
            flying.append(self._waiting.pop())
        for ask in flying:
            self._fail(ask, kind, detail)

    def _expire(self, now: float) -> None:
        for ask in self._waiting:
            if now >= ask.deadline:
                self._waiting.remove(ask)
                reachable = any(each.opened_at is not None for each in self._sockets.values()) or now < self._resume_at
                self._fail(ask, "busy" if reachable else "unreachable", self._last_failure or "no place became free in time")
        for ask in list(self._flying.values()):
            if now >= ask.deadline:
                self._let_go(ask)
                self._fail(ask, "timeout", "the model did not finish in time")
            elif now - (ask.heard_at or ask.sent_at) >= (self._limits.stall_s if ask.heard_at else self._limits.first_event_s):
                self._silent(ask, now)

    def _silent(self, ask: Ask, now: float) -> None:
        socket = self._sockets[ask.socket]
        self._let_go(ask)
        if socket.heard_at <= (ask.heard_at or ask.sent_at):
            self._try_again(ask, "silent")
            self._replace(socket, "silent", now)
            return
        self._try_again(ask, "silent")

    # Sockets: opened, kept alive, replaced.

    def _free_socket(self) -> _Socket | None:
        free = [each for each in self._sockets.values() if each.opened_at is not None and self._has_room(each)]
        # A socket that is due serves until its successor is there.
        return min(free, key=lambda each: (each.due, each.protocol.occupied), default=None)

    def _has_room(self, socket: _Socket) -> bool:
        room = 1 if socket.protocol.one_at_a_time else self._limits.in_flight
        return not socket.retiring and socket.protocol.occupied < room

    def _successor_is_opening(self) -> bool:
        return any(each.opened_at is None for each in self._sockets.values())

    def _open(self, now: float) -> None:
        lasting = [each for each in self._sockets.values() if not (each.due or each.retiring)]
        if len(lasting) >= self._limits.sockets or now < self._open_not_before or self._successor_is_opening():
            return
        socket = _Socket(self._next_socket, opening_since=now)
        self._next_socket += 1
        self._sockets[socket.id] = socket
        self._actions.append(Open(socket.id))

    def _keep_alive(self, socket: _Socket, now: float) -> None:
        if socket.pinged_at is not None and now - socket.pinged_at >= self._limits.pong_within_s:
            self._replace(socket, "no pong", now)
            return
        if socket.pinged_at is None and now - socket.heard_at >= self._limits.ping_every_s:
            socket.pinged_at = now
            self._actions.append(Ping(socket.id))
        if self._is_clogged(socket, now):
            self._replace(socket, "clogged", now)
            return
        if now >= socket.rotate_at and not socket.retiring:
            socket.due = True
            if socket.used:
                self._open(now)
            else:
                self._retire(socket, "unused", now)
        self._settle(socket, now)

    def _is_clogged(self, socket: _Socket, now: float) -> bool:
        """Full of responses that were cancelled and that the server never ends."""
        given_up = socket.protocol.occupied and not socket.protocol.wanted and not self._has_room(socket)
        return bool(given_up) and now - socket.heard_at >= self._limits.stall_s

    def _retire(self, socket: _Socket, cause: str, now: float) -> None:
        self._note("realtime.retiring", socket=socket.id, cause=cause, age_seconds=round(now - (socket.opened_at or now), 1))
        socket.due, socket.retiring = False, True
        self._settle(socket, now)

    def _settle(self, socket: _Socket, now: float) -> None:
        """A retiring socket whose last response has ended closes; a place that became free is taken."""
        if socket.retiring and socket.id in self._sockets and not socket.protocol.wanted:
            self._drop(socket)
        self._dispatch(now)

    def _drop(self, socket: _Socket) -> None:
        del self._sockets[socket.id]
        self._actions.append(Close(socket.id))

    def _replace(self, socket: _Socket, cause: str, now: float) -> None:
        if socket.id in self._sockets:
            self._drop(socket)
            self._lost(socket, cause, now)

    def _lost(self, socket: _Socket, cause: str, now: float) -> None:
        self._back_off("realtime.cut", cause, now)
        for ask in [each for each in self._flying.values() if each.socket == socket.id]:
            del self._flying[ask.key]
            ask.cuts += 1
            if ask.cuts > self._limits.cuts:
                self._fail(ask, "unreachable", cause)
            else:
                self._requeue(ask)
        self._dispatch(now)

    def _back_off(self, event: str, cause: str, now: float) -> None:
        pause_s = self._backoff.next()
        self._last_failure = cause
        self._open_not_before = now + pause_s
        self._note(event, cause=cause, attempt=self._backoff.attempts, pause_seconds=round(pause_s, 3))

    def _note(self, event: str, **fields: Any) -> None:
        self._actions.append(Note(event, fields))

    def _taken(self) -> list[Action]:
        actions, self._actions = self._actions, []
        return actions
