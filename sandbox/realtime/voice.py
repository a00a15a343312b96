"""How a response of the stand-in sounds: in which voice, and in which format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.practice import mulaw, speech
from sandbox.practice.captions import LATELY
from sandbox.practice.voice_of_model import voiced
from sandbox.realtime.hearing import PCM_BYTES_PER_MS

PCM = {"type": "audio/pcm", "rate": speech.SAMPLES_PER_S}


@dataclass(frozen=True, slots=True)
class Voice:
    """`is_live`: somebody listens meanwhile, so that it comes little faster than it is heard.

    `chirps`: it is the practice voice, of which a machine hears the words again.
    """

    name: str = "marin"
    is_pcmu: bool = False
    is_live: bool = False
    chirps: bool = True

    @property
    def bytes_per_ms(self) -> int:
        return mulaw.BYTES_PER_MS if self.is_pcmu else PCM_BYTES_PER_MS

    @property
    def bytes_per_sample(self) -> int:
        return 1 if self.is_pcmu else speech.BYTES_PER_SAMPLE

    def say(self, text: str) -> bytes:
        """Likewise where this machine has no other voice."""
        sound = self._spoken(text)
        if self.is_live and self.is_pcmu:
            LATELY.note(text, sound)
        return sound

    def _spoken(self, text: str) -> bytes:
        rate = mulaw.SAMPLES_PER_S if self.is_pcmu else speech.SAMPLES_PER_S
        pcm = None if self.chirps else voiced(text, self.name, rate)
        if pcm is None:
            return speech.spoken_in_mulaw(text) if self.is_pcmu else speech.spoken(text)
        return mulaw.encode(pcm) if self.is_pcmu else pcm

    def settings(self) -> dict[str, Any]:
        """As a response tells them."""
        kind = {"type": "audio/pcmu"} if self.is_pcmu else PCM
        return {"format": kind, "voice": self.name}


def voice_of(output: Mapping[str, Any], *, is_live: bool, chirps: bool) -> Voice:
    """`output`: a session's settings of its sound."""
    kind = (output.get("format") or PCM).get("type")
    return Voice(str(output.get("voice")), kind == "audio/pcmu", is_live, chirps or not is_live)
