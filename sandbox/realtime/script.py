"""One response of the stand-in, as the events it consists of, in order, with pauses between.

It decides nothing about when to run: `line.py` plays it. What it says is the practice model's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any

from sandbox.practice import Call, Say
from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.conversation import Conversation
from sandbox.realtime.events import Event, new_id
from sandbox.realtime.item import Item, Step, Thought
from sandbox.realtime.voice import Voice


class Cut:
    """A step at which the socket is reset, without a word."""


# Several events at once let no other's come between them.
Script = Iterator[Step | tuple[Event, ...] | Cut]
Turns = Iterator[Step | Cut]

# So many events come before `response.created`, where it is late.
EARLY_EVENTS = 3
# As OpenAI counts the sound of an answer.
SAID_MS_PER_TOKEN = 50
# More than any column of tokens holds.
HUGE_COUNT = 2**40

FAILURES = {
    "rate_limit_exceeded": (
        "Rate limit reached for the model on requests per minute. Please try again later."
    ),
    "insufficient_quota": (
        "You exceeded your current quota, please check your plan and billing details."
    ),
}
SERVER_ERROR = "The server had an error while processing your request. Sorry about that!"


class Fate(Enum):
    """What becomes of a response."""

    WHOLE = auto()
    EMPTY = auto()
    STALLED = auto()
    SOCKET_CUT = auto()
    CUT_OFF = auto()
    FILTERED = auto()
    RATE_LIMITED = auto()
    OUT_OF_QUOTA = auto()
    SERVER_ERROR = auto()


FAILS_WITH = {
    Fate.RATE_LIMITED: "rate_limit_exceeded",
    Fate.OUT_OF_QUOTA: "insufficient_quota",
    Fate.SERVER_ERROR: "server_error",
}
# Half of the answer comes, and then nothing of it.
BREAKS_OFF = (Fate.STALLED, Fate.SOCKET_CUT)
# Half of the answer comes, and then this.
ENDS_WITH = {Fate.CUT_OFF: "max_output_tokens", Fate.FILTERED: "content_filter"}


@dataclass(frozen=True, slots=True)
class Order:
    """What a response is to be: the create's settings, and what the model has to say to it."""

    says: Say | Call | tuple[Call, ...]
    fate: Fate
    conversation: Conversation | None  # which it becomes a part of
    metadata: Mapping[str, str] | None
    max_output_tokens: int | str
    input_tokens: int
    cached_tokens: int
    audio_tokens: int = 0  # of those that went in
    audio_cached: int = 0  # of those, again
    voice: Voice | None = None  # by which it answers

    @property
    def conversation_id(self) -> str | None:
        return self.conversation.id if self.conversation else None


