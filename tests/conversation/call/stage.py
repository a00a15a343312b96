"""A call in memory: a bridge between a model of Twilio's playback and one of the Realtime server.

Time is the stage's own. Frames and events take a while on their way, and keep their order.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from conversation.call import actions
from conversation.call.actions import (
    Action,
    Opening,
    Sentence,
    SessionSetup,
    ToolOutcome,
    Why,
)
from conversation.call.bridge import Bridge
from conversation.call.limits import CallLimits
from realtime.call.events import CallEvent, Ready
from realtime.request import said_by_diner
from tests.conversation.call.server import Answer, Server
from tests.conversation.call.twilio import BYTES_PER_S, FRAME, STREAM, Clock, Twilio, Wire
from whatsapp.streams import Digit, Media, Started, Stopped, StreamEvent

__all__ = ["GREETING", "OPENING", "OTHER", "SENTENCES", "Answer", "Stage", "sentence"]

SETUP = SessionSetup("You are a waiter.", (), "marin")
OTHER = SessionSetup("You are a CFO.", (), "cedar")


def sentence(text: str, byte: int, seconds: float = 1.0) -> Sentence:
    return Sentence(text, bytes([byte]) * int(seconds * BYTES_PER_S))


# Each of them sounds of one byte of its own.
SENTENCES: dict[Any, Sentence] = {
    "moment": sentence("One moment, please.", 201),
    "repeat": sentence("Could you say that again?", 202),
    "still_there": sentence("Are you still there?", 203),
    "goodbye": sentence("Goodbye!", 204),
    "sorry": sentence("I am sorry, please call again.", 205),
}
GREETING = sentence("Welcome to Heaven!", 200, 2.0)
OPENING = Opening(SETUP, GREETING, SENTENCES, (said_by_diner("Hello on WhatsApp"),))


class Stage:
    """The call: `actions` are all that the bridge wanted, with their times."""

    def __init__(
        self,
        opening: Opening = OPENING,
        limits: CallLimits | None = None,
        delay: Callable[[], float] = lambda: 0.05,
    ) -> None:
        self.clock = Clock()
        self.bridge = Bridge(opening, self.clock.now, limits)
        self.wires = [Wire(self.clock, delay) for _ in range(4)]
        self.twilio = Twilio(self.clock, self.stream)
        self.server = Server(self.clock, self.model)
        self.actions: list[tuple[float, Action]] = []
        self.lines = 0  # sockets that were opened
        self.never_opens = False
        self.fails_to_open = 0  # of the next sockets
        self.opens_in_s = 0.2
        self.tool_takes_s = 0.3
        self.outcomes: dict[str, dict[str, Any]] = {}  # by the tool's name
        self.puts_through = True
        self.objects_to: set[str] = set()  # whoever says this is stopped
        self.ended: str | None = None
        self._ticks_at = 0.0
        self._number = 0

    # What arrives at the bridge.

    def stream(self, event: StreamEvent) -> None:
        self.wires[0].carry(lambda: self._do(self.bridge.on_stream(event, self.clock.now)))

    def model(self, event: CallEvent) -> None:
        number = self._number
        self.wires[1].carry(lambda: self._of_line(number, event))

    def _of_line(self, number: int, event: CallEvent) -> None:
        if number == self._number:
            self._do(self.bridge.on_model(event, self.clock.now))

    def _do(self, wanted: list[Action]) -> None:
        for action in wanted:
            assert self.ended is None, "nothing comes after the end"
            self.actions.append((self.clock.now, action))
            self._carry_out(action)
        self._tick_later()

    def _carry_out(self, action: Action) -> None:
        match action:
            case actions.ToCaller(frame):
                self.wires[2].carry(lambda: self.twilio.take(frame))
            case actions.ToModel(frame):
                number = self._number
                self.wires[3].carry(lambda: self._to_server(number, frame))
            case actions.RunTool(call, _):
                fields = {"output": "{}", **self.outcomes.get(call.name, {})}
                self._outcome(ToolOutcome(call.call_id, **fields))
            case actions.CallStaff(call_id):
                fields = {"output": "{}", **self.outcomes.get("call_staff", {})}
                self._outcome(ToolOutcome(call_id, **fields))
            case actions.Check(item, text):
                if any(each in text for each in self.objects_to):
                    self.object_to(item)
            case actions.Transfer() if not self.puts_through:
                now = self.clock.now
                self.clock.at(
                    now + 1.0, lambda: self._do(self.bridge.on_not_put_through(now + 1.0))
                )
            case actions.Reopen(after_s):
                self._number += 1
                self.server.lose()
                self.clock.at(self.clock.now + after_s, self.open)
            case actions.End(why):
                self.ended = why
            case _:
                pass

    def _outcome(self, outcome: ToolOutcome) -> None:
        self.clock.at(
            self.clock.now + self.tool_takes_s,
            lambda: self._do(self.bridge.on_tool(outcome, self.clock.now)),
        )

    def _to_server(self, number: int, frame: str) -> None:
        if number == self._number:
            self.server.take(frame)

    def _tick_later(self) -> None:
        at = self.bridge.next_tick(self.clock.now)
        if self.ended is None and (at < self._ticks_at or self._ticks_at <= self.clock.now):
            self._ticks_at = at
            self.clock.at(at, lambda: self._tick(at))

    def _tick(self, at: float) -> None:
        if at == self._ticks_at and self.ended is None:
            self._do(self.bridge.on_tick(self.clock.now))

    # What a test has happen.

    def open(self) -> None:
        """The socket that is opened beside the call, or anew."""
        self.lines += 1
        number = self._number
        self.clock.at(self.clock.now + self.opens_in_s, lambda: self._opened(number))

    def _opened(self, number: int) -> None:
        if number != self._number or self.never_opens:
            return
        if self.fails_to_open:
            self.fails_to_open -= 1
            self.line_ends("refused", None)
            return
        self._do(self.bridge.on_model(Ready(), self.clock.now))

    def start(self) -> "Stage":
        self.open()
        self.stream_starts()
        return self

    def stream_starts(self) -> None:
        self.stream(Started(STREAM, "CA1", {}))

    def line_ends(self, cause: str, code: str | None) -> None:
        self._do(self.bridge.on_line_end(cause, code, self.clock.now))

    def object_to(self, item: str) -> None:
        now = self.clock.now
        self._do(self.bridge.on_objection(item, "Not so.", now, "Ask our staff."))

    def stop(self, why: Why = "stopping") -> None:
        self._do(self.bridge.stop(self.clock.now, why))

    def cut(self) -> None:
        """The model's socket breaks."""
        self._number += 1
        self.server.lose()
        self.line_ends("cut", None)

    def wait(self, seconds: float) -> "Stage":
        self.clock.run(self.clock.now + seconds)
        return self

    def wait_for(self, condition: Callable[[], object], most_s: float = 120.0) -> "Stage":
        end = self.clock.now + most_s
        while not condition() and self.clock.now < end:
            self.wait(0.01)
        assert condition()
        return self

    def say(self, text: str, item: str, seconds: float = 0.8) -> "Stage":
        """The caller speaks, whatever plays."""
        self.server.speech(item)
        self.wait(seconds)
        self.server.silence(item, text)
        return self

    def press(self, digit: str) -> None:
        self.stream(Digit(digit))

    def hang_up(self) -> None:
        self.stream(Stopped())

    def media(self, byte: int, frames: int = 1) -> None:
        for _ in range(frames):
            self.stream(Media(0, bytes([byte]) * FRAME))

    # What came of it.

    def all(self, kind: type[Any]) -> list[Any]:
        return [action for _, action in self.actions if isinstance(action, kind)]

    @property
    def said(self) -> list[str]:
        return [each.text for each in self.all(actions.Said)]

    def notes(self, event: str) -> int:
        return sum(each.event == event for each in self.all(actions.Note))

    def marks(self) -> int:
        frames = [json.loads(each.frame) for each in self.all(actions.ToCaller)]
        return sum(each["event"] == "mark" for each in frames)

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Frames for the model, but for the caller's sound."""
        frames = [json.loads(each.frame) for each in self.all(actions.ToModel)]
        return [each for each in frames if each["type"] == kind]

    def items(self) -> list[tuple[str, str]]:
        """Those that were put into the session that is open, as (role, text)."""
        found = defaultdict[int, list[tuple[str, str]]](list)
        number = 0
        for frame in (json.loads(each.frame) for each in self.all(actions.ToModel)):
            number += frame["type"] == "session.update" and bool(found[number])
            if frame["type"] == "conversation.item.create":
                found[number].append(_short(frame["item"]))
        return found[number]


def _short(item: dict[str, Any]) -> tuple[str, str]:
    if item["type"] == "message":
        return item["role"], item["content"][0]["text"]
    return item["type"], item["call_id"]
