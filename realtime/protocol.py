"""One socket's conversation with a Realtime server: whose a response is, what a frame means for it.

Pure: frames and keys in, frames and outcomes out; no socket, no clock, no thread. A key names one
asking of one response; it travels as the event's id and in its metadata. What to do about an
outcome (ask again, give up, wait) is `fleet.py`'s.
"""

from dataclasses import dataclass, field

from realtime import events
from realtime.events import FunctionCall
from realtime.fields import mended
from realtime.outcomes import (
    Alive,
    Delta,
    Finished,
    Limited,
    Outcome,
    Refused,
    Reply,
    Trouble,
    TurnedAway,
    Unmatched,
    Unread,
)
from realtime.request import Request, response_cancel, response_create

# Ids of responses that ended or were given up, kept to tell their late events from a stranger's.
REMEMBERED_RESPONSES = 1_000
# Types of events that nobody knows, told once each: a server that invents more goes on unheard.
REMEMBERED_TYPES = 100
# What servers that take one response at a time answer to a second;
# OpenAI says it of its default conversation alone.
ONE_AT_A_TIME = "conversation_already_has_active_response"


@dataclass(slots=True)
class _Response:
    key: str
    is_wanted: bool = True  # False once cancelled: its events reach nobody
    deltas: list[str] = field(default_factory=list)
    half: str = ""  # the first half of a character whose second half comes with the next delta
    whole_parts: list[str] = field(default_factory=list)
    calls: dict[str, FunctionCall] = field(default_factory=dict)


