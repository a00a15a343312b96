"""What of which item was sent to Twilio to be played, and how much of it the caller has heard.

Twilio plays what it has been sent in order, as fast as it is spoken, and returns a mark when all
before it was played. Between two marks the clock tells. Pure: times come in as seconds.
"""

from dataclasses import dataclass, field
from math import ceil

from whatsapp.streams import BYTES_PER_S

# A mark that is not back so long after all before it should have been played: Twilio is behind.
MARK_LATE_S = 1.0
# It never comes back.
MARK_LOST_S = 3.0


@dataclass(slots=True)
class Track:
    """The sound of one item: which places of all that was sent are its own."""

    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.spans[-1][1] if self.spans else 0

    def heard(self, played: int) -> int:
        """How many bytes of it, once all up to a place was played."""
        return sum(max(begin, min(end, played)) - begin for begin, end in self.spans)

    def add(self, begin: int, end: int) -> None:
        if self.spans and self.spans[-1][1] == begin:
            begin = self.spans.pop()[0]
        self.spans.append((begin, end))


@dataclass(slots=True)
class _Mark:
    place: int
    due: float  # when all before it is played, by the clock


class Playing:
    """Twilio's buffer, as far as one can know of it. Places are counted in bytes sent."""

    def __init__(self) -> None:
        self._sent = 0
        self._marked = 0  # a mark came back from here: all before it was played
        self._marks: dict[str, _Mark] = {}  # those on their way, in order
        self._count = 0
        self.ends_at = 0.0  # when all that was sent is played, by the clock

    def send(self, track: Track, size: int, now: float) -> None:
        """So many bytes of a track go out."""
        track.add(self._sent, self._sent + size)
        self._sent += size
        self.ends_at = max(self.ends_at, now) + size / BYTES_PER_S

    def mark(self) -> str:
        """A mark's name, to be sent behind all that was sent so far."""
        self._count += 1
        name = f"m{self._count}"
        self._marks[name] = _Mark(self._sent, self.ends_at)
        return name

    def marked(self, name: str, now: float) -> None:
        """A mark is back. One of what was cleared, or that nobody knows, tells nothing."""
        mark = self._marks.get(name)
        if mark is None:
            return
        self._marks = {n: m for n, m in self._marks.items() if m.place > mark.place}
        self._marked = mark.place
        if not 0 <= now - mark.due <= MARK_LATE_S:
            # Twilio is behind the clock, or the clock behind Twilio: so is all that follows.
            self.ends_at = now + (self._sent - mark.place) / BYTES_PER_S
            for other in self._marks.values():
                other.due = now + (other.place - mark.place) / BYTES_PER_S

    def clear(self, now: float) -> None:
        """Twilio drops what it has; the marks that come back for it are none."""
        self._marks.clear()
        self._marked = self._sent
        self.ends_at = min(self.ends_at, now)

    def played(self, now: float) -> int:
        """Up to which place the caller has heard it: never more than was sent."""
        left = ceil(max(0.0, self.ends_at - now) * BYTES_PER_S)
        by_clock = self._sent - left
        for mark in self._marks.values():
            if now > mark.due + MARK_LATE_S:
                by_clock = min(by_clock, mark.place)
                break
        return by_clock

    def has_played(self, track: Track, now: float) -> bool:
        """Whether the caller has heard all of it, by a mark; or by the clock, if that is lost."""
        return self._marked >= track.end or self._is_lost(now)

    def is_playing(self, now: float) -> bool:
        """Whether Twilio has something to play still, or may have."""
        return now < self.ends_at or (bool(self._marks) and not self._is_lost(now))

    @property
    def may_hold(self) -> bool:
        """Whether there is anything that no mark has told the end of."""
        return self._sent > self._marked

    @property
    def over_at(self) -> float | None:
        """When all is played at the latest, though no mark says so; None: nothing is."""
        return self.ends_at + MARK_LOST_S if self.may_hold else None

    def _is_lost(self, now: float) -> bool:
        return now >= self.ends_at + MARK_LOST_S
