"""A model of the Realtime server: one response at a time, and its rules for what it refuses."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from models.tokens import NO_TOKENS
from realtime.call import events
from realtime.call.events import CallEvent
from realtime.events import FunctionCall
from tests.conversation.call.twilio import BYTES_PER_S, Clock


@dataclass(slots=True)
class Answer:
    """What a response is: its items as (words, seconds of sound), and the tools it calls."""

    items: list[tuple[str, float]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    status: str = "completed"


@dataclass(slots=True)
class Item:
    byte: int
    words: str
    sent: int = 0  # bytes of sound
    at_ms: int | None = None  # truncated


class Server:
    """A Realtime session: one response at a time, broken off when the caller speaks."""

    def __init__(self, clock: Clock, tell: Callable[[CallEvent], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._ids = count(1)
        self.faster = 4.0  # than it is spoken
        self.chunk_s = 0.1
        self.answers: list[Answer] = []
        self.items: dict[str, Item] = {}
        self.calls: dict[str, str] = {}
        self.outputs: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.appended = bytearray()
        self.running: str | None = None
        self.is_speaking = False
        self.tells_outputs = True
        self.answers_by_itself = True
        self.begun = 0

    def take(self, frame: str) -> None:
        event = json.loads(frame)
        if event["type"] == "input_audio_buffer.append":
            self.appended += b64decode(event["audio"])
            return
        self.frames.append(event)
        match event["type"]:
            case "conversation.item.create":
                self._create(event["item"], event)
            case "response.create":
                if self.running is not None:
                    self._refuse(event, "conversation_already_has_active_response")
                else:
                    self.respond()
            case "response.cancel":
                if event["response_id"] == self.running:
                    self._break_off()
                else:
                    self._refuse(event, "response_cancel_not_active")
            case "conversation.item.truncate":
                self._truncate(event)

    def _create(self, item: dict[str, Any], event: dict[str, Any]) -> None:
        if item["type"] == "function_call":
            self.calls[item["call_id"]] = item["name"]
        elif item["type"] == "function_call_output":
            if item["call_id"] not in self.calls:
                self._refuse(event, "item_create_invalid_call_id")
                return
            self.outputs.append(item["call_id"])
            if self.tells_outputs:
                self._tell(events.OutputTaken(item["call_id"]))

    def _truncate(self, event: dict[str, Any]) -> None:
        item = self.items.get(event["item_id"])
        at_ms = event["audio_end_ms"]
        if item is None or not item.sent:
            self._refuse(event, "unsupported_content_type")
        elif at_ms > (item.sent / 8 if item.at_ms is None else item.at_ms):
            self._refuse(event, "invalid_value")
        else:
            item.at_ms = at_ms

    def _refuse(self, event: dict[str, Any], code: str) -> None:
        self.refused.append(f"{event['type']} {code}")
        self._tell(events.Refused(code, event.get("event_id")))

    def speech(self, item: str) -> None:
        """The caller begins to speak."""
        self.is_speaking = True
        self._tell(events.SpeechStarted(item))
        if self.running is not None:
            self._break_off()

    def silence(self, item: str, text: str, transcribed_after: float = 0.3) -> None:
        """They have said something, and are answered."""
        self.is_speaking = False
        self._tell(events.SpeechStopped())
        self._tell(events.Committed(item))
        self._clock.at(
            self._clock.now + transcribed_after,
            lambda: self._tell(events.Transcribed(item, text)),
        )
        if self.running is None and self.answers_by_itself:
            self.respond()

    def respond(self) -> None:
        answer = self.answers.pop(0) if self.answers else Answer([("Certainly.", 1.0)])
        self.begun += 1
        self.running = response = f"resp_{next(self._ids)}"
        self._tell(events.ResponseBegun(response))
        self._clock.at(self._clock.now, lambda: self._generate(response, answer, [], 0))

    def _generate(self, response: str, answer: Answer, done: list[str], sent: int) -> None:
        """A chunk more of it: words run ahead of their sound."""
        if self.running != response:
            return
        if len(done) == len(answer.items):
            self._finish(response, answer, done)
            return
        words, seconds = answer.items[len(done)]
        name = f"item_{response}_{len(done)}"
        if name not in self.items:
            self.items[name] = Item(1 + len(self.items) % 190, words)
            for each in words.split(" "):
                self._tell(events.Words(response, name, f"{each} "))
        item = self.items[name]
        size = min(int(self.chunk_s * BYTES_PER_S), int(seconds * BYTES_PER_S) - sent)
        item.sent += size
        self._tell(events.Sound(response, name, bytes([item.byte]) * size))
        sent += size
        if sent == int(seconds * BYTES_PER_S):
            self._tell(events.WordsDone(response, name, words))
            done, sent = [*done, name], 0
        after = self.chunk_s / self.faster
        self._clock.at(
            self._clock.now + after, lambda: self._generate(response, answer, done, sent)
        )

    def _finish(self, response: str, answer: Answer, done: list[str]) -> None:
        self.running = None
        calls = tuple(FunctionCall(f"call_{next(self._ids)}", each, "{}") for each in answer.calls)
        self.calls |= {each.call_id: each.name for each in calls}
        over = events.ResponseOver(response, answer.status, tuple(done), calls, NO_TOKENS)
        self._tell(over)

    def _break_off(self) -> None:
        assert self.running is not None
        over = events.ResponseOver(self.running, "cancelled", (), (), NO_TOKENS)
        self.running = None
        self._tell(over)

    def lose(self) -> None:
        """All of its session is gone."""
        self.running = None
        self.is_speaking = False
        self.items.clear()
        self.calls.clear()
