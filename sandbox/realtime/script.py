"""One response of the stand-in, as the events it consists of, in order, with pauses between.

It decides nothing about when to run: `line.py` plays it. What it says is the practice model's.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any

from sandbox.practice import Call, Say
from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.events import Event, new_id

# An event to send, or a pause in seconds before the next one.
Step = Event | float
Script = Iterator[Step]

# About what a tokenizer makes of English: a word with its space, or a few characters of JSON.
WORDS = re.compile(r"\S+\s*|\s+")
ARGUMENT_PIECE = re.compile(r"(?s).{1,6}")

FAILURES = {
    "rate_limit_exceeded": (
        "Rate limit reached for the model on requests per minute. Please try again later."
    ),
    "insufficient_quota": (
        "You exceeded your current quota, please check your plan and billing details."
    ),
    "server_error": "The server had an error while processing your request. Sorry about that!",
}


class Fate(Enum):
    """What becomes of a response."""

    WHOLE = auto()
    EMPTY = auto()
    STALLED = auto()
    RATE_LIMITED = auto()
    OUT_OF_QUOTA = auto()
    SERVER_ERROR = auto()


FAILS_WITH = {
    Fate.RATE_LIMITED: "rate_limit_exceeded",
    Fate.OUT_OF_QUOTA: "insufficient_quota",
    Fate.SERVER_ERROR: "server_error",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What a response is to be: the create's settings, and what the model has to say to it."""

    says: Say | Call
    fate: Fate
    conversation_id: str | None
    metadata: Mapping[str, str] | None
    max_output_tokens: int | str
    input_tokens: int
    cached_tokens: int


class Response:
    """`ended` is called once, before the last event goes out.

    It gets the response, its output items, and whether it was cancelled.
    """

    def __init__(
        self,
        order: Order,
        behaviour: Behaviour,
        ended: Callable[["Response", list[Event], bool], None],
    ) -> None:
        self.id = new_id("resp")
        self.order = order
        self._is_cancelled = False
        self._is_over = False
        self._behaviour = behaviour
        self._tell_end = ended
        self._has_begun = False
        self._pieces = _pieces(order.says)
        self._sent = 0  # pieces
        self._item_id = new_id("item")
        self._call_id = new_id("call")

    def play(self) -> Script:
        """All of it, from `response.created` to `response.done`; less when cancelled meanwhile."""
        yield self._behaviour.first_event_delay_s
        steps = self._steps()
        while not self._is_cancelled and (step := next(steps, None)) is not None:
            yield step

    def cancel(self) -> Script:
        """What is said when a client cancels it."""
        if self._is_over:
            return
        self._is_cancelled = True
        if not self._has_begun:
            yield events.response_created(self._resource("in_progress"))
        item = [self._item("incomplete")] if self._sent else []
        if item:
            yield from self._close_item("incomplete")
        yield self._done("cancelled", {"type": "cancelled", "reason": "client_cancelled"}, item)

    def _steps(self) -> Script:
        fate = self.order.fate
        self._has_begun = True
        yield events.response_created(self._resource("in_progress"))
        if self._behaviour.unknown_events:
            yield events.nobodys(self.id)
        if self._behaviour.optional_events:
            limited = fate is Fate.RATE_LIMITED
            reset_s = self._behaviour.rate_limit_reset_s if limited else 0.006
            yield events.rate_limits_updated(remaining=0 if limited else 9_999, reset_s=reset_s)
        if code := FAILS_WITH.get(fate):
            error = {"type": code, "code": code, "message": FAILURES[code]}
            yield self._done("failed", {"type": "failed", "error": error}, [])
        elif fate is Fate.EMPTY:
            yield self._done("completed", None, [])
        else:
            yield from self._speak()

    def _speak(self) -> Script:
        limit = self.order.max_output_tokens
        allowed = min(len(self._pieces), limit) if isinstance(limit, int) else len(self._pieces)
        stalls_after = (allowed + 1) // 2 if self.order.fate is Fate.STALLED else None
        yield from self._open_item()
        for piece in islice(self._pieces, stalls_after if stalls_after is not None else allowed):
            if self._behaviour.delta_delay_s:
                yield self._behaviour.delta_delay_s
            self._sent += 1
            yield from self._delta(piece)
        if stalls_after is not None:
            return
        cut_short = allowed < len(self._pieces)
        status = "incomplete" if cut_short else "completed"
        yield from self._close_item(status)
        details = {"type": "incomplete", "reason": "max_output_tokens"} if cut_short else None
        yield self._done(status, details, [self._item(status)])

    def _open_item(self) -> Script:
        if not self._behaviour.optional_events:
            return
        item = self._item("in_progress")
        yield events.output_item_added(self.id, item)
        if self.order.conversation_id:
            yield events.item_added(item, None)
        if isinstance(self.order.says, Say):
            yield events.content_part_added(self.id, self._item_id)

    def _delta(self, piece: str) -> Script:
        if isinstance(self.order.says, Say):
            yield events.text_delta(self.id, self._item_id, piece)
        elif self._behaviour.optional_events:
            yield events.arguments_delta(self.id, self._item_id, self._call_id, piece)

    def _close_item(self, status: str) -> Script:
        if not self._behaviour.optional_events:
            return
        item = self._item(status)
        said = self._said()
        if isinstance(self.order.says, Say):
            yield events.text_done(self.id, self._item_id, said)
            yield events.content_part_done(self.id, self._item_id, said)
        else:
            yield events.arguments_done(self.id, item, said)
        if self.order.conversation_id:
            yield events.item_done(item, None)
        yield events.output_item_done(self.id, item)

    def _done(self, status: str, details: Event | None, output: list[Event]) -> Event:
        self._is_over = True
        cancelled = status == "cancelled"
        self._tell_end(self, output, cancelled)
        if cancelled and self._behaviour.response_cancelled_event:
            return events.response_cancelled(self.id)
        return events.response_done(self._resource(status, details, output))

    def _resource(
        self, status: str, details: Event | None = None, output: list[Event] | None = None
    ) -> Event:
        order = self.order
        tokens = events.usage(
            input_tokens=order.input_tokens,
            cached_tokens=order.cached_tokens,
            output_tokens=self._sent,
        )
        return events.response(
            self.id,
            status,
            status_details=_bare(details) if self._behaviour.string_status_details else details,
            output=output or [],
            conversation_id=order.conversation_id,
            metadata=order.metadata if self._behaviour.echo_metadata else None,
            max_output_tokens=order.max_output_tokens,
            usage=None if status == "in_progress" else tokens,
        )

    def _item(self, status: str) -> Event:
        if isinstance(self.order.says, Say):
            return events.assistant_message(self._item_id, self._said(), status)
        return events.function_call(
            self._item_id, self._call_id, self.order.says.name, self._said(), status
        )

    def _said(self) -> str:
        return "".join(self._pieces[: self._sent])


def _pieces(says: Say | Call) -> list[str]:
    if isinstance(says, Say):
        return WORDS.findall(says.text)
    return ARGUMENT_PIECE.findall(json.dumps(says.arguments, ensure_ascii=False))


def _bare(details: Event | None) -> Any:
    if details is None:
        return None
    return details.get("reason") or details["error"]["code"]
