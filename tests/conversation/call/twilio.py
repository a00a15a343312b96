"""A model of Twilio's playback, and the stage's own time, in which frames and events travel."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from whatsapp.streams import Marked, StreamEvent

STREAM = "MZ1"
FRAME = 160
SILENCE = 0xFF
BYTES_PER_S = 8_000


class Clock:
    """What is to happen when: in the order of time, then as it was put down."""

    def __init__(self) -> None:
        self.now = 100.0
        self._order = count()
        self._queue: list[tuple[float, int, Callable[[], None]]] = []

    def at(self, when: float, do: Callable[[], None]) -> None:
        heappush(self._queue, (max(when, self.now), next(self._order), do))

    def run(self, until: float) -> None:
        while self._queue and self._queue[0][0] <= until:
            self.now, _, do = heappop(self._queue)
            do()
        self.now = until


class Wire:
    """One way: what is sent first arrives first."""

    def __init__(self, clock: Clock, delay: Callable[[], float]) -> None:
        self._clock = clock
        self._delay = delay
        self._last = 0.0

    def carry(self, do: Callable[[], None]) -> None:
        self._last = max(self._last, self._clock.now + self._delay())
        self._clock.at(self._last, do)


@dataclass(slots=True)
class Piece:
    begin: float
    end: float
    byte: int


class Twilio:
    """Plays what it is sent, one after another; returns marks; drops all at a clear."""

    def __init__(self, clock: Clock, tell: Callable[[StreamEvent], None]) -> None:
        self._clock = clock
        self._tell = tell
        self.pieces: list[Piece] = []
        self.marks: dict[str, float] = {}
        self.loses_marks = False
        self._ends = 0.0

    def take(self, frame: str) -> None:
        event = json.loads(frame)
        assert event["streamSid"] == STREAM
        match event["event"]:
            case "media":
                self._play(b64decode(event["media"]["payload"], validate=True))
            case "mark":
                name = event["mark"]["name"]
                assert name not in self.marks
                self.marks[name] = max(self._ends, self._clock.now)
                self._clock.at(self.marks[name], lambda: self._return(name))
            case "clear":
                self._clear()
            case other:
                raise AssertionError(other)

    def _play(self, sound: bytes) -> None:
        assert sound
        assert len(sound) % FRAME == 0
        for byte, size in runs(sound):
            begin = max(self._ends, self._clock.now)
            self._ends = begin + size / BYTES_PER_S
            self.pieces.append(Piece(begin, self._ends, byte))

    def _return(self, name: str) -> None:
        if self.marks.pop(name, None) is not None and not self.loses_marks:
            self._tell(Marked(name))

    def _clear(self) -> None:
        now = self._clock.now
        self.pieces = [each for each in self.pieces if each.begin < now]
        if self.pieces:
            self.pieces[-1].end = min(self.pieces[-1].end, now)
        self._ends = min(self._ends, now)
        for name in list(self.marks):
            self._return(name)

    def heard(self, byte: int) -> float:
        """For how long, in seconds, by now."""
        now = self._clock.now
        return sum(max(0.0, min(p.end, now) - p.begin) for p in self.pieces if p.byte == byte)

    def is_silent(self) -> bool:
        return self._ends <= self._clock.now


def runs(sound: bytes) -> Iterator[tuple[int, int]]:
    while sound:
        rest = sound.lstrip(sound[:1])
        yield sound[0], len(sound) - len(rest)
        sound = rest
