"""The input buffer of a session, and where in it somebody speaks, by how loud it is.

Pure: sound in, what began and ended out. Its time is that of the sound, not of a clock: a client
that sends nothing is neither silent nor speaking, as with OpenAI's server.
"""

import sys
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.practice import mulaw, speech

WINDOW_MS = 20
# So long it has to be loud before it is speech: a click is none.
BEGINS_AFTER_MS = 80
# Mean distance of its samples from silence, of 32,767; at a threshold of 0.5.
LOUD = 400
THRESHOLD = 0.5
PADDING_MS = 300
QUIET_MS = 500
# What `semantic_vad` takes for the end: it knows no words here, and waits by eagerness alone.
QUIET_BY_EAGERNESS_MS = {"high": 200, "auto": 300, "medium": 300, "low": 600}
PCM_BYTES_PER_MS = speech.SAMPLES_PER_S * speech.BYTES_PER_SAMPLE // 1_000


@dataclass(frozen=True, slots=True)
class Started:
    at_ms: int


@dataclass(frozen=True, slots=True)
class Stopped:
    at_ms: int
    sound: bytes  # from a little before it began


class Ear:
    """`kind` is what it hears: `audio/pcmu` of 8,000 samples a second, or `audio/pcm` of 24,000."""

    def __init__(self, kind: str, detection: Mapping[str, Any] | None) -> None:
        self.is_pcmu = kind == "audio/pcmu"
        self.bytes_per_ms = mulaw.BYTES_PER_MS if self.is_pcmu else PCM_BYTES_PER_MS
        self._window = WINDOW_MS * self.bytes_per_ms
        self._buffer = bytearray()
        self._looked_at = 0  # of the buffer
        self._begins_at = 0  # of all sound, in ms: where the buffer begins
        self._loud_ms = 0
        self._quiet_ms = 0
        self._is_speech = False
        self.listen(detection)

    def listen(self, detection: Mapping[str, Any] | None) -> None:
        """From now on by these settings; by none, the client has to say what is to be heard."""
        settings = {name: value for name, value in (detection or {}).items() if value is not None}
        self._detects = detection is not None
        self._is_speech = self._is_speech and self._detects
        self._loud = LOUD * settings.get("threshold", THRESHOLD) / THRESHOLD
        self._padding_ms: int = settings.get("prefix_padding_ms", PADDING_MS)
        if settings.get("type") == "semantic_vad":
            self._quiet_for_ms = QUIET_BY_EAGERNESS_MS[settings.get("eagerness", "auto")]
        else:
            self._quiet_for_ms = settings.get("silence_duration_ms", QUIET_MS)

    @property
    def buffered_ms(self) -> float:
        return len(self._buffer) / self.bytes_per_ms

    def hear(self, sound: bytes) -> Iterator[Started | Stopped]:
        """To be read to its end."""
        self._buffer += sound
        while self._detects and self._looked_at + self._window <= len(self._buffer):
            window = bytes(self._buffer[self._looked_at : self._looked_at + self._window])
            self._looked_at += self._window
            is_loud = self._loudness(window) >= self._loud
            if self._is_speech:
                yield from self._go_on(is_loud)
            else:
                yield from self._wait(is_loud)

    def take(self) -> bytes:
        """All that it holds, which is gone then."""
        taken = bytes(self._buffer)
        self._forget(len(taken))
        self._is_speech = False
        self._loud_ms = 0
        return taken

    def _wait(self, is_loud: bool) -> Iterator[Started]:
        self._loud_ms = self._loud_ms + WINDOW_MS if is_loud else 0
        kept = (self._padding_ms + self._loud_ms) * self.bytes_per_ms
        self._forget(max(0, self._looked_at - kept))
        if self._loud_ms >= BEGINS_AFTER_MS:
            self._is_speech = True
            self._quiet_ms = 0
            yield Started(self._begins_at)

    def _go_on(self, is_loud: bool) -> Iterator[Stopped]:
        self._quiet_ms = 0 if is_loud else self._quiet_ms + WINDOW_MS
        if self._quiet_ms < self._quiet_for_ms:
            return
        said = bytes(self._buffer[: self._looked_at])
        self._forget(len(said))
        self._is_speech = False
        self._loud_ms = 0
        yield Stopped(self._begins_at, said)

    def _forget(self, count: int) -> None:
        count -= count % self.bytes_per_ms
        del self._buffer[:count]
        self._begins_at += count // self.bytes_per_ms
        self._looked_at = max(0, self._looked_at - count)

    def _loudness(self, window: bytes) -> float:
        if self.is_pcmu:
            return mulaw.loudness(window)
        samples = array("h", window)
        if sys.byteorder == "big":
            samples.byteswap()
        return sum(map(abs, samples)) / len(samples)
