"""What the caller says: sound that waits to be taken in frames of 20 ms, and silence else. Pure."""

from dataclasses import dataclass

from sandbox.twilio.voice.frames import BYTES_PER_S, FRAME_BYTES, FRAME_S, SILENCE

# Of what a microphone gives, as much is held back: what is older is not said any more.
MOST_LIVE_S = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """From when to when the caller spoke, in seconds since the call began."""

    at_s: float
    ends_s: float


class Mouth:
    def __init__(self) -> None:
        self._waiting = bytearray()
        self._live = bytearray()
        self._spoken: list[Spoken] = []

    def put(self, sound: bytes) -> None:
        """Said whole, after what waits already."""
        self._waiting += sound

    def put_live(self, sound: bytes) -> None:
        """As from a microphone, which is not listened to while something else is said."""
        if not self._waiting:
            self._live += sound
            del self._live[: max(0, len(self._live) - int(MOST_LIVE_S * BYTES_PER_S))]

    @property
    def is_silent(self) -> bool:
        return not self._waiting

    def take(self, at_s: float) -> bytes:
        """The next frame, whose first sample is due `at_s`."""
        source = self._waiting or self._live
        if not source:
            return SILENCE * FRAME_BYTES
        if self._waiting:
            self._live.clear()
        frame = bytes(source[:FRAME_BYTES])
        del source[:FRAME_BYTES]
        last = self._spoken[-1] if self._spoken else None
        if last is not None and at_s - last.ends_s < FRAME_S / 2:
            self._spoken[-1] = Spoken(last.at_s, at_s + FRAME_S)
        else:
            self._spoken.append(Spoken(at_s, at_s + FRAME_S))
        return frame.ljust(FRAME_BYTES, SILENCE)

    def spoken(self) -> tuple[Spoken, ...]:
        return tuple(self._spoken)
