"""What comes of what a server said, or of a lost socket: for its ask, its socket and all others.

Pure, as the fleet is: what is to be done goes into `todo`.
"""

from realtime import outcomes
from realtime.fleet.actions import Answered, Ask, Close, Todo
from realtime.fleet.codes import FATAL_CODES, RATE_LIMIT_CODES
from realtime.fleet.desk import Desk
from realtime.fleet.limits import Circuit, Limits
from realtime.fleet.sockets import Socket, Sockets
from realtime.outcomes import Reply

# So long rests a server that takes one response at a time, and works on one that is not ours.
REST_S = 0.5


class Consequences:
    def __init__(
        self, limits: Limits, circuit: Circuit, sockets: Sockets, desk: Desk, todo: Todo
    ) -> None:
        self._limits = limits
        self._circuit = circuit
        self._sockets = sockets
        self._desk = desk
        self._todo = todo

    def follow(self, socket: Socket, outcome: outcomes.Outcome, now: float) -> None:
        """What one socket's protocol made of a frame."""
        match outcome:
            case outcomes.Delta(key, text):
                self._desk.pass_on(key, text, now)
                return
            case outcomes.Alive(key):
                self._desk.note_alive(key, now)
            case outcomes.Finished(key, reply):
                self._on_finished(socket, self._desk.land(key), reply, now)
            case outcomes.Refused(key, code, message, param):
                ask = self._desk.land(key)
                if not self._desk.ask_again_without(ask, message, param):
                    self._on_unanswered(socket, ask, code, message, now)
            case outcomes.TurnedAway(key):
                self._on_turned_away(socket, self._desk.land(key), now)
            case outcomes.Unmatched():
                self._sockets.one_by_one = True
                self.replace(socket, "unmatched", now)
            case outcomes.Limited(wait_s):
                self._desk.slow_down(now, wait_s)
            case outcomes.Trouble(code, message, param):
                self._desk.leave_out(message, param)
                self._todo.note("realtime.error", code=code)
                self._on_code(socket, code, now)
            case outcomes.Unread(name):
                self._todo.note("realtime.unknown_event", type=name)
        self.settle(socket, now)

    def settle(self, socket: Socket, now: float) -> None:
        """A retiring socket whose last response has ended closes; a place that is free is taken."""
        if socket.protocol.is_spent and not socket.is_retiring and socket in self._sockets:
            self._sockets.retire(socket, "unmatched", now)
        self._sockets.close_if_done(socket)
        self._desk.dispatch(now)

    def end(self, socket: Socket, cause: str, code: str | None, now: float) -> None:
        """The server ended it, or never let it open; `code` says why, if it is known."""
        self._on_code(socket, code or "", now)
        if socket in self._sockets:  # a fatal error drops them all
            self._lose(socket, cause, now)

    def replace(self, socket: Socket, cause: str, now: float) -> None:
        """Give a socket up that is still open; what flew on it is asked again."""
        self._todo.add(Close(socket.id))
        self._lose(socket, cause, now)

    def _on_finished(self, socket: Socket, ask: Ask, reply: Reply, now: float) -> None:
        if not reply.is_something:
            empty = "empty" if reply.status == "completed" else reply.status
            self._on_unanswered(socket, ask, reply.code or reply.reason or empty, "", now)
            return
        socket.server_errors = 0
        self._sockets.note_success()
        self._circuit.close()
        self._desk.note_answered(ask)
        self._todo.note(
            "realtime.answered",
            seconds=now - ask.asked_at,
            response_seconds=now - ask.sent_at,
            queue_seconds=ask.sent_at - ask.asked_at,
            input_tokens=reply.usage.input,
            cached_tokens=reply.usage.cached,
            output_tokens=reply.usage.output,
        )
        self._todo.add(Answered(ask.id, reply))

    def _on_unanswered(self, socket: Socket, ask: Ask, code: str, message: str, now: float) -> None:
        if code in FATAL_CODES or code in RATE_LIMIT_CODES or code == "session_expired":
            self._desk.requeue(ask)  # a fatal error fails it with the others
            self._on_code(socket, code, now)
        else:
            self._on_code(socket, code, now)
            self._desk.try_again(ask, code, message)

    def _on_turned_away(self, socket: Socket, ask: Ask, now: float) -> None:
        if not socket.one_at_a_time_noted:
            socket.one_at_a_time_noted = True
            self._todo.note("realtime.one_at_a_time", socket=socket.id)
        self._desk.requeue(ask)
        if not socket.protocol.occupied_count:
            socket.rests_until = now + REST_S

    def _on_code(self, socket: Socket, code: str, now: float) -> None:
        """What an error's name means for all that is asked, whomever it was said to."""
        if code in FATAL_CODES:
            self._trip(code, now)
        elif code in RATE_LIMIT_CODES:
            self._desk.slow_down(now)
        elif code == "session_expired":
            self.replace(socket, "expired", now)
        elif code == "server_error":
            socket.server_errors += 1
            if socket.server_errors >= self._limits.server_errors and not socket.is_retiring:
                self._sockets.back_off("server_errors", now)
                self._sockets.retire(socket, "server_errors", now)

    def _trip(self, code: str, now: float) -> None:
        if self._circuit.trip(code, now):
            self._todo.note("realtime.stopped", code=code, remedy=self._circuit.remedy)
        self._desk.fail_all("unavailable", self._circuit.remedy)
        for socket in self._sockets:
            self._sockets.drop(socket)

    def _lose(self, socket: Socket, cause: str, now: float) -> None:
        self._sockets.mark_lost(socket, cause, now)
        self._desk.requeue_lost(socket, cause)
        self._desk.dispatch(now)
