"""One thing that we say: an item of the model's, or a fixed sentence. Its words and its sound."""

import re
from dataclasses import dataclass, field

from conversation.call.playing import Playing, Track
from whatsapp.streams import BYTES_PER_S

# Behind it a new sentence begins: no price's point, and no "3 p.m." in the middle of one.
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*(?=\s)")
# As one speaks, where only the beginning of a sound is known, but its words have run ahead.
CHARACTERS_PER_S = 15
_WORD_END = re.compile(r"\S(?=\s|$)")


@dataclass(slots=True)
class Utterance:
    """`response`: the model's; None for a fixed sentence. Sound is counted in bytes."""

    name: str
    response: str | None = None
    text: str = ""
    received: int = 0
    waiting: bytearray = field(default_factory=bytearray)  # received, and not sent
    unmarked: int = 0  # sent since the last mark
    track: Track = field(default_factory=Track)
    has_all_sound: bool = False  # that will come
    is_broken_off: bool = False  # there would have been more
    has_all_words: bool = False
    is_in_session: bool = True  # the model's session of now knows it
    cut_at: int | None = None  # how much of it the caller heard, where they were not to hear more
    is_cut_told: bool = False  # to the model
    checked: int = 0  # of its text, in characters
    told: str | None = None  # what was heard of it, once that is sure

    @property
    def is_muted(self) -> bool:
        return self.cut_at is not None

    def heard(self, playing: Playing, now: float) -> int:
        """Without what fills its last frame up: so much there is at the model, at the most."""
        return min(self.received, self.track.heard(playing.played(now)))

    def cut(self, heard: int) -> None:
        self.cut_at = heard
        self.waiting.clear()

    @property
    def is_cut_short(self) -> bool:
        """Whether there was more of it than they heard."""
        return self.cut_at is not None and not (self.has_all_sound and self.cut_at >= self.received)

    def next_check(self, *, to_the_end: bool = False) -> str | None:
        """What is to be checked now, if anything is: all so far, up to the end of a sentence."""
        end = len(self.text)
        if not to_the_end:
            ends = [each.end() for each in _SENTENCE_END.finditer(self.text, self.checked)]
            end = ends[-1] if ends else 0
        if not self.text[self.checked : end].strip():
            return None
        self.checked = end
        return self.text[:end]

    def so_far(self) -> str:
        """What of its words was heard, or will be, by the share of its sound."""
        if self.told is not None:
            return self.told
        if self.cut_at is None or not self.is_cut_short:
            return self.text.strip()
        ends = [each.end() for each in _WORD_END.finditer(self.text)]
        most = len(self.text) * self.cut_at / max(self._size(), 1)
        return self.text[: max((end for end in ends if end <= most), default=0)].strip()

    def _size(self) -> int:
        """Of all the sound that belongs to its words."""
        if self.has_all_sound and not self.is_broken_off:
            return self.received
        return max(self.received, len(self.text) * BYTES_PER_S // CHARACTERS_PER_S)
