"""One socket's conversation with a Realtime server: which response belongs to whom, and what each frame means for it.

Pure: frames and keys in, frames and outcomes out; no socket, no clock, no thread. A key names one asking of one response; it
travels as the event's id and in its metadata. What to do about an outcome (ask again, give up, wait) is `fleet.py`'s.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from realtime import events
from realtime.events import FunctionCall, Usage

# Ids of responses that ended or were given up, kept to tell their late events from a stranger's.
REMEMBERED_RESPONSES = 1_000
# What servers that take one response at a time answer to a second; OpenAI says it of its default conversation alone.
ONE_AT_A_TIME = "conversation_already_has_active_response"


@dataclass(frozen=True, slots=True)
class Reply:
    """What one response came to: its text, the tools it wants run, and how it ended."""

    text: str
    calls: tuple[FunctionCall, ...]
    usage: Usage
    status: str  # completed | cancelled | failed | incomplete
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Alive:
    """An event of this response came that carries no text."""

    key: str


@dataclass(frozen=True, slots=True)
class Delta:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    key: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Refused:
    """The create itself was answered by an error: there is no response."""

    key: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """This server takes one response at a time and has one: ask again when it has ended."""

    key: str


@dataclass(frozen=True, slots=True)
class Limited:
    """The server's limits are used up for `wait_s` seconds."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error that belongs to no response of ours."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An event of a type that this client does not know; told once a type."""

    type: str


Outcome = Alive | Delta | Finished | Refused | TurnedAway | Limited | Trouble | Unread


@dataclass(slots=True)
class _Response:
    key: str
    wanted: bool = True  # False once cancelled: its events reach nobody
    deltas: list[str] = field(default_factory=list)
    whole_parts: list[str] = field(default_factory=list)
    calls: dict[str, FunctionCall] = field(default_factory=dict)


class Protocol:
    """The responses in flight on one socket. Frames to send come back as lists of JSON text."""

    def __init__(self) -> None:
        # Learned from this server: a second response while one runs is refused.
        self.one_at_a_time = False
        # Asked, `response.created` not seen yet, in the order asked: servers without metadata answer in it.
        self._asked: dict[str, _Response] = {}
        # By response id; cancelled ones stay until the server ends them, for they still occupy it.
        self._running: dict[str, _Response] = {}
        self._ended: deque[str] = deque(maxlen=REMEMBERED_RESPONSES)
        self._unread: set[str] = set()

    @property
    def occupied(self) -> int:
        """How many responses the server still works on, cancelled ones included."""
        return len(self._asked) + len(self._running)

    @property
    def wanted(self) -> int:
        """How many responses somebody still waits for."""
        return sum(each.wanted for each in (*self._asked.values(), *self._running.values()))

    def ask(self, key: str, response: Mapping[str, Any]) -> list[str]:
        """Ask for a response under `key`, which was never used before on this socket."""
        self._asked[key] = _Response(key)
        return [events.response_create(key, response)]

    def cancel(self, key: str) -> list[str]:
        """Stop wanting `key`; one whose `response.created` is still to come is cancelled when it appears."""
        if key in self._asked:
            self._asked[key].wanted = False
            return []
        for response_id, response in self._running.items():
            if response.key == key and response.wanted:
                response.wanted = False
                return [events.response_cancel(response_id)]
        return []

    def receive(self, frame: str | bytes) -> tuple[list[Outcome], list[str]]:
        """What a frame from the server means, and what to send because of it.

        Raises ValueError when the frame is not an event at all.
        """
        match events.parse(frame):
            case events.TextDelta(response_id, text):
                return self._delta(response_id, text), []
            case events.ResponseCreated(response_id, event_id):
                return self._created(response_id, event_id)
            case events.ResponseDone() as done:
                return self._done(done), []
            case events.TextDone(response_id, text):
                return self._part(response_id, text=text), []
            case events.CallDone(response_id, call):
                return self._part(response_id, call=call), []
            case events.Progress(response_id):
                return self._part(response_id), []
            case events.ServerError() as error:
                return self._error(error), []
            case events.RateLimits(wait_s):
                return ([Limited(wait_s)] if wait_s > 0 else []), []
            case events.SessionCreated():
                return [], []
            case events.Unknown(name):
                return self._unknown(name), []

    def _created(self, response_id: str, event_id: str | None) -> tuple[list[Outcome], list[str]]:
        # Without an echo, a server answers its creates in order.
        key = event_id if event_id in self._asked else next(iter(self._asked), None) if event_id is None else None
        if key is None or not response_id:
            return [], []
        response = self._asked.pop(key)
        self._running[response_id] = response
        if not response.wanted:
            return [], [events.response_cancel(response_id)]
        return [Alive(key)], []

    def _delta(self, response_id: str, text: str) -> list[Outcome]:
        response = self._running.get(response_id)
        if response is None or not response.wanted or not text:
            return []
        response.deltas.append(text)
        return [Delta(response.key, text)]

    def _part(self, response_id: str, *, text: str = "", call: FunctionCall | None = None) -> list[Outcome]:
        response = self._running.get(response_id)
        if response is None or not response.wanted:
            return []
        if text:
            response.whole_parts.append(text)
        if call:
            response.calls[call.call_id] = call
        return [Alive(response.key)]

    def _done(self, done: events.ResponseDone) -> list[Outcome]:
        response = self._running.pop(done.response_id, None)
        if response is None:
            # Refused at once, some servers send `done` with no `created` before it.
            if done.response_id in self._ended or done.event_id not in self._asked:
                return []
            response = self._asked.pop(done.event_id)
        self._ended.append(done.response_id)
        if not response.wanted:
            return []
        # One call may be told by two events: its id makes it one. What was streamed is what the diner may have seen.
        calls = response.calls | {call.call_id: call for call in done.calls}
        text = "".join(response.deltas) or done.text or "".join(response.whole_parts)
        reply = Reply(text, tuple(calls.values()), done.usage, done.status, done.code, done.reason)
        return [Finished(response.key, reply)]

    def _error(self, error: events.ServerError) -> list[Outcome]:
        if error.code == ONE_AT_A_TIME:
            return self._turned_away(error)
        if error.event_id in self._asked:
            response = self._asked.pop(error.event_id)
            return [Refused(response.key, error.code, error.message)] if response.wanted else []
        if error.code == "response_cancel_not_active":
            return []
        running = next((each for each in self._running.values() if each.key == error.event_id), None)
        if running is None:
            return [Trouble(error.code, error.message)]
        if not running.wanted:
            return []
        running.wanted = False
        return [Refused(running.key, error.code, error.message)]

    def _turned_away(self, error: events.ServerError) -> list[Outcome]:
        self.one_at_a_time = True
        # A server that names no event means the one that came last.
        key = error.event_id if error.event_id in self._asked else next(reversed(self._asked), None)
        if key is None:
            return []
        response = self._asked.pop(key)
        return [TurnedAway(key)] if response.wanted else []

    def _unknown(self, name: str) -> list[Outcome]:
        if name in self._unread:
            return []
        self._unread.add(name)
        return [Unread(name)]
