"""What was heard and said in a call, and when: what a test or a demonstration asks of it.

A snapshot, in seconds since the call began. It measures and judges nothing by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.twilio.voice.ear import Piece, loud_at
from sandbox.twilio.voice.mouth import Spoken


@dataclass(frozen=True, slots=True)
class Event:
    """`what`: a dotted name, as `stream.started`."""

    at_s: float
    what: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    heard: tuple[Piece, ...]
    spoken: tuple[Spoken, ...]
    events: tuple[Event, ...]

    @property
    def heard_s(self) -> float:
        """How long the caller heard something, all in all."""
        return sum(piece.ends_s - piece.at_s for piece in self.heard)

    def sound(self) -> bytes:
        """All that was heard, without the gaps."""
        return b"".join(piece.sound for piece in self.heard)

    def first_sound(self, after_s: float = 0.0) -> float | None:
        """When the caller first heard something that is no silence, from `after_s` on."""
        for piece in self.heard:
            rest = _from(piece, after_s)
            if rest is not None and (at_s := loud_at(rest)) is not None:
                return at_s
        return None

    def quiet_at(self, after_s: float) -> float:
        """When nothing more is to be heard, `after_s` or later: of a sound that goes on, its end.

        Pieces whose gap the ear would not notice are one.
        """
        ends_s = after_s
        for piece in self.heard:
            if piece.at_s <= ends_s + UNNOTICED_S and piece.ends_s > ends_s:
                ends_s = piece.ends_s
        return ends_s

    def gaps(self, longer_than_s: float) -> list[tuple[float, float]]:
        """From when to when nothing was heard between two pieces."""
        pairs = zip(self.heard, self.heard[1:], strict=False)
        found = [(before.ends_s, after.at_s) for before, after in pairs]
        return [(start, end) for start, end in found if end - start > longer_than_s]

    def of(self, what: str) -> list[Event]:
        return [event for event in self.events if event.what == what]


UNNOTICED_S = 0.005


def _from(piece: Piece, at_s: float) -> Piece | None:
    """What of it is after that moment."""
    if piece.ends_s <= at_s:
        return None
    skipped = max(0, round((at_s - piece.at_s) * len(piece.sound) / (piece.ends_s - piece.at_s)))
    return Piece(max(at_s, piece.at_s), piece.sound[skipped:])
