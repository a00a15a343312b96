"""One item of a response of the stand-in: what it says or calls, piece by piece and whole.

When which piece is said is `script.py`'s.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.practice import Call, Say
from sandbox.practice.speech import BYTES_PER_SAMPLE, spoken
from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.events import Event, new_id

# About what a tokenizer makes of English: a word with its space, or a few characters of JSON.
WORDS = re.compile(r"\S+\s*|\s+")
ARGUMENT_PIECE = re.compile(r"(?s).{1,6}")


@dataclass(frozen=True, slots=True)
class Thought:
    """An item that the model keeps to itself: of its reasoning, nothing is told."""


class Item:
    """`sent` of its `pieces` were said. `phase` is left out where it is empty.

    `is_spoken`: its text is the transcript of a sound, which is only there if it `has_sound`.
    """

    def __init__(
        self,
        index: int,
        says: Say | Call | Thought,
        phase: str,
        *,
        is_spoken: bool,
        has_sound: bool = False,
    ) -> None:
        self.index = index
        self.pieces = _pieces(says)
        self.sent = 0
        self.status = "in_progress"
        self.is_closed = False
        self._id = new_id("item")
        self._call_id = new_id("call")
        self._says = says
        self._phase = phase
        self._is_spoken = is_spoken
        self._sound = spoken(says.text) if has_sound and isinstance(says, Say) else b""

    def event(self, status: str) -> Event:
        """It, as far as it was said."""
        if isinstance(self._says, Call):
            return events.function_call(
                self._id, self._call_id, self._says.name, self._said(), status
            )
        if isinstance(self._says, Thought):
            return events.reasoning(self._id, status)
        phase = {"phase": self._phase} if self._phase else {}
        message = events.assistant_message(
            self._id, self._said(), status, is_spoken=self._is_spoken
        )
        return message | phase

    def opening(self, response_id: str) -> Iterator[Event]:
        if isinstance(self._says, Say):
            yield events.content_part_added(
                response_id, self._id, self.index, is_spoken=self._is_spoken
            )

    def next_piece(self, response_id: str, behaviour: Behaviour) -> Iterator[Event]:
        """The next piece, as truly as the behaviour has it."""
        piece = self.pieces[self.sent]
        self.sent += 1
        if isinstance(self._says, Call):
            if behaviour.optional_events:
                yield events.arguments_delta(
                    response_id, self._id, self._call_id, piece, self.index
                )
            return
        told = self._said() if behaviour.deltas == "cumulative" else piece
        times = {"doubled": 2, "none": 0, "lost": self.sent % 2}.get(behaviour.deltas, 1)
        event = events.text_delta(
            response_id, self._id, told, self.index, is_spoken=self._is_spoken
        )
        yield from [event] * times
        if self._sound:
            yield events.audio_delta(response_id, self._id, self._sound_of_piece(), self.index)

    def closing(self, response_id: str) -> Iterator[Event]:
        said = self._said()
        if isinstance(self._says, Thought):
            return
        if isinstance(self._says, Call):
            yield events.arguments_done(response_id, self.event("completed"), said, self.index)
            return
        if self._sound:
            yield events.audio_done(response_id, self._id, self.index)
        for event in (events.text_done, events.content_part_done):
            yield event(response_id, self._id, said, self.index, is_spoken=self._is_spoken)

    def _sound_of_piece(self) -> bytes:
        """Of the last piece that was said; all pieces together have all of it."""
        samples = len(self._sound) // BYTES_PER_SAMPLE
        begin, end = (samples * nth // len(self.pieces) for nth in (self.sent - 1, self.sent))
        return self._sound[begin * BYTES_PER_SAMPLE : end * BYTES_PER_SAMPLE]

    def _said(self) -> str:
        return "".join(self.pieces[: self.sent])


def _pieces(says: Say | Call | Thought) -> list[str]:
    if isinstance(says, Thought):
        return []
    if isinstance(says, Say):
        return WORDS.findall(says.text)
    return ARGUMENT_PIECE.findall(json.dumps(says.arguments, ensure_ascii=False))
