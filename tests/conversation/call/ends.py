"""A call's two ends for tests of the shell: a telephone and a model's line, that speak frames."""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

from realtime.call.events import CallEvent
from realtime.call.reading import read
from sandbox.practice.mulaw import SILENCE
from sandbox.practice.speech import spoken_in_mulaw

WAIT_S = 30
MS = 8  # bytes of sound
FRAME = 160
Json = dict[str, Any]


def until(holds: Callable[[], Any]) -> Any:
    """What it comes to, once it holds."""
    deadline = time.monotonic() + WAIT_S
    while not (found := holds()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)
    return found


class Telephone:
    """In the caller's socket's place, behind the stream's start: says what Twilio says, and keeps
    what it is sent, each `after_s`. `settles` returns once nothing is half said."""

    def __init__(self, settles: Callable[[], object] = bool, after_s: float = 0.0) -> None:
        self._settles = settles
        self._after_s = after_s
        self._sent: list[Json] = []
        self.is_closed = False
        self.is_heard = False  # whoever is called has said what there was to say at the start
        self._frames: SimpleQueue[str | None] = SimpleQueue()
        self._put = 0
        self._got = 0
        self._chunk = 0
        self._done = 0  # of those, what was heard

    def say(self, event: Json | str) -> None:
        self._put += 1
        self._frames.put(event if isinstance(event, str) else json.dumps(event))

    def press(self, digit: str) -> None:
        dtmf = {"track": "inbound_track", "digit": digit}
        self.say({"event": "dtmf", "streamSid": "MZ1", "sequenceNumber": "5", "dtmf": dtmf})

    def speak(self, words: str) -> None:
        """In the practice voice, as fast as it goes, and then a moment of silence."""
        sound = spoken_in_mulaw(words) + SILENCE * 6_400
        for begin in range(0, len(sound), FRAME):
            part = sound[begin : begin + FRAME].ljust(FRAME, SILENCE)
            self._chunk += 1
            media = {
                "track": "inbound",
                "chunk": str(self._chunk),
                "timestamp": str(20 * self._chunk),
                "payload": b64encode(part).decode(),
            }
            self.say({"event": "media", "sequenceNumber": "4", "streamSid": "MZ1", "media": media})

    def play(self) -> None:
        """All that it was sent so far was heard: its marks go back.

        Sound goes out before the mark that tells its end, and both are waited for.
        """
        until(lambda: self.is_closed or not self.sent or self.sent[-1]["event"] != "media")
        for each in [each for each in self.sent if each["event"] == "mark"]:
            self.say({**each, "sequenceNumber": "9"})
        until(lambda: self.is_closed or self._done == self._put)

    def hang_up(self) -> None:
        stop = {"accountSid": "AC1", "callSid": "CA1"}
        self.say({"event": "stop", "streamSid": "MZ1", "sequenceNumber": "9", "stop": stop})

    def cut(self) -> None:
        self._put += 1
        self._frames.put(None)

    @property
    def sent(self) -> list[Json]:
        """All that goes out with one another, or none of it."""
        self._settles()
        return self._sent

    def events(self, kind: str) -> list[Json]:
        return [each for each in self.sent if each["event"] == kind]

    # As `Stream` has it.

    def send(self, text: str) -> None:
        time.sleep(self._after_s)
        self._sent.append(json.loads(text))

    def receive(self, timeout_s: float) -> str | None:
        self.is_heard = True
        self._done = self._got
        if self.is_closed:
            return None
        try:
            frame = self._frames.get(timeout=max(timeout_s, 0.001))
        except Empty:
            raise TimeoutError from None
        self._got += 1
        return frame

    def close(self, code: int, reason: str) -> None:
        self.is_closed = True


