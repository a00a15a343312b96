"""The asks of a process: which wait, which are in flight under which key, and how each ends.

Pure, like the fleet, to whose actions it adds its own. What errors and sockets mean is the fleet's.
"""

from realtime.fleet.actions import Again, Ask, Failed, Send, Streamed, Todo
from realtime.fleet.codes import extra_in, is_lasting
from realtime.fleet.limits import Brake, Circuit, FairQueue, Limits
from realtime.fleet.sockets import Socket, Sockets
from realtime.outcomes import Kind
from realtime.request import Extras


class Desk:
    def __init__(
        self,
        limits: Limits,
        sockets: Sockets,
        circuit: Circuit,
        todo: Todo,
        left_out: Extras,
    ) -> None:
        self._limits = limits
        self._sockets = sockets
        self._circuit = circuit
        self._todo = todo
        self._waiting: FairQueue[Ask] = FairQueue()
        self._in_flight: dict[str, Ask] = {}  # by key
        self._brake = Brake()
        self._left_out = left_out

    @property
    def waiting_count(self) -> int:
        return len(self._waiting)

    @property
    def in_flight_count(self) -> int:
        return len(self._in_flight)

    @property
    def is_empty(self) -> bool:
        return not (self._waiting or self._in_flight)

    def push(self, ask: Ask) -> None:
        self._waiting.push(ask)

    def dispatch(self, now: float) -> None:
        """Send what waits, as far as there is room."""
        while self._waiting and not (self._circuit.is_open or self._is_held_back(now)):
            if self._circuit.is_probing and self._in_flight:
                return
            socket = self._sockets.with_room(now)
            if socket is None:
                self._sockets.open_if_allowed(now)
                return
            ask = self._waiting.pop()
            if now >= ask.deadline:
                self._fail_waiting(ask, now)
            else:
                self._send(ask, socket, now)

    def note_alive(self, key: str, now: float) -> None:
        self._in_flight[key].last_event_at = now

    def pass_on(self, key: str, text: str, now: float) -> None:
        ask = self._in_flight[key]
        ask.last_event_at = now
        if not ask.is_streaming:
            ask.is_streaming = True
            ask.first_delta_at = now
            self._todo.note("realtime.first_delta", seconds=now - ask.sent_at)
            self.note_answered(ask)
        if ask.wants_deltas:
            self._todo.add(Streamed(ask.id, text))

    def note_answered(self, ask: Ask) -> None:
        """The server answers this try: where it went alone, the others may follow."""
        if self._brake.is_on and ask.key == self._brake.probe:
            self._brake.release()

    def slow_down(self, now: float, told_s: float | None = None) -> None:
        """The server's limits are used up: it tells for how long, or has refused a response."""
        if told_s is None:
            wait_s = self._limits.limited_s
            is_news = self._brake.refused(now, wait_s)
        else:
            wait_s = min(told_s, self._limits.limited_cap_s)
            is_news = self._brake.told(now + wait_s)
        if is_news:
            self._todo.note("realtime.slowed", seconds=wait_s)

    def leave_out(self, message: str, param: str) -> str | None:
        """The extra of a request that an error is about, if any.

        No request has it any more, unless the error is about one picture.
        """
        extra = extra_in(message, param)
        if extra and extra not in self._left_out and is_lasting(extra, message):
            self._left_out |= {extra}
            self._todo.note("realtime.parameter_refused", parameter=extra)
        return extra

    def ask_again_without(self, ask: Ask, message: str, param: str) -> bool:
        """Without what it was refused for: that is no try. False if it was for something else."""
        extra = self.leave_out(message, param)
        if extra is None or extra in ask.left_out:
            return False
        ask.left_out |= {extra}
        self.requeue(ask)
        return True

    def land(self, key: str) -> Ask:
        """Take it down: its try has ended, well or not."""
        return self._in_flight.pop(key)

    def withdraw(self, ask: Ask) -> bool:
        """False when it is too late: a delta of it has come, or it has ended."""
        if self._waiting.remove(ask):
            return True
        if ask.is_streaming or ask.key not in self._in_flight:
            return False
        self._let_go(ask)
        return True

    def try_again(self, ask: Ask, cause: str, detail: str = "") -> None:
        """It came to nothing: ask anew, if it was not tried too often."""
        ask.failures += 1
        if ask.failures >= self._limits.tries:
            self.fail(ask, "failed", detail or cause)
        else:
            self._todo.note("realtime.retried", cause=cause, **ask.work)
            self.requeue(ask)

    def requeue(self, ask: Ask) -> None:
        if ask.is_streaming:
            ask.is_streaming = False
            if ask.wants_deltas:
                self._todo.add(Again(ask.id))
        self._waiting.push_first(ask)

    def requeue_lost(self, socket: Socket, cause: str) -> None:
        """What flew on this socket is asked again on another."""
        lost = [each for each in self._in_flight.values() if each.socket == socket.id]
        # The last one first, so that the first one comes to stand before it.
        for ask in reversed(lost):
            del self._in_flight[ask.key]
            ask.cuts += 1
            if ask.cuts > self._limits.cuts:
                self.fail(ask, "unreachable", cause)
            else:
                self.requeue(ask)

    def fail(self, ask: Ask, kind: Kind, detail: str) -> None:
        self._todo.note("realtime.failed", kind=kind)
        self._todo.add(Failed(ask.id, kind, detail))

    def fail_all(self, kind: Kind, detail: str) -> None:
        ending = list(self._in_flight.values())
        self._in_flight.clear()
        while self._waiting:
            ending.append(self._waiting.pop())
        for ask in ending:
            self.fail(ask, kind, detail)

    def expire(self, now: float) -> None:
        """End what has waited or flown until its deadline."""
        for ask in self._waiting:
            if now >= ask.deadline:
                self._waiting.remove(ask)
                self._fail_waiting(ask, now)
        for ask in list(self._in_flight.values()):
            if now >= ask.deadline:
                self._let_go(ask)
                self.fail(ask, "timeout", "the model did not finish in time")

    def retry_silent(self, now: float) -> list[Socket]:
        """Ask anew that of which nothing comes.

        Returns the sockets that told nobody else anything either.
        """
        mute: dict[int, Socket] = {}
        for ask in [each for each in self._in_flight.values() if self._is_silent(each, now)]:
            socket = self._sockets.get(ask.socket)
            self._let_go(ask)
            self.try_again(ask, "silent")
            if socket is not None and socket.last_event_at <= _silent_since(ask):
                mute[socket.id] = socket
        return list(mute.values())

    def _send(self, ask: Ask, socket: Socket, now: float) -> None:
        ask.attempts += 1
        ask.key = f"{ask.id}.{ask.attempts}"
        ask.socket = socket.id
        ask.sent_at = now
        ask.last_event_at = None
        ask.is_streaming = False
        ask.left_out |= self._left_out
        socket.was_used = True
        self._in_flight[ask.key] = ask
        if self._brake.is_on:
            self._brake.probe = ask.key
        for frame in socket.protocol.ask(ask.key, ask.request, ask.left_out):
            self._todo.add(Send(socket.id, frame))

    def _is_held_back(self, now: float) -> bool:
        brake = self._brake
        return brake.is_on and (now < brake.resume_at or brake.probe in self._in_flight)

    def _let_go(self, ask: Ask) -> None:
        """Cancel the try in flight: its late events reach nobody."""
        del self._in_flight[ask.key]
        socket = self._sockets.get(ask.socket)
        if socket is not None:
            for frame in socket.protocol.cancel(ask.key):
                self._todo.add(Send(socket.id, frame))

    def _is_silent(self, ask: Ask, now: float) -> bool:
        limit_s = self._limits.first_event_s if ask.last_event_at is None else self._limits.stall_s
        return now - _silent_since(ask) >= limit_s

    def _fail_waiting(self, ask: Ask, now: float) -> None:
        # A socket that opened and brought no response shows nothing: some servers accept and drop.
        if (self._sockets.open_count and not self._sockets.failures) or self._brake.is_on:
            self.fail(ask, "busy", "no place became free in time")
        else:
            self.fail(ask, "unreachable", self._sockets.last_failure or "no socket opened in time")


def _silent_since(ask: Ask) -> float:
    return ask.sent_at if ask.last_event_at is None else ask.last_event_at
