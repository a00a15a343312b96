"""One item of a response of the stand-in: what it says or calls, piece by piece and whole.

When which piece is said is `script.py`'s.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.practice import Call, Say
from sandbox.practice.aloud import as_said
from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.events import Event, new_id
from sandbox.realtime.sounding import Sounding
from sandbox.realtime.voice import Voice

# About what a tokenizer makes of English: a word with its space, or a few characters of JSON.
WORDS = re.compile(r"\S+\s*|\s+")
ARGUMENT_PIECE = re.compile(r"(?s).{1,6}")
# What is said to somebody who listens is told in words so many pieces before it is heard.
AHEAD = 2

# An event to send, or a pause in seconds before the next one.
Step = Event | float


@dataclass(frozen=True, slots=True)
class Thought:
    """An item that the model keeps to itself: of its reasoning, nothing is told."""


class Item:
    """`sent` of its `pieces` were said. `phase` is left out where it is empty.

    `is_spoken`: its text is the transcript of a sound, which is only there if it has a `voice`.
    """

    def __init__(
        self,
        index: int,
        says: Say | Call | Thought,
        phase: str,
        *,
        is_spoken: bool,
        voice: Voice | None = None,
    ) -> None:
        self.index = index
        self.id = new_id("item")
        self.sent = 0
        self.status = "in_progress"
        self.is_closed = False
        self.previous: str | None = None  # the id of what stands before it in a conversation
        # What of its words somebody who cut it short has heard; None where nobody did.
        self._cut_to: str | None = None
        self._call_id = new_id("call")
        self._says = says
        # Said to somebody who listens, it is words alone; as it was written, the model knows it.
        self._written = ""
        if voice is not None and voice.is_live and isinstance(says, Say):
            self._written = says.text
            self._says = says = Say(as_said(says.text))
        self._phase = phase
        self._is_spoken = is_spoken
        self.pieces = _pieces(says)
        has_sound = voice is not None and isinstance(says, Say)
        self.sounding = Sounding(self.pieces, voice) if has_sound and voice else None

    def event(self, status: str) -> Event:
        """It, as far as it was said."""
        if isinstance(self._says, Call):
            return events.function_call(
                self.id, self._call_id, self._says.name, self._said(), status
            )
        if isinstance(self._says, Thought):
            return events.reasoning(self.id, status)
        phase = {"phase": self._phase} if self._phase else {}
        said = self._said() if self._cut_to is None else self._cut_to
        message = events.assistant_message(self.id, said, status, is_spoken=self._is_spoken)
        return message | phase

    def meant(self) -> Event:
        """It, as the model knows it."""
        if self._written and self._cut_to is None and self.sent == len(self.pieces):
            return events.assistant_message(self.id, self._written, self.status, is_spoken=False)
        return self.event(self.status)

    def cut(self, at_ms: int) -> None:
        """Nothing that sounded later was ever heard."""
        assert self.sounding is not None
        self._cut_to = self.sounding.cut(at_ms)

    def opening(self, response_id: str) -> Iterator[Event]:
        if isinstance(self._says, Say):
            yield events.content_part_added(
                response_id, self.id, self.index, is_spoken=self._is_spoken
            )

    def next_piece(self, response_id: str, behaviour: Behaviour) -> Iterator[Step]:
        """The next piece, as truly as the behaviour has it."""
        piece = self.pieces[self.sent]
        self.sent += 1
        if isinstance(self._says, Call):
            if behaviour.optional_events:
                yield events.arguments_delta(response_id, self.id, self._call_id, piece, self.index)
            return
        told = self._said() if behaviour.deltas == "cumulative" else piece
        times = {"doubled": 2, "none": 0, "lost": self.sent % 2}.get(behaviour.deltas, 1)
        event = events.text_delta(response_id, self.id, told, self.index, is_spoken=self._is_spoken)
        yield from [event] * times
        if self.sounding:
            ahead = AHEAD if self.sounding.is_live else 0
            yield from self._sound(response_id, behaviour, self.sent - ahead)

    def rest(self, response_id: str, behaviour: Behaviour) -> Iterator[Step]:
        """The sound of what was said in words already."""
        if self.sounding:
            yield from self._sound(response_id, behaviour, self.sent)

    def closing(self, response_id: str) -> Iterator[Event]:
        said = self._said()
        if isinstance(self._says, Thought):
            return
        if isinstance(self._says, Call):
            yield events.arguments_done(response_id, self.event("completed"), said, self.index)
            return
        if self.sounding:
            yield events.audio_done(response_id, self.id, self.index)
        for event in (events.text_done, events.content_part_done):
            yield event(response_id, self.id, said, self.index, is_spoken=self._is_spoken)

    def _sound(self, response_id: str, behaviour: Behaviour, until: int) -> Iterator[Step]:
        assert self.sounding is not None
        for step in self.sounding.play(until, behaviour):
            if isinstance(step, bytes):
                yield events.audio_delta(response_id, self.id, step, self.index)
            else:
                yield step

    def _said(self) -> str:
        return "".join(self.pieces[: self.sent])


def _pieces(says: Say | Call | Thought) -> list[str]:
    if isinstance(says, Thought):
        return []
    if isinstance(says, Say):
        return WORDS.findall(says.text)
    return ARGUMENT_PIECE.findall(json.dumps(says.arguments, ensure_ascii=False))
