"""The shared connection as the rest of the service sees it: ask for a response, wait for it, stop.

A thin shell: it carries out what `fleet.py` decides, on real sockets and the real clock. Everything
under its lock is quick; whatever blocks (connecting, reading, writing, waiting for an answer)
happens outside.
"""

import itertools
import random
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Event, Thread
from typing import Any

from models.tokens import NO_TOKENS, Tokens
from realtime import traces
from realtime.connection import Connection, HandshakeError
from realtime.fleet import actions
from realtime.fleet.actions import Ask
from realtime.fleet.fleet import Fleet
from realtime.fleet.limits import CircuitState, Limits
from realtime.outcomes import Kind, Reply
from realtime.request import EXTRAS, Extras, Request
from realtime.traces import NO_SERVER, Server
from telemetry.logs import log_defect, work_of_this_thread
from telemetry.tracing import Span

TICK_S = 0.1
RESTING_TICK_S = 1.0
CLOSE_WAIT_S = 5.0


class RealtimeError(Exception):
    """No reply came. `kind` says why:

    busy (no place in time), timeout (the model did not finish in time), unreachable (no socket in
    time, or one lost after the other), unavailable (a fatal error: key, quota, model), failed
    (asked again, in vain), superseded (withdrawn by its own turn), closed (the service stops).
    `usage`: of what was asked for beside it, and did come.
    """

    def __init__(self, kind: Kind, detail: str = "", usage: Tokens = NO_TOKENS) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail
        self.usage = usage


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the reply; `again` voids all pieces before it."""

    text: str
    again: bool = False


@dataclass(slots=True, eq=False)
class Pending:
    """A response that was asked for."""

    ask: Ask
    _client: "RealtimeClient"
    _on_delta: Callable[[Delta], None] | None
    _span: Span
    _ended: Event = field(default_factory=Event)
    _outcome: Reply | RealtimeError | None = None

    def wait(self, timeout_s: float) -> bool:
        """Whether it ends within this time, well or not."""
        return self._ended.wait(timeout_s)

    def result(self) -> Reply:
        """Wait for the reply. Raises RealtimeError."""
        self._ended.wait()
        if isinstance(self._outcome, Reply):
            return self._outcome
        raise self._outcome or RealtimeError("closed")

    def withdraw(self) -> bool:
        """Stop it if no delta has come yet; then `result` raises RealtimeError("superseded")."""
        return self._client.withdraw(self)

    def pass_on(self, delta: Delta) -> None:
        if self._on_delta is not None:
            self._on_delta(delta)

    def end(self, outcome: Reply | RealtimeError) -> None:
        self._outcome = outcome
        self._ended.set()
        traces.ended(self._span, self.ask, outcome)


class RealtimeClient:
    """All responses of a process over one shared socket, which opens with `open` or the first ask.

    There are a few more when it is full, and for a moment when it rotates.
    `connect` opens a socket or raises HandshakeError; `observe(event, fields)` gets every note for
    log and metrics; `left_out` are the extras that the model does not know, `server` is its name.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        observe: Callable[[str, Mapping[str, Any]], None],
        limits: Limits | None = None,
        left_out: Extras = EXTRAS,
        server: Server = NO_SERVER,
    ) -> None:
        self._connect = connect
        self._observe = observe
        self._server = server
        self._fleet = Fleet(limits or Limits(), random.random, left_out)
        self._changed = Condition()  # its lock guards the fleet and the three maps below
        self._pending: dict[int, Pending] = {}
        self._connections: dict[int, Connection] = {}
        self._threads: set[Thread] = set()
        self._ids = itertools.count(1)
        self._is_closed = False
        self._clock_thread: Thread | None = None

    def ask(
        self,
        request: Request,
        *,
        diner: Hashable,
        timeout_s: float,
        on_delta: Callable[[Delta], None] | None = None,
    ) -> Pending:
        """Ask on behalf of a diner; it ends within `timeout_s`.

        `on_delta` gets the pieces as they come; it must not block.
        """
        span = traces.asked(self._server, request, diner)
        with self._changed:
            now = time.monotonic()
            ask = Ask(
                id=next(self._ids),
                diner=diner,
                request=request,
                deadline=now + timeout_s,
                asked_at=now,
                wants_deltas=on_delta is not None,
                work=work_of_this_thread(),
            )
            pending = Pending(ask, self, on_delta, span)
            if self._is_closed:
                pending.end(RealtimeError("closed"))
                return pending
            self._pending[ask.id] = pending
            clock_sleeps = self._fleet.is_resting
            self._carry_out(self._fleet.submit(ask, now))
            if clock_sleeps:
                self._start_clock()
                self._changed.notify()
        return pending

    def open(self) -> None:
        """Open a socket before anybody asks: a key that is refused is known, and no diner waits."""
        with self._changed:
            if not self._is_closed:
                self._carry_out(self._fleet.open(time.monotonic()))
                self._start_clock()
                self._changed.notify()

    def withdraw(self, pending: Pending) -> bool:
        with self._changed:
            withdrawn, todo = self._fleet.withdraw(pending.ask, time.monotonic())
            self._carry_out(todo)
            if withdrawn:
                self._pending.pop(pending.ask.id)
                pending.end(RealtimeError("superseded"))
        return withdrawn

    def state(self) -> str:
        """The connection's state in words."""
        with self._changed:
            return self._fleet.state()

    @property
    def is_ready(self) -> bool:
        with self._changed:
            return self._fleet.is_ready

    @property
    def circuit(self) -> CircuitState:
        with self._changed:
            return self._fleet.circuit.state

    def counts(self) -> dict[str, int]:
        """Gauges: sockets, in_flight, waiting."""
        with self._changed:
            return self._fleet.counts()

    def close(self) -> None:
        """Hang up; whoever still waits gets RealtimeError("closed")."""
        with self._changed:
            self._is_closed = True
            self._carry_out(self._fleet.close())
            self._changed.notify_all()
            threads = [*self._threads, *([self._clock_thread] if self._clock_thread else [])]
        until = time.monotonic() + CLOSE_WAIT_S
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _start_clock(self) -> None:
        if self._clock_thread is None:
            self._clock_thread = Thread(target=self._run_clock, name="realtime-clock", daemon=True)
            self._clock_thread.start()

    def _run_clock(self) -> None:
        with self._changed:
            while not self._is_closed:
                try:
                    self._carry_out(self._fleet.tick(time.monotonic()))
                except Exception as error:  # noqa: BLE001 (without it, no wait would end)
                    log_defect("realtime.tick_failed", error)
                self._changed.wait(self._pause_s())

    def _pause_s(self) -> float | None:
        """How long the clock may sleep, if nobody asks meanwhile."""
        if self._fleet.is_idle:
            return None
        return RESTING_TICK_S if self._fleet.is_resting else TICK_S

    def _carry_out(self, todo: list[actions.Action]) -> None:
        """Under the lock, so that what the fleet decided happens in its order."""
        for action in todo:
            try:
                self._do(action)
            except Exception as error:  # noqa: BLE001
                # One diner's callback, or the log, must not end the others' responses.
                log_defect("realtime.action_failed", error)

    def _do(self, action: actions.Action) -> None:
        match action:
            case actions.Streamed(ask, text):
                self._pending[ask].pass_on(Delta(text))
            case actions.Send(socket, frame):
                if connection := self._connections.get(socket):
                    connection.send(frame)
            case actions.Answered(ask, reply):
                self._pending.pop(ask).end(reply)
            case actions.Failed(ask, kind, detail):
                self._pending.pop(ask).end(RealtimeError(kind, detail))
            case actions.Again(ask):
                self._pending[ask].pass_on(Delta("", again=True))
            case actions.Note(event, fields):
                self._observe(event, fields)
            case actions.Open(socket):
                thread = Thread(
                    target=self._serve, args=(socket,), name=f"realtime-{socket}", daemon=True
                )
                thread.start()
                self._threads.add(thread)
            case actions.Ping(socket):
                if connection := self._connections.get(socket):
                    connection.ping()
            case actions.Close(socket):
                if connection := self._connections.pop(socket, None):
                    connection.close()

    def _serve(self, socket: int) -> None:
        """One socket's life: open it, read it to its end, tell the fleet."""
        try:
            cause = self._open_and_read(socket)
        except HandshakeError as error:
            self._tell(self._fleet.on_refused, socket, error.cause, error.code)
        except Exception as error:  # noqa: BLE001
            # Whatever it was, the fleet must learn that this socket is gone.
            log_defect("realtime.socket_failed", error)
            self._tell(self._fleet.on_cut, socket, "defect")
        else:
            self._tell(self._fleet.on_cut, socket, cause)
        with self._changed:
            # This one stays among them, so that `close` waits for its last step too.
            self._threads = {thread for thread in self._threads if thread.is_alive()}

    def _open_and_read(self, socket: int) -> str:
        """Returns why it ended. Raises HandshakeError."""
        connection = self._connect()
        on_binary = partial(self._fleet.on_frame, is_binary=True)
        with self._changed:
            self._connections[socket] = connection
            self._carry_out(self._fleet.on_opened(socket, time.monotonic()))
        try:
            return connection.read(
                lambda frame: self._tell(self._fleet.on_frame, socket, frame),
                lambda: self._tell(self._fleet.on_pong, socket),
                lambda frame: self._tell(on_binary, socket, frame),
            )
        finally:
            with self._changed:
                self._connections.pop(socket, None)

    def _tell(self, what: Callable[..., list[actions.Action]], *arguments: object) -> None:
        """Tell the fleet what happened, as of now."""
        with self._changed:
            self._carry_out(what(*arguments, time.monotonic()))
