"""A call's lines to the model, one after the other: only the last one is heard.

But for the words of what was said to one before it, where those are late. Each tells what comes in
a thread of its own; here it waits for the call's lock.
"""

from collections.abc import Callable
from threading import Condition
from typing import Protocol

from realtime.call.events import CallEvent, Ready, Transcribed
from realtime.fleet.codes import FATAL_CODES

# So many sockets that never had a session, one after the other: the model is away.
REFUSALS = 2

OnEvent = Callable[[CallEvent], object]
OnEnd = Callable[[str, str | None], object]  # the cause, and the server's name for it


class Line(Protocol):
    """A socket to the model, as `realtime.call.line` has it."""

    def open(self, on_event: OnEvent, on_end: OnEnd) -> None: ...

    def send(self, frame: str) -> None: ...

    def close(self) -> None: ...


class Lines:
    """All but what a line calls is called under the lock, which is that of `changed`."""

    def __init__(self, make: Callable[[], Line], changed: Condition) -> None:
        self._make = make
        self._changed = changed
        self._line: Line | None = None
        self._number = 0  # of the last one
        self._read: dict[int, Line] = {}  # before it, and read still
        self._open = 0
        self._is_reached = False  # a session there was
        self._refusals = 0  # before it

    @property
    def are_over(self) -> bool:
        """Whether the threads of all of them are."""
        return self._open == 0

    def is_reached(self, within_s: float) -> bool:
        """Whether the model is there, or may be: it need not be known by then. Takes the lock."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_reached or self._is_refused, within_s)
            return not self._is_refused

    @property
    def _is_refused(self) -> bool:
        return self._refusals >= REFUSALS

    def open(self, on_event: OnEvent, on_end: OnEnd) -> None:
        self._number += 1
        self._open += 1
        number = self._number
        self._line = self._make()

        def hear(event: CallEvent) -> None:
            with self._changed:
                self._is_reached = self._is_reached or isinstance(event, Ready)
                is_late = number in self._read and isinstance(event, Transcribed)
                if number == self._number or is_late:
                    on_event(event)
                    self._changed.notify_all()

        def end(cause: str, code: str | None) -> None:
            with self._changed:
                self._open -= 1
                if not self._is_reached:
                    self._refusals += REFUSALS if code in FATAL_CODES else 1
                if number == self._number:
                    on_end(cause, code)
                self._changed.notify_all()

        self._line.open(hear, end)

    def send(self, frame: str) -> None:
        if self._line is not None:
            self._line.send(frame)

    def close(self) -> None:
        self.let_go()
        if self._line is not None:
            self._line.close()

    def supersede(self, *, is_read: bool) -> None:
        """What comes of the one that there is, comes too late; but for words, if it `is_read`."""
        if self._line is not None and is_read:
            self._read[self._number] = self._line
        elif self._line is not None:
            self._line.close()
        self._number += 1

    def let_go(self) -> None:
        """No words are to come any more of those before the last one."""
        for each in self._read.values():
            each.close()
        self._read.clear()
