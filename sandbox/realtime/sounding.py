"""The sound of one item: made when it is first wanted, sent piece by piece, cut by who hears it."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.voice import Voice

# Of somebody who hears it live, no delta has more of.
MOST_MS = 400


class Sounding:
    """Each of the `pieces` of a text has the share of the sound that it has of the letters."""

    def __init__(self, pieces: Sequence[str], voice: Voice) -> None:
        self.is_live = voice.is_live
        self._voice = voice
        self._pieces = pieces
        self._letters = list(accumulate(map(len, pieces), initial=0))
        self._sound: bytes | None = None
        self._sent = 0  # bytes
        self._kept_ms: int | None = None

    @property
    def ms(self) -> int:
        """How much of it there is for a client: what was sent, less what was cut off."""
        sent_ms = self._sent // self._voice.bytes_per_ms
        return sent_ms if self._kept_ms is None else min(sent_ms, self._kept_ms)

    def play(self, until: int, behaviour: Behaviour) -> Iterator[bytes | float]:
        """What is still to be sent of the first `until` pieces, with pauses where it is live."""
        if self._sound is None:
            self._sound = self._voice.say("".join(self._pieces))
            if self.is_live and behaviour.first_sound_delay_s:
                yield behaviour.first_sound_delay_s
        most = MOST_MS * self._voice.bytes_per_ms if self.is_live else len(self._sound)
        end = self._ends(max(0, until), len(self._sound))
        while self._sent < end:
            sound = self._sound[self._sent : min(end, self._sent + most)]
            self._sent += len(sound)
            yield sound
            if self.is_live and behaviour.voice_speed:
                yield len(sound) / self._voice.bytes_per_ms / 1_000 / behaviour.voice_speed

    def cut(self, at_ms: int) -> str:
        """No more of it was heard: the words of which all was."""
        self._kept_ms = at_ms
        heard = at_ms * self._voice.bytes_per_ms
        length = len(self._sound or b"")
        whole = sum(self._ends(nth, length) <= heard for nth in range(1, len(self._pieces) + 1))
        return "".join(self._pieces[:whole])

    def _ends(self, piece: int, length: int) -> int:
        """Where the sound of so many pieces ends, in bytes of whole samples."""
        per_sample = self._voice.bytes_per_sample
        samples = length // per_sample
        return samples * self._letters[piece] // max(1, self._letters[-1]) * per_sample
