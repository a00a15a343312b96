"""Who is outside where diners speak: the files of their notes, and a model that hears and speaks.

They cost next to nothing, as `rest.py` and `model.py` do. A note is known again by its length: the
model hears in it the word of who sent it last.
"""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from sandbox.practice.speech import SAMPLES_PER_S, spoken
from sandbox.practice.voice_note import as_note
from sandbox.realtime import events
from sandbox.realtime.events import Event, new_id
from tests.benchmarks.model import BURSTS, WORD, Asked, Socket, framed
from tests.benchmarks.rest import Rest
from tests.benchmarks.wire import response
from tests.scenarios.world import ACCOUNT_SID

# Notes that are told apart, and how long they are.
NOTES = 10
SHORTEST_S, LONGER_BY_S = 8.0, 0.2
BYTES_PER_S = 2 * SAMPLES_PER_S
BASE64_PER_S = BYTES_PER_S * 4 / 3
OGG = "audio/ogg"
SPEAKS_S = 9.0  # about as long as its answer takes to say
PIECE = BYTES_PER_S // 10


def path_of_note(note: int) -> str:
    return f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MMbench/Media/ME{note}"


@cache
def _sound() -> bytes:
    """More than any note is long."""
    chirps = spoken("We are three, and we would like to sit outside. " * 12)
    return chirps[: round(BYTES_PER_S * (SHORTEST_S + LONGER_BY_S * NOTES))]


@cache
def note_file(note: int) -> bytes:
    return as_note(_sound()[: round(SAMPLES_PER_S * (SHORTEST_S + LONGER_BY_S * note)) * 2])


class Notes:
    """Which word each of the notes stands for now."""

    def __init__(self) -> None:
        self.words = [""] * NOTES

    def word_in(self, audio: str) -> str:
        note = round((len(audio) / BASE64_PER_S - SHORTEST_S) / LONGER_BY_S)
        return self.words[note] if 0 <= note < NOTES else ""


class NotesRest(Rest):
    """Twilio's REST API with the notes' files. `on_note` hears who gets a voice note of ours."""

    def __init__(
        self, on_reply: Callable[[str, str], None], on_note: Callable[[str], None]
    ) -> None:
        super().__init__(ACCOUNT_SID, on_reply)
        self._on_note = on_note
        self._files = {path_of_note(note): note_file(note) for note in range(NOTES)}

    def answer(self, request_line: bytes, head: bytes, body: bytes) -> bytes:
        method, target, _ = request_line.decode().split(" ")
        if method == "GET" and target in self._files:
            return response(self._files[target]).replace(b"application/json", OGG.encode(), 1)
        form = dict(parse_qsl(body.decode()))
        if "MediaUrl" in form:
            self._on_note(form["To"])
        return super().answer(request_line, head, body)


class HearingSocket(Socket):
    """One client's websocket at a model that hears and speaks too."""

    def __init__(self, model: Any, notes: Notes) -> None:
        super().__init__(model)
        self._notes = notes

    def _answer(self, asked: dict[str, Any]) -> None:
        part = asked["input"][-1]["content"][0]
        if part["type"] == "input_audio":
            word = self._notes.word_in(part["audio"])
            words = f"What would you have for {word} at this time of the day?"
            self._plays(asked, word, _heard(words))
        elif asked["output_modalities"] == ["audio"]:
            text = part["text"].partition(": ")[2]
            found = WORD.search(text)
            self._plays(asked, found[0] if found else "", _said(text))
        else:
            super()._answer(asked)

    def _plays(
        self, asked: dict[str, Any], word: str, script: Callable[[str], tuple[list[Event], Event]]
    ) -> None:
        response_id = new_id("resp")
        told, item = script(response_id)
        metadata = asked["metadata"]
        created = _resource(response_id, "in_progress", metadata, [])
        self._send(events.response_created(created))
        done = _resource(response_id, "completed", metadata, [item])
        frames = [json.dumps(each).encode() for each in (*told, events.response_done(done))]
        share = -(-len(frames) // len(BURSTS))
        response = Asked(word, time.monotonic())
        for nth, at in enumerate(BURSTS):
            burst = b"".join(framed(each) for each in frames[nth * share : (nth + 1) * share])
            self._later(at * self._model.model_s, burst, response if at == 1 else None)


def _heard(words: str) -> Callable[[str], tuple[list[Event], Event]]:
    def script(response_id: str) -> tuple[list[Event], Event]:
        arguments = json.dumps({"words": words})
        call = events.function_call(new_id("item"), new_id("call"), "heard", arguments, "completed")
        begun = events.output_item_added(response_id, {**call, "status": "in_progress"})
        return [begun, events.output_item_done(response_id, call)], call

    return script


def _said(text: str) -> Callable[[str], tuple[list[Event], Event]]:
    def script(response_id: str) -> tuple[list[Event], Event]:
        item_id = new_id("item")
        sound = _sound()[: round(SPEAKS_S * SAMPLES_PER_S) * 2]
        starts = range(0, len(sound), PIECE)
        deltas = [
            events.audio_delta(response_id, item_id, sound[start : start + PIECE])
            for start in starts
        ]
        done = events.text_done(response_id, item_id, text, is_spoken=True)
        item = events.assistant_message(item_id, text, "completed", is_spoken=True)
        return [*deltas, done], item

    return script


def _resource(
    response_id: str, status: str, metadata: dict[str, str], output: list[Event]
) -> Event:
    usage = events.usage(input_tokens=300, cached_tokens=0, output_tokens=40)
    return events.response(
        response_id,
        status,
        status_details=None,
        output=output,
        conversation_id=None,
        metadata=metadata,
        max_output_tokens=600,
        usage=usage if status == "completed" else None,
    )
