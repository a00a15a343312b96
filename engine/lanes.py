"""One worker a diner, or whoever else, many of them beside each other; it knows no database.

Who is woken while at work goes round once more.
"""

import threading

# What a Thread adds to it costs more than all else here, and nobody joins one.
from _thread import start_new_thread
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Condition
from typing import Generic, TypeVar

from telemetry.logs import log_defect

Diner = TypeVar("Diner", bound=Hashable)  # by their id, or their address


class Lanes(Generic[Diner]):
    """Runs `work(diner_id)` on a thread of its own, never twice at once for one diner.

    At most `at_once` diners are at work; the others wait in the order they were woken.
    """

    def __init__(self, name: str, work: Callable[[Diner], None], at_once: int) -> None:
        self._name = name
        self._work = work
        self._at_once = at_once
        self._changed = Condition(threading.Lock())
        self._at_work: set[Diner] = set()
        self._woken_again: set[Diner] = set()
        self._waiting: OrderedDict[Diner, None] = OrderedDict()
        self._is_closed = False

    @property
    def has_room(self) -> bool:
        """Whether one more diner would get a worker at once."""
        return not self._is_closed and len(self._at_work) < self._at_once

    def wake(self, diner_id: Diner) -> bool:
        """False when nobody is woken any more."""
        with self._changed:
            if self._is_closed:
                return False
            if diner_id in self._at_work:
                self._woken_again.add(diner_id)
            elif len(self._at_work) >= self._at_once:
                self._waiting[diner_id] = None
            else:
                self._at_work.add(diner_id)
                start_new_thread(self._run, (diner_id,))
        return True

    @property
    def busy(self) -> int:
        """How many are at work, or wait for a worker."""
        with self._changed:
            return len(self._at_work) + len(self._waiting)

    def is_busy_with(self, diner_id: Diner) -> bool:
        with self._changed:
            return diner_id in self._at_work or diner_id in self._waiting

    def close(self) -> None:
        """Nobody is woken any more; who is at work ends the round they are in."""
        with self._changed:
            self._is_closed = True
            self._woken_again.clear()
            self._waiting.clear()

    def join(self, timeout_s: float) -> bool:
        """Wait until all are done; False when time runs out first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._at_work, timeout_s)

    def _run(self, diner_id: Diner | None) -> None:
        while diner_id is not None:
            try:
                self._work(diner_id)
            except Exception as error:  # noqa: BLE001 (a lane must live)
                # What is stored stays, and the sweep wakes this diner again.
                log_defect("lane.failed", error, lane=self._name)
            diner_id = self._next(diner_id)

    def _next(self, done: Diner) -> Diner | None:
        with self._changed:
            if done in self._woken_again:
                self._woken_again.discard(done)
                return done
            self._at_work.discard(done)
            self._changed.notify_all()
            if not self._waiting:
                return None
            diner_id, _ = self._waiting.popitem(last=False)
            self._at_work.add(diner_id)
            return diner_id
