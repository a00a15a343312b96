"""All responses of a process over all of its sockets: what happens, what it means, what to do.

Pure: what happened comes in with its time, what to do goes out as actions that `client.py` carries
out. The rule that all of this serves: every ask ends exactly once, with its own text.
"""

from collections.abc import Callable

from realtime.fleet.actions import Action, Ask, Close, Send, Todo
from realtime.fleet.codes import code_in
from realtime.fleet.consequences import Consequences
from realtime.fleet.desk import Desk
from realtime.fleet.limits import Circuit, Limits
from realtime.fleet.sockets import Sockets
from realtime.request import Extras


class Fleet:
    """`random` gives floats in [0, 1); `left_out`: extras of a request that none has.

    Each method takes the time and returns the actions, in the order to carry them out.
    """

    def __init__(self, limits: Limits, random: Callable[[], float], left_out: Extras) -> None:
        self._todo = Todo()
        self.circuit = Circuit(limits.probe_base_s, limits.probe_cap_s)
        self._sockets = Sockets(limits, random, self._todo)
        self._desk = Desk(limits, self._sockets, self.circuit, self._todo, left_out)
        self._consequences = Consequences(
            limits, self.circuit, self._sockets, self._desk, self._todo
        )

    # What the shell asks for.

    def submit(self, ask: Ask, now: float) -> list[Action]:
        """Take an ask: it is sent at once, or waits its turn."""
        if self.circuit.is_open:
            self._desk.fail(ask, "unavailable", self.circuit.remedy)
        else:
            self._desk.push(ask)
            self._desk.dispatch(now)
        return self._todo.take()

    def open(self, now: float) -> list[Action]:
        """Open a first socket before anybody asks, however often that has to be tried."""
        self._sockets.wants_first = True
        self._sockets.open_if_allowed(now)
        return self._todo.take()

    def withdraw(self, ask: Ask, now: float) -> tuple[bool, list[Action]]:
        """Stop an ask of which no delta has come; (False, []) when it is too late for that."""
        if not self._desk.withdraw(ask):
            return False, []
        self._todo.note("realtime.withdrawn")
        self._desk.dispatch(now)
        return True, self._todo.take()

    def close(self) -> list[Action]:
        """End everything: asks fail as `closed`, sockets close."""
        self._desk.fail_all("closed", "the service is stopping")
        for socket in self._sockets:
            self._sockets.drop(socket)
        return self._todo.take()

    def state(self) -> str:
        """In words, for `/readyz`."""
        if self.circuit.is_open:
            return f"stopped: {self.circuit.remedy}"
        count = self.counts()
        counted = (
            f"{count['sockets']} open, {count['in_flight']} in flight, {count['waiting']} waiting"
        )
        if self.circuit.is_probing:
            return f"trying again after a stop ({self.circuit.remedy}): {counted}"
        if count["sockets"]:
            return f"connected: {counted}"
        if self._sockets.failures:
            return (
                f"reconnecting, {self._sockets.failures} tries so far"
                f" ({self._sockets.last_failure}): {counted}"
            )
        if len(self._sockets):
            return f"opening the first socket: {counted}"
        return f"idle: no socket is needed yet: {counted}"

    @property
    def is_ready(self) -> bool:
        return not self.circuit.is_open and self._sockets.is_ready

    @property
    def is_resting(self) -> bool:
        """True when nobody waits for anything.

        Until the next ask, time brings a ping or a rotation, which are in no hurry.
        """
        return self._desk.is_empty and self.is_ready

    @property
    def is_idle(self) -> bool:
        """True when no time can change anything: nothing asked, open or to be tried again."""
        return self.is_resting and not (len(self._sockets) or self._sockets.wants_first)

    def counts(self) -> dict[str, int]:
        """Gauges: sockets open, responses in flight, asks waiting."""
        return {
            "sockets": self._sockets.open_count,
            "in_flight": self._desk.in_flight_count,
            "waiting": self._desk.waiting_count,
        }

    # What the network tells.

    def on_opened(self, socket_id: int, now: float) -> list[Action]:
        socket = self._sockets.get(socket_id)
        if socket is None:
            self._todo.add(Close(socket_id))
        else:
            self._sockets.mark_opened(socket, now)
            self._desk.dispatch(now)
        return self._todo.take()

    def on_refused(self, socket_id: int, cause: str, code: str | None, now: float) -> list[Action]:
        """A socket could not be opened; `code` is the server's name for it, if it gave one."""
        socket = self._sockets.get(socket_id)
        if socket is not None:
            self._consequences.end(socket, cause, code, now)
        return self._todo.take()

    def on_cut(self, socket_id: int, cause: str, now: float) -> list[Action]:
        """A socket is gone; `cause` may name an error. What flew on it is asked again."""
        socket = self._sockets.get(socket_id)
        if socket is not None:
            self._consequences.end(socket, cause, code_in(cause), now)
        return self._todo.take()

    def on_pong(self, socket_id: int, now: float) -> list[Action]:
        socket = self._sockets.get(socket_id)
        if socket is not None:
            socket.note_sign(now)
        return []

    def on_frame(
        self, socket_id: int, frame: str | bytes, now: float, *, is_binary: bool = False
    ) -> list[Action]:
        """A frame came in on a socket; a superseded one touches nobody.

        Some servers send their events in binary frames; what else those hold is passed over.
        """
        socket = self._sockets.get(socket_id)
        if socket is None:
            return []
        socket.note_event(now)
        try:
            told, frames = socket.protocol.receive(frame)
        except ValueError:
            if is_binary:
                self._sockets.note_unread(socket, len(frame))
            else:
                self._consequences.replace(socket, "malformed", now)
            return self._todo.take()
        for each in frames:
            self._todo.add(Send(socket_id, each))
        for outcome in told:
            self._consequences.follow(socket, outcome, now)
        if not told:
            self._consequences.settle(
                socket, now
            )  # what nobody waited for has ended, and left its place
        return self._todo.take()

    def tick(self, now: float) -> list[Action]:
        """Time has passed: deadlines, silence, pings, rotation, backoff, probes.

        Call it several times a second; once is enough while it is resting.
        """
        self._desk.expire(now)
        for socket in self._desk.retry_silent(now):
            self._consequences.replace(socket, "silent", now)
        for socket, cause in self._sockets.keep_alive(now):
            self._consequences.replace(socket, cause, now)
        if self.circuit.probe_at is not None and now >= self.circuit.probe_at:
            self.circuit.probe()
            self._todo.note("realtime.probing", code=self.circuit.code)
            self._sockets.open_if_allowed(now)
        # Who is not ready may get no messages: it must find its way back without one.
        is_wanted = self._sockets.wants_first or not self._sockets.is_ready
        if is_wanted and not self.circuit.is_open:
            self._sockets.open_if_allowed(now)
        self._desk.dispatch(now)
        return self._todo.take()