class Protocol:
    """The responses in flight on one socket. Frames to send come back as lists of JSON text.

    `one_by_one`: this server was seen to leave open which create it means, so the next one waits
    until the last one is matched.
    """

    def __init__(self, *, one_by_one: bool = False) -> None:
        self._one_by_one = one_by_one
        # Learned from this server: a second response while one runs is refused.
        self.one_at_a_time = False
        # Learned at the first `response.created`: whether our metadata comes back with it.
        self._echoes: bool | None = None
        # An error that named nothing came while a create was under way:
        # the order of creates tells nothing any more.
        self._is_order_lost = False
        # Asked, `response.created` not seen yet; in order, as servers without metadata answer.
        self._asked: dict[str, _Response] = {}
        # By response id; cancelled ones stay until the server ends them, for they still occupy it.
        self._running: dict[str, _Response] = {}
        self._ended: dict[str, None] = {}  # ids, the oldest first
        self._unread: set[str] = set()

    @property
    def occupied_count(self) -> int:
        """How many responses the server still works on, cancelled ones included."""
        return len(self._asked) + len(self._running)

    @property
    def wanted_count(self) -> int:
        """How many responses somebody still waits for."""
        return sum(each.is_wanted for each in (*self._asked.values(), *self._running.values()))

    @property
    def is_spent(self) -> bool:
        """True when nothing new can be asked here, whatever ends."""
        return self._is_order_lost and self._echoes is False

    def has_room(self, in_flight: int) -> bool:
        """Whether one more may be asked, `in_flight` being the limit."""
        # Without an echo only the order tells creates apart:
        # the next one waits until the last one is matched.
        waits = not self._echoes if self._one_by_one else self._echoes is False
        if self.is_spent or (waits and self._asked):
            return False
        return self.occupied_count < (1 if self.one_at_a_time else in_flight)

    def ask(self, key: str, request: Request) -> list[str]:
        """Ask for a response under `key`, which was never used before on this socket."""
        self._asked[key] = _Response(key)
        return [response_create(key, request)]

    def cancel(self, key: str) -> list[str]:
        """Stop wanting `key`; it is cancelled with its `response.created`, if that is to come."""
        if key in self._asked:
            self._asked[key].is_wanted = False
            return []
        for response_id, response in self._running.items():
            if response.key == key and response.is_wanted:
                response.is_wanted = False
                return [response_cancel(response_id)]
        return []

    def receive(self, frame: str | bytes) -> tuple[list[Outcome], list[str]]:
        """What a frame from the server means, and what to send because of it.

        Raises ValueError when the frame is not an event at all.
        """
        match events.parse(frame):
            case events.TextDelta(response_id, text):
                return self._on_delta(response_id, text), []
            case events.ResponseCreated(response_id, event_id):
                return self._on_created(response_id, event_id)
            case events.ResponseDone() as done:
                return self._on_done(done), []
            case events.TextDone(response_id, text):
                return self._on_part(response_id, text=text), []
            case events.CallDone(response_id, call):
                return self._on_part(response_id, call=call), []
            case events.Progress(response_id):
                return self._on_part(response_id), []
            case events.ServerError() as error:
                return self._on_error(error), []
            case events.RateLimits(wait_s):
                return ([Limited(wait_s)] if wait_s > 0 else []), []
            case events.SessionCreated():
                return [], []
            case events.Unknown(name, response_id):
                return self._on_unknown(name, response_id), []

    def _on_created(
        self, response_id: str, event_id: str | None
    ) -> tuple[list[Outcome], list[str]]:
        if not response_id or response_id in self._running or response_id in self._ended:
            return [], []  # told twice, it must not be taken for the next one
        if event_id is not None:
            self._echoes = True
        elif self._echoes is None and self._asked:
            self._echoes = False
        if self._echoes is False and self._is_order_lost and self._asked:
            return [Unmatched()], []
        # Without an echo, a server answers its creates in order.
        key = event_id if self._echoes else next(iter(self._asked), None)
        # One that nobody asked for, or that was refused before, still occupies the server.
        response = self._asked.pop(key or "", None) or _Response("", is_wanted=False)
        self._running[response_id] = response
        if not response.is_wanted:
            return [], [response_cancel(response_id)]
        return [Alive(response.key)], []

    def _on_delta(self, response_id: str, text: str) -> list[Outcome]:
        response = self._running.get(response_id)
        if response is None or not response.is_wanted:
            return []
        text, response.half = _whole(response.half + text)
        if not text:
            return [Alive(response.key)]
        response.deltas.append(text)
        return [Delta(response.key, text)]

    def _on_part(
        self, response_id: str, *, text: str = "", call: FunctionCall | None = None
    ) -> list[Outcome]:
        response = self._running.get(response_id)
        if response is None or not response.is_wanted:
            return []
        if text:
            response.whole_parts.append(text)
        if call:
            response.calls[call.call_id] = call
        return [Alive(response.key)]

    def _on_done(self, done: events.ResponseDone) -> list[Outcome]:
        response = self._running.pop(done.response_id, None)
        if response is None:
            # Refused at once, some servers send `done` with no `created` before it.
            if done.event_id not in self._asked:
                return []
            response = self._asked.pop(done.event_id)
        self._remember(done.response_id)
        if not response.is_wanted:
            return []
        # What was streamed is what the diner may have seen.
        text = "".join(response.deltas) or done.text or "".join(response.whole_parts)
        # One call is told by several events: run it once.
        calls = done.calls or tuple(response.calls.values())
        reply = Reply(text, calls, done.usage, done.status, done.code, done.reason)
        return [Finished(response.key, reply)]

    def _remember(self, response_id: str) -> None:
        self._ended[response_id] = None
        if len(self._ended) > REMEMBERED_RESPONSES:
            del self._ended[next(iter(self._ended))]

    def _on_error(self, error: events.ServerError) -> list[Outcome]:
        if error.code == ONE_AT_A_TIME:
            return self._turn_away(error)
        if error.event_id in self._asked:
            return self._refuse(error.event_id, error)
        if error.code == "response_cancel_not_active":
            return []  # it ended before the cancel came
        named = (each for each in self._running.values() if each.key and each.key == error.event_id)
        running = next(named, None)
        if running is None:
            return self._on_unnamed_error(error)
        if not running.is_wanted:
            return []
        running.is_wanted = False
        return [Refused(running.key, error.code, error.message)]

    def _on_unnamed_error(self, error: events.ServerError) -> list[Outcome]:
        """An error that names no event answers the create under way, if there is just one."""
        self._is_order_lost = self._is_order_lost or bool(self._asked)
        if len(self._asked) == 1 and error.event_id is None:
            return self._refuse(next(iter(self._asked)), error)
        return [Trouble(error.code, error.message)]

    def _refuse(self, key: str, error: events.ServerError) -> list[Outcome]:
        response = self._asked.pop(key)
        if response.is_wanted:
            return [Refused(key, error.code, error.message)]
        return [Trouble(error.code, error.message)]

    def _turn_away(self, error: events.ServerError) -> list[Outcome]:
        self.one_at_a_time = True
        if error.event_id in self._asked:
            turned_away = [self._asked.pop(error.event_id)]
        elif len(self._asked) > 1 and not self._echoes:
            # Not named, it may be any of them, and whose response begins next can't be told either.
            return [Unmatched()]
        else:
            # With an echo, one that begins after all is known by its metadata, and cancelled.
            turned_away = list(self._asked.values())
            self._asked.clear()
        return [TurnedAway(each.key) for each in turned_away if each.is_wanted]

    def _on_unknown(self, name: str, response_id: str) -> list[Outcome]:
        told: list[Outcome] = []
        if name not in self._unread and len(self._unread) < REMEMBERED_TYPES:
            self._unread.add(name)
            told.append(Unread(name))
        return told + self._on_part(response_id)


def _whole(text: str) -> tuple[str, str]:
    """Text that any encoder takes, and the half of a character that it was cut off in."""
    half = text[-1:] if text and "\ud800" <= text[-1] <= "\udbff" else ""
    return mended(text.removesuffix(half) if half else text), half
