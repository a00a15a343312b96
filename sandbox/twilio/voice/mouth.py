"""What the caller says: sound that waits to be taken in frames of 20 ms, and silence else. Pure."""

from dataclasses import dataclass

from sandbox.twilio.voice.frames import BYTES_PER_S, FRAME_BYTES, FRAME_S, SILENCE


@dataclass(frozen=True, slots=True)
class Spoken:
    """From when to when the caller spoke, in seconds since the call began."""

    at_s: float
    ends_s: float


class Mouth:
    def __init__(self) -> None:
        self._waiting = bytearray()
        self._spoken: list[Spoken] = []

    def put(self, sound: bytes, most_s: float | None = None) -> None:
        """`most_s`: what is said live is no older than this: the oldest is dropped."""
        self._waiting += sound
        if most_s is not None:
            most = int(most_s * BYTES_PER_S)
            del self._waiting[: max(0, len(self._waiting) - most)]

    def stop(self) -> None:
        self._waiting.clear()

    @property
    def is_silent(self) -> bool:
        return not self._waiting

    def take(self, at_s: float) -> bytes:
        """The next frame, whose first sample is due `at_s`."""
        if not self._waiting:
            return SILENCE * FRAME_BYTES
        frame = bytes(self._waiting[:FRAME_BYTES])
        del self._waiting[:FRAME_BYTES]
        last = self._spoken[-1] if self._spoken else None
        if last is not None and at_s - last.ends_s < FRAME_S / 2:
            self._spoken[-1] = Spoken(last.at_s, at_s + FRAME_S)
        else:
            self._spoken.append(Spoken(at_s, at_s + FRAME_S))
        return frame.ljust(FRAME_BYTES, SILENCE)

    def spoken(self) -> tuple[Spoken, ...]:
        return tuple(self._spoken)