class ModelsLine:
    """In the line's place: keeps the frames that it is sent, and says what a test has it say.

    `settles` and `after_s` as the telephone has them.
    """

    def __init__(self, settles: Callable[[], object] = bool, after_s: float = 0.0) -> None:
        self._settles = settles
        self._after_s = after_s
        self._sent: list[Json] = []
        self.is_closed = False
        self._ids = count(1)
        self._on_event: Callable[[CallEvent], object] | None = None
        self._on_end: Callable[[str, str | None], object] | None = None

    # As `Line` has it.

    def open(
        self,
        on_event: Callable[[CallEvent], object],
        on_end: Callable[[str, str | None], object],
    ) -> None:
        self._on_event = on_event
        self._on_end = on_end

    def send(self, frame: str) -> None:
        time.sleep(self._after_s)
        self._sent.append(json.loads(frame))

    def close(self) -> None:
        """Its end is told by a thread of its own, as sockets do: here, by the test's."""
        self.is_closed = True

    @property
    def sent(self) -> list[Json]:
        """All that goes out with one another, or none of it."""
        self._settles()
        return self._sent

    # As the server.

    def say(self, kind: str, **fields: Any) -> None:
        assert self._on_event is not None
        event = {"type": kind, "event_id": f"event_{next(self._ids)}", **fields}
        self._on_event(read(json.dumps(event)))

    def end(self, cause: str = "closed 1006", code: str | None = None) -> None:
        """Told once, as a socket's is."""
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(cause, code)

    def begin(self) -> None:
        self.say("session.created", session={"id": "sess_1", "type": "realtime"})

    def hear(self, item: str, words: str | None) -> None:
        """The caller says something; its words come at once, or `transcribe` tells them."""
        self.say("input_audio_buffer.speech_started", item_id=item, audio_start_ms=0)
        self.say("input_audio_buffer.speech_stopped", item_id=item, audio_end_ms=900)
        self.say("input_audio_buffer.committed", item_id=item, previous_item_id=None)
        if words is not None:
            self.transcribe(item, words)

    def transcribe(self, item: str, words: str) -> None:
        usage = {"type": "duration", "seconds": 1}
        kind = "conversation.item.input_audio_transcription.completed"
        self.say(kind, item_id=item, content_index=0, transcript=words, usage=usage)

    def respond(self, response: str) -> None:
        self.say("response.created", response={"id": response, "status": "in_progress"})

    def speak(self, response: str, item: str, words: str, ms: int = 200) -> None:
        """The words and the sound of one item."""
        at = {"response_id": response, "item_id": item, "output_index": 0, "content_index": 0}
        self.say("response.output_audio_transcript.delta", delta=words, **at)
        sound = b64encode(SILENCE * (ms * MS)).decode()
        self.say("response.output_audio.delta", delta=sound, **at)
        self.say("response.output_audio_transcript.done", transcript=words, **at)

    def finish(self, response: str, *items: str, calls: tuple[Json, ...] = ()) -> None:
        messages = [
            {"id": each, "type": "message", "role": "assistant", "status": "completed"}
            for each in items
        ]
        usage = {"total_tokens": 12, "input_tokens": 10, "output_tokens": 2}
        done = {"id": response, "status": "completed", "usage": usage}
        self.say("response.done", response={**done, "output": [*messages, *calls]})

    def answer(self, response: str, words: str) -> None:
        """A whole response of one item."""
        self.respond(response)
        self.speak(response, f"item_{response}", words)
        self.finish(response, f"item_{response}")

    def call(self, response: str, name: str, **arguments: Any) -> None:
        """A response that only calls a tool."""
        self.respond(response)
        made = {
            "id": f"item_{response}",
            "type": "function_call",
            "status": "completed",
            "call_id": f"call_{response}",
            "name": name,
            "arguments": json.dumps(arguments),
        }
        self.finish(response, calls=(made,))

    def outputs(self) -> list[Json]:
        """What the tools came to."""
        made = (each["item"] for each in self.of("conversation.item.create"))
        return [json.loads(each["output"]) for each in made if "output" in each]

    def of(self, kind: str) -> list[Json]:
        return [each for each in self.sent if each["type"] == kind]
