"""What the caller hears: the sound that came, played at the pace of time, and when it was heard.

Times are counted in bytes of µ-law since the call began, 8 a millisecond. Pure: the clock's hand
is given in.
"""

from collections import deque
from dataclasses import dataclass, field

from sandbox.twilio.voice.frames import BYTES_PER_S

LONGEST_BUFFER_S = 600
_QUIET = b"\xff\x7f"


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound that was heard without a gap, `at_s` after the call began."""

    at_s: float
    sound: bytes

    @property
    def ends_s(self) -> float:
        return self.at_s + len(self.sound) / BYTES_PER_S


@dataclass(slots=True)
class _Heard:
    start: int
    sound: bytearray = field(default_factory=bytearray)


class Ear:
    """Its moments are seconds of one clock; `began` is that at which the call did."""

    def __init__(self, began: float) -> None:
        self._began = began
        # Where the hand stands: what was to be heard before it was heard, or was silence.
        self._played = 0
        self._waiting: deque[bytes | str] = deque()
        self._buffered = 0
        self._heard: list[_Heard] = []
        self.heard_bytes = 0

    @property
    def buffered_s(self) -> float:
        return self._buffered / BYTES_PER_S

    def put(self, sound: bytes, now: float) -> bool:
        """False: more than Twilio buffers, and so it is not heard. `advance` comes first."""
        if self._buffered + len(sound) > LONGEST_BUFFER_S * BYTES_PER_S:
            return False
        if not self._buffered:
            self._played = max(self._played, self._at(now))
        self._waiting.append(sound)
        self._buffered += len(sound)
        return True

    def mark(self, name: str) -> None:
        """It comes back from `advance` when all before it was heard."""
        self._waiting.append(name)

    def clear(self) -> list[str]:
        """Drop what is not yet heard. Gives the marks that stood in it."""
        marks = [each for each in self._waiting if isinstance(each, str)]
        self._waiting.clear()
        self._buffered = 0
        return marks

    def advance(self, now: float) -> list[str]:
        """Hear what is due by now. Gives the marks that were come to."""
        reached: list[str] = []
        due = self._at(now) - self._played
        while self._waiting:
            head = self._waiting[0]
            if isinstance(head, str):
                self._waiting.popleft()
                reached.append(head)
                continue
            if due <= 0:
                break
            self._hear(head[:due])
            if len(head) > due:
                self._waiting[0] = head[due:]
            else:
                self._waiting.popleft()
            due -= len(head)
        return reached

    def pieces(self) -> tuple[Piece, ...]:
        return tuple(Piece(each.start / BYTES_PER_S, bytes(each.sound)) for each in self._heard)

    def since(self, place: int) -> tuple[int, bytes]:
        """What was heard after the first `place` bytes of sound, and the place after it."""
        found = bytearray()
        wanted = self.heard_bytes - place
        for each in reversed(self._heard):
            if wanted <= 0:
                break
            found[:0] = each.sound[-wanted:]
            wanted -= len(each.sound)
        return self.heard_bytes, bytes(found)

    def _hear(self, sound: bytes) -> None:
        last = self._heard[-1] if self._heard else None
        if last is None or last.start + len(last.sound) != self._played:
            last = _Heard(self._played)
            self._heard.append(last)
        last.sound += sound
        self._played += len(sound)
        self._buffered -= len(sound)
        self.heard_bytes += len(sound)

    def _at(self, now: float) -> int:
        return int((now - self._began) * BYTES_PER_S)


def loud_at(piece: Piece) -> float | None:
    """When something is first to be heard in it: silence may be sent too. None: nothing is."""
    rest = piece.sound.lstrip(_QUIET)
    return piece.ends_s - len(rest) / BYTES_PER_S if rest else None
