"""A model that hears callers and speaks to them, at next to no cost; text as `model.py` has it.

Whoever speaks is heard by any sound that is no silence; what it says is as long each time.
"""

import asyncio
import json
from base64 import b64decode
from typing import Any

from sandbox.realtime import call_events, events
from sandbox.realtime.events import Event, new_id
from sandbox.twilio.voice.frames import FRAME_BYTES
from tests.benchmarks.model import SAID, Model, Socket, framed
from tests.benchmarks.transit import BYTES_PER_S, SILENCE, Transit, loud

# What begins and ends speech, as `semantic_vad` does in the sandbox.
BEGINS_AFTER_MS = 80
ENDS_AFTER_MS = 300
# From the end of what was said to the first sound of the answer.
THINKS_S = 0.25
WRITES_DOWN_S = 0.2
ANSWER_S = 4.0
DELTA_S = 0.2
FASTER = 4  # than it is heard
# The service keeps the first ones for a moment, so that it doesn't stutter.
HELD_DELTAS = 3
WORDS = "What would you have at this time of the day? We are three."
FRAME_MS = 20
SPOKEN = {"format": {"type": "audio/pcmu"}, "voice": "marin"}


class CallModel(Model):
    """`way_in`, `way_out`: how long the sound of calls takes through the service."""

    def __init__(self, text: Model, way_in: Transit, way_out: Transit) -> None:
        super().__init__(text.on_ended)
        self.way_in = way_in
        self.way_out = way_out
        self.answers = 0
        self.cut_off = 0


class CallSocket(Socket):
    """One client's websocket: of text, or of a call once its session detects turns."""

    def __init__(self, model: CallModel) -> None:
        super().__init__(model)
        self._calls = model
        self._is_call = False
        self._at_ms = 0
        self._loud_ms = 0
        self._quiet_ms = 0
        self._item: str | None = None  # of what is being said
        self._speaking: _Spoken | None = None

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_speaking()
        super().connection_lost(error)

    def _do(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.update":
                sound = event["session"].get("audio", {}).get("input", {})
                self._is_call = sound.get("turn_detection") is not None
                super()._do(event)
            case "input_audio_buffer.append":
                self._hear(b64decode(event["audio"]))
            case "response.create" if self._is_call:
                self._speak()
            case "response.cancel" if self._is_call:
                self._break_off()
            case "conversation.item.truncate":
                item, part = event["item_id"], event["content_index"]
                self._send(call_events.truncated(item, part, event["audio_end_ms"]))
            case _:
                super()._do(event)

    def _hear(self, sound: bytes) -> None:
        self._calls.way_in.arrived(sound)
        for begin in range(0, len(sound), FRAME_BYTES):
            self._at_ms += FRAME_MS
            if sound[begin : begin + FRAME_BYTES].strip(SILENCE):
                self._goes_on()
            else:
                self._pauses()

    def _goes_on(self) -> None:
        self._loud_ms += FRAME_MS
        self._quiet_ms = 0
        if self._item is None and self._loud_ms >= BEGINS_AFTER_MS:
            self._item = new_id("item")
            self._send(call_events.speech_started(self._item, self._at_ms))
            self._break_off()

    def _pauses(self) -> None:
        self._loud_ms = 0
        self._quiet_ms += FRAME_MS
        if self._item is not None and self._quiet_ms >= ENDS_AFTER_MS:
            self._heard(self._item)
            self._item = None

    def _heard(self, item_id: str) -> None:
        item = call_events.heard(item_id)
        self._send(call_events.speech_stopped(item_id, self._at_ms))
        self._send(call_events.committed(item_id, None))
        self._send(events.item_added(item, None))
        self._send(events.item_done(item, None))
        usage = {"type": "duration", "seconds": 1.6}
        written = call_events.transcribed(item_id, WORDS, usage)
        self._later(WRITES_DOWN_S, framed(json.dumps(written).encode()), None)
        self._speak()

    def _speak(self) -> None:
        if self._speaking is None:
            self._calls.answers += 1
            self._speaking = _Spoken()
            self._send(events.response_created(self._speaking.resource("in_progress")))
            task = asyncio.get_running_loop().create_task(self._say(self._speaking))
            self._speaking.task = task

    async def _say(self, spoken: "_Spoken") -> None:
        await asyncio.sleep(THINKS_S)
        for event in spoken.opening():
            self._send(event)
        for nth in range(round(ANSWER_S / DELTA_S)):
            size = round(DELTA_S * BYTES_PER_S)
            # The first are held back by the service.
            sound = self._calls.way_out.tagged(size) if nth >= HELD_DELTAS else loud(size)
            self._send(events.audio_delta(spoken.id, spoken.item, sound))
            await asyncio.sleep(DELTA_S / FASTER)
        self._speaking = None
        for event in spoken.closing():
            self._send(event)

    def _break_off(self) -> None:
        spoken = self._stop_speaking()
        if spoken is not None:
            self._calls.cut_off += 1
            self._send(events.response_done(spoken.resource("cancelled")))

    def _stop_speaking(self) -> "_Spoken | None":
        spoken = self._speaking
        self._speaking = None
        if spoken is not None and spoken.task is not None:
            spoken.task.cancel()
        return spoken


class _Spoken:
    """One response of a call, in events."""

    def __init__(self) -> None:
        self.id = new_id("resp")
        self.item = new_id("item")
        self.task: asyncio.Task[None] | None = None
        self._said = SAID.format(word="you")

    def opening(self) -> list[Event]:
        """Its words run ahead of its sound."""
        silent = events.assistant_message(self.item, "", "in_progress", is_spoken=True)
        words = self._said.split(" ")
        half = len(words) // 2
        deltas = (" ".join(words[:half]), " " + " ".join(words[half:]))
        return [
            events.output_item_added(self.id, silent),
            events.item_added(silent, None),
            events.content_part_added(self.id, self.item, is_spoken=True),
            *(events.text_delta(self.id, self.item, each, is_spoken=True) for each in deltas),
        ]

    def closing(self) -> list[Event]:
        whole = events.assistant_message(self.item, self._said, "completed", is_spoken=True)
        return [
            events.audio_done(self.id, self.item),
            events.text_done(self.id, self.item, self._said, is_spoken=True),
            events.content_part_done(self.id, self.item, self._said, is_spoken=True),
            events.item_done(whole, None),
            events.output_item_done(self.id, whole),
            events.response_done(self.resource("completed", [whole])),
        ]

    def resource(self, status: str, output: list[Event] | None = None) -> Event:
        usage = events.usage(
            input_tokens=1_800, cached_tokens=1_536, output_tokens=120, audio_output=80
        )
        return events.response(
            self.id,
            status,
            status_details=None,
            output=output or [],
            conversation_id="conv_1",
            metadata=None,
            max_output_tokens="inf",
            usage=usage if status == "completed" else None,
            sounds=SPOKEN,
        )