class Response:
    """`ended` is called once, before the last event goes out.

    It gets the response, and whether it was cancelled.
    """

    def __init__(
        self,
        order: Order,
        behaviour: Behaviour,
        ended: Callable[["Response", bool], None],
    ) -> None:
        self.id = new_id("resp")
        self.order = order
        self.is_cancelled = False
        self._is_over = False
        self._behaviour = behaviour
        self._tell_end = ended
        self._has_begun = False
        self._items = _items(order, behaviour)
        self._begun: list[Item] = []

    def play(self) -> Script:
        """All of it, from `response.created` to `response.done`; less when cancelled meanwhile."""
        yield self._behaviour.first_event_delay_s
        steps = self._steps()
        while not self.is_cancelled and (step := next(steps, None)) is not None:
            yield step

    def cancel(self, reason: str = "client_cancelled") -> Script:
        """What is said when it is cancelled, all of it at once; nothing where it is over by then.

        From now on it says nothing more of its own.
        """
        self.is_cancelled = True
        return self._break_off(reason)

    def _break_off(self, reason: str) -> Script:
        if not self._is_over:
            yield tuple(self._last_words(reason))

    def _last_words(self, reason: str) -> Iterator[Event]:
        if not self._has_begun:
            yield self._created()
        if self._begun and self._begun[-1].sent and not self._begun[-1].is_closed:
            yield from self._close(self._begun[-1], "incomplete")
        yield self._done("cancelled", {"type": "cancelled", "reason": reason})

    def _steps(self) -> Turns:
        fate = self.order.fate
        speech = self._speak()
        if self._behaviour.early_deltas and fate not in FAILS_WITH:
            yield from islice(speech, EARLY_EVENTS)
        yield self._created()
        if self._behaviour.unknown_events:
            yield events.nobodys(self.id)
        if self._behaviour.optional_events:
            limited = fate is Fate.RATE_LIMITED
            reset_s = self._behaviour.rate_limit_reset_s if limited else 0.006
            yield events.rate_limits_updated(remaining=0 if limited else 9_999, reset_s=reset_s)
        if code := FAILS_WITH.get(fate):
            yield self._failed(code)
        elif fate is Fate.EMPTY:
            yield self._done("completed", None)
        else:
            yield from speech

    def _created(self) -> Event:
        self._has_begun = True
        return events.response_created(self._resource("in_progress"))

    def _failed(self, code: str) -> Event:
        message = FAILURES.get(code, SERVER_ERROR)
        if code == "server_error":
            code = self._behaviour.server_error_code
        error = {"type": code, "code": code, "message": message}
        return self._done("failed", {"type": "failed", "error": error})

    def _speak(self) -> Turns:
        limit = self.order.max_output_tokens
        left = limit if isinstance(limit, int) else sum(len(item.pieces) for item in self._items)
        for item in self._items:
            is_last = item is self._items[-1]
            is_halved = is_last and self.order.fate not in (Fate.WHOLE, Fate.EMPTY)
            allowed = min(left, (len(item.pieces) + 1) // 2 if is_halved else len(item.pieces))
            left -= allowed
            self._begun.append(item)
            yield from self._open(item)
            yield from self._say(item, allowed)
            if is_halved and self.order.fate in BREAKS_OFF:
                if self.order.fate is Fate.SOCKET_CUT:
                    yield Cut()
                return
            if allowed < len(item.pieces):
                yield from self._close(item, "incomplete")
                reason = ENDS_WITH.get(self.order.fate, "max_output_tokens")
                yield self._done("incomplete", {"type": "incomplete", "reason": reason})
                return
            yield from self._close(item, "completed")
        yield self._done("completed", None)

    def _open(self, item: Item) -> Iterator[Event]:
        if self.order.conversation:
            item.previous = self.order.conversation.begin(item)
        if not self._behaviour.optional_events:
            return
        yield events.output_item_added(self.id, item.event("in_progress"), item.index)
        if self.order.conversation:
            yield events.item_added(item.event("in_progress"), item.previous)
        yield from item.opening(self.id)

    def _say(self, item: Item, allowed: int) -> Turns:
        for _ in range(allowed):
            if self._behaviour.delta_delay_s:
                yield self._behaviour.delta_delay_s
            yield from item.next_piece(self.id, self._behaviour)
        yield from item.rest(self.id, self._behaviour)

    def _close(self, item: Item, status: str) -> Iterator[Event]:
        item.is_closed = True
        item.status = status
        if not self._behaviour.optional_events:
            return
        yield from item.closing(self.id)
        if self.order.conversation:
            yield events.item_done(item.event(status), item.previous)
        yield events.output_item_done(self.id, item.event(status), item.index)

    def _done(self, status: str, details: Event | None) -> Event:
        self._is_over = True
        cancelled = status == "cancelled"
        output = [item.event(item.status) for item in self._begun if item.is_closed]
        self._tell_end(self, cancelled)
        if cancelled and self._behaviour.response_cancelled_event:
            return events.response_cancelled(self.id)
        told = [] if self._behaviour.empty_output else output
        return events.response_done(self._resource(status, details, told))

    def _resource(
        self, status: str, details: Event | None = None, output: list[Event] | None = None
    ) -> Event:
        order = self.order
        return events.response(
            self.id,
            status,
            status_details=_bare(details) if self._behaviour.string_status_details else details,
            output=output or [],
            conversation_id=order.conversation_id,
            metadata=order.metadata if self._behaviour.echo_metadata else None,
            max_output_tokens=order.max_output_tokens,
            usage=None if status == "in_progress" else self._usage(),
            sounds=order.voice.settings() if order.voice else None,
        )

    def _usage(self) -> Event:
        order = self.order
        pieces = sum(item.sent for item in self._items)
        sound = pieces if order.voice else 0
        if order.voice and order.voice.is_live:
            sounds = (item.sounding for item in self._items)
            sound = sum(each.ms for each in sounds if each) // SAID_MS_PER_TOKEN
            pieces += sound
        return events.usage(
            input_tokens=order.input_tokens,
            cached_tokens=order.cached_tokens,
            output_tokens=HUGE_COUNT if self._behaviour.huge_counts else pieces,
            audio_input=order.audio_tokens,
            audio_cached=order.audio_cached,
            audio_output=sound,
        )


def _items(order: Order, behaviour: Behaviour) -> list[Item]:
    """What it says, in order: perhaps a thought and a preamble, and the answer once or twice."""
    says = order.says
    said: list[tuple[Say | Call | Thought, str]] = []
    if behaviour.reasons:
        said.append((Thought(), ""))
    if behaviour.preamble:
        said.append((Say(behaviour.preamble), "commentary"))
    if isinstance(says, Say):
        says = Say(says.text + behaviour.suffix)
        said += [(says, "final_answer")] * (2 if behaviour.repeat_messages else 1)
    else:
        said += [(call, "") for call in (says if isinstance(says, tuple) else (says,))]
    return [
        Item(
            index,
            each,
            phase if behaviour.phases else "",
            is_spoken=behaviour.transcripts or order.voice is not None,
            voice=order.voice,
        )
        for index, (each, phase) in enumerate(said)
    ]


def _bare(details: Event | None) -> Any:
    if details is None:
        return None
    return details.get("reason") or details["error"]["code"]
