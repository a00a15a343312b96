"""One call as it stands: who with whom, its status, what was heard and said, what went wrong.

It fetches no TwiML and opens no socket: `conductor.py` leads it, `calls.py` paces it.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sandbox.twilio.voice.ear import Ear
from sandbox.twilio.voice.frames import FRAME_S
from sandbox.twilio.voice.mouth import Mouth
from sandbox.twilio.voice.timeline import Event, Timeline
from sandbox.twilio.voice.verbs import Complaint, Document

RINGING = "ringing"
IN_PROGRESS = "in-progress"
COMPLETED = "completed"
# Beyond it, what was not sent in time is left out: a process that stood still.
MOST_BEHIND = 50  # frames
LOOK_S = 0.02


class Listener(Protocol):
    """Where what the caller says goes, with `Call.changed` held."""

    def hear(self, frame: bytes) -> None: ...

    def reached(self, mark: str) -> None: ...

    def pressed(self, digit: str) -> None: ...

    def stop(self) -> None:
        """The call is over or goes on elsewhere."""

    def cut(self) -> None: ...


@dataclass(slots=True)
class Dialled:
    """A person whom the caller is put through to."""

    kind: str
    address: str
    caller_id: str
    at_s: float
    status: str = RINGING


class Call:
    """Whoever reads or changes something holds `changed`, which wakes who waits for a change."""

    def __init__(
        self,
        sid: str,
        from_: str,
        to: str,
        *,
        clock: Callable[[], float],
        created: float,
        pace: float = 1.0,
    ) -> None:
        """`pace`: so many times faster than people it speaks and hears, by a time of its own."""
        self.sid = sid
        self.from_ = from_
        self.to = to
        self.created = created  # epoch seconds
        self.pace = pace
        self.changed = threading.Condition()
        self.status = RINGING
        self.complaints: list[Complaint] = []
        self.twiml: list[str] = []
        self.dialled: list[Dialled] = []
        self.answered_s: float | None = None
        self.ended_s: float | None = None
        # Whoever led it is done with it: its status callback is answered.
        self.is_settled = False
        self._clock = clock
        self._began = clock()
        self._ear = Ear(0.0)
        self._mouth = Mouth()
        self._digits: list[str] = []
        self._events: list[Event] = []
        self._ordered: Document | None = None
        self._listener: Listener | None = None
        self._frames = 0
        self._listening_since = 0.0
        self.note("call.ringing", {})

    @property
    def is_over(self) -> bool:
        return self.ended_s is not None

    @property
    def seconds(self) -> float:
        """How long it has been answered, until now or its end."""
        if self.answered_s is None:
            return 0.0
        return (self.now_s() if self.ended_s is None else self.ended_s) - self.answered_s

    def now_s(self) -> float:
        """Since it began, of its own time."""
        return (self._clock() - self._began) * self.pace

    def note(self, what: str, details: Mapping[str, object]) -> None:
        with self.changed:
            self._events.append(Event(self.now_s(), what, details))
            self.changed.notify_all()

    def complain(self, complaint: Complaint) -> None:
        """As Twilio's debugger tells it."""
        with self.changed:
            self.complaints.append(complaint)
            self.note("error", {"code": complaint.code, "text": complaint.text})

    def answer(self) -> None:
        with self.changed:
            if self.answered_s is None and not self.is_over:
                self.answered_s = self.now_s()
                self.status = IN_PROGRESS
                self.note("call.answered", {})

    def end(self, status: str = COMPLETED) -> None:
        """A second end changes nothing."""
        with self.changed:
            if self.is_over:
                return
            self.ended_s = self.now_s()
            self.status = status
            self._ear.advance(self.now_s())
            self._ear.clear()
            listener = self._listener
            if listener is not None:
                listener.stop()
            for each in self.dialled:
                if each.status == IN_PROGRESS:
                    each.status = COMPLETED
            self.note("call.ended", {"status": status})

    def order(self, document: Document) -> None:
        """It goes on with this in place of what it is at."""
        with self.changed:
            self._ordered = document
            self._ear.clear()
            if self._listener is not None:
                self._listener.stop()
            self.note("call.redirected", {})

    def take_order(self) -> Document | None:
        with self.changed:
            ordered = self._ordered
            self._ordered = None
            return ordered

    def is_disturbed(self) -> bool:
        """Whatever it is at is to be left."""
        return self.is_over or self._ordered is not None

    def connect(self, listener: Listener) -> bool:
        """What the caller says goes there from now on. False: it is over."""
        with self.changed:
            if self.is_disturbed():
                return False
            self._listener = listener
            self._frames = 0
            self._listening_since = self.now_s()
            return True

    def disconnect(self) -> None:
        """What came from there and was not heard by now never is."""
        with self.changed:
            self._listener = None
            self._ear.advance(self.now_s())
            self._ear.clear()
            self.changed.notify_all()

    def tick(self) -> None:
        """Hear and say what is due by now: called many times a second."""
        with self.changed:
            listener = self._listener
            for mark in self._ear.advance(self.now_s()):
                self._events.append(Event(self.now_s(), "mark", {"name": mark}))
                if listener is not None:
                    listener.reached(mark)
            if listener is None or self.is_over:
                return
            for digit in self._digits:
                listener.pressed(digit)
            self._digits.clear()
            due = int((self.now_s() - self._listening_since) / FRAME_S)
            self._frames = max(self._frames, due - MOST_BEHIND)
            while self._frames < due:
                at_s = self._listening_since + self._frames * FRAME_S
                listener.hear(self._mouth.take(at_s))
                self._frames += 1

    def play(self, sound: bytes) -> bool:
        """For the caller to hear after what is heard already. False: too much is buffered."""
        with self.changed:
            now_s = self.now_s()
            self._ear.advance(now_s)
            return not self.is_over and self._ear.put(sound, now_s)

    def mark(self, name: str) -> None:
        with self.changed:
            self._ear.mark(name)

    def clear(self) -> list[str]:
        """Gives the marks of what is not heard now."""
        with self.changed:
            self._ear.advance(self.now_s())
            marks = self._ear.clear()
            self.note("clear", {"marks": marks})
            return marks

    def speak(self, sound: bytes, *, live: bool = False) -> None:
        with self.changed:
            (self._mouth.put_live if live else self._mouth.put)(sound)

    def press(self, digits: str) -> None:
        with self.changed:
            self._digits += digits

    def hang_up(self) -> None:
        """The caller does."""
        with self.changed:
            self.end(COMPLETED if self.answered_s is not None else "canceled")

    def cut(self) -> None:
        """The way to the service dies, and says nothing."""
        with self.changed:
            if self._listener is not None:
                self._listener.cut()

    @property
    def is_quiet(self) -> bool:
        """Nothing is left to be heard."""
        with self.changed:
            return not self._ear.buffered_s

    @property
    def has_spoken(self) -> bool:
        with self.changed:
            return self._mouth.is_silent and not self._digits

    @property
    def heard_bytes(self) -> int:
        with self.changed:
            return self._ear.heard_bytes

    def heard_since(self, place: int) -> tuple[int, bytes]:
        """As `Ear.since`."""
        with self.changed:
            return self._ear.since(place)

    def events_since(self, count: int) -> list[Event]:
        """Those after the first `count`."""
        with self.changed:
            return self._events[count:]

    def timeline(self) -> Timeline:
        with self.changed:
            return Timeline(self._ear.pieces(), self._mouth.spoken(), tuple(self._events))

    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Looks every few milliseconds too, for what only time changes. False: not in time."""
        deadline = self._clock() + timeout_s
        with self.changed:
            while not condition():
                left = deadline - self._clock()
                if left <= 0:
                    return False
                self.changed.wait(min(LOOK_S, left))
            return True
