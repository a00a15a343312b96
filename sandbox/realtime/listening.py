"""What a session hears: its input buffer, who speaks in it, what they said and in which words.

What is answered to it is `session.py`'s.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sandbox.practice.speech import heard, heard_in_mulaw
from sandbox.practice.turn import UNHEARD
from sandbox.realtime import call_events, events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.conversation import HEARD_TOKENS_PER_S, Conversation
from sandbox.realtime.events import Event, new_id
from sandbox.realtime.hearing import Ear, Started, Stopped
from sandbox.realtime.records import Records
from sandbox.realtime.script import Script
from sandbox.realtime.shapes import Refusal

LEAST_COMMITTED_MS = 100


class Answering(Protocol):
    """Of a session: what it does by itself when somebody speaks to it."""

    def interrupt(self) -> None: ...

    def respond(self) -> None: ...


class Listening:
    def __init__(
        self,
        settings: Event,
        conversation: Conversation,
        behaviour: Behaviour,
        records: Records,
        answering: Answering,
        *,
        send: Callable[[Event], None],
        play: Callable[[Script], None],
        give_way: Callable[[], object],
    ) -> None:
        self._conversation = conversation
        self._behaviour = behaviour
        self._records = records
        self._answering = answering
        self._send = send
        self._play = play
        self._give_way = give_way
        self._item_id: str | None = None  # of what is being said
        self._kind = _kind(settings)
        self._ear = Ear(self._kind, settings.get("turn_detection"))
        self.set_up(settings)

    def set_up(self, settings: Event) -> None:
        """`settings`: the session's, of the sound that comes in."""
        self._detection: Mapping[str, Any] | None = settings.get("turn_detection")
        self._transcription: Mapping[str, Any] | None = settings.get("transcription")
        if _kind(settings) != self._kind:
            self._kind = _kind(settings)
            self._ear = Ear(self._kind, self._detection)
        self._ear.listen(self._detection)

    def append(self, audio: str) -> None:
        for happened in self._ear.hear(b64decode(audio)):
            match happened:
                case Started():
                    self._started(happened.at_ms)
                case Stopped():
                    self._stopped(happened)

    def commit(self) -> None:
        """Raises Refusal where there is too little."""
        buffered_ms = self._ear.buffered_ms
        if buffered_ms < LEAST_COMMITTED_MS:
            said = (
                "Error committing input audio buffer: buffer too small."
                f" Expected at least {LEAST_COMMITTED_MS}ms of audio,"
                f" but buffer only has {buffered_ms:.2f}ms of audio."
            )
            raise Refusal("input_audio_buffer_commit_empty", said)
        self._keep(self._ear.take())

    def clear(self) -> None:
        self._ear.take()
        self._item_id = None
        self._send(events.audio_buffer_cleared())

    def _started(self, at_ms: int) -> None:
        self._item_id = new_id("item")
        self._send(call_events.speech_started(self._item_id, at_ms))
        if self._wants("interrupt_response") and not self._behaviour.no_interrupt:
            self._answering.interrupt()

    def _stopped(self, stopped: Stopped) -> None:
        self._item_id = self._item_id or new_id("item")
        self._send(call_events.speech_stopped(self._item_id, stopped.at_ms))
        self._keep(stopped.sound)
        if self._wants("create_response"):
            self._answering.respond()

    def _wants(self, what: str) -> bool:
        wanted = (self._detection or {}).get(what)
        return True if wanted is None else bool(wanted)

    def _keep(self, sound: bytes) -> None:
        item = call_events.heard(self._item_id or new_id("item"))
        self._item_id = None
        ms = len(sound) / self._ear.bytes_per_ms
        said = heard_in_mulaw(sound, self._give_way) if self._ear.is_pcmu else heard(sound)
        words = UNHEARD.format(seconds=round(ms / 1_000)) if said is None else said
        previous = self._conversation.add_heard(item, words, ms)
        self._records.count("utterances")
        self._send(call_events.committed(item["id"], previous))
        self._send(events.item_added(item, previous))
        self._send(events.item_done(item, previous))
        if self._transcription:
            model = str(self._transcription.get("model"))
            self._play(self._transcribe(item, said or "", ms / 1_000, model))

    def _transcribe(self, item: Event, words: str, seconds: float, model: str) -> Script:
        yield self._behaviour.transcription_delay_s
        if self._behaviour.take("fail_transcription"):
            yield call_events.not_transcribed(item["id"])
            return
        item["content"][0]["transcript"] = words
        if words:
            yield call_events.transcribing(item["id"], words)
        yield call_events.transcribed(item["id"], words, _usage(words, seconds, model))


def _kind(settings: Event) -> str:
    return str((settings.get("format") or {}).get("type", ""))


def _usage(words: str, seconds: float, model: str) -> Event:
    if model.startswith("whisper"):
        return {"type": "duration", "seconds": round(seconds, 2)}
    sound = round(seconds * HEARD_TOKENS_PER_S)
    told = len(words.split())
    return {
        "type": "tokens",
        "input_tokens": sound,
        "output_tokens": told,
        "total_tokens": sound + told,
        "input_token_details": {"text_tokens": 0, "audio_tokens": sound},
    }
