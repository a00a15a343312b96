"""Background work in order: what is posted about one chat or one message stays in its lane.

It knows nothing of what it runs.
"""

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable

from sandbox.twilio.webhooks import WEBHOOK_TIMEOUT_S

log = logging.getLogger(__name__)

WORKERS = 8


class Lanes:
    """Background work on a few threads: a lane's jobs run in order, the lanes beside each other."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._workers = workers
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._closed = False
        # Every lane with work left, first the job that runs or runs next;
        # so a lane is in the heap below once at most.
        self._jobs: dict[Hashable, deque[tuple[float, Callable[[], object]]]] = {}
        self._idle: list[tuple[float, int, Hashable]] = []
        self._ticket = itertools.count()

    def add(self, lane: Hashable, job: Callable[[], object], delay_s: float = 0.0) -> None:
        """Run `job` after those already in its lane, and no sooner than in `delay_s`."""
        with self._changed:
            if self._closed:
                return
            self._start()
            jobs = self._jobs.setdefault(lane, deque())
            jobs.append((time.monotonic() + delay_s, job))
            if len(jobs) == 1:
                self._line_up(lane)

    def close(self) -> None:
        """Let the running jobs end, drop the others, end the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=WEBHOOK_TIMEOUT_S)

    def _start(self) -> None:
        if self._threads:
            return
        self._threads = [
            threading.Thread(target=self._work, name=f"sandbox-{n}", daemon=True)
            for n in range(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (turn := self._take()) is not None:
            lane, job = turn
            try:
                job()
            except Exception:
                log.exception("sandbox.job_failed")
            self._end(lane)

    def _take(self) -> tuple[Hashable, Callable[[], object]] | None:
        with self._changed:
            while not self._closed:
                wait_s = self._idle[0][0] - time.monotonic() if self._idle else None
                if wait_s is not None and wait_s <= 0:
                    lane = heapq.heappop(self._idle)[2]
                    return lane, self._jobs[lane][0][1]
                self._changed.wait(wait_s)
        return None

    def _end(self, lane: Hashable) -> None:
        with self._changed:
            jobs = self._jobs[lane]
            jobs.popleft()
            if jobs:
                self._line_up(lane)
            else:
                del self._jobs[lane]

    def _line_up(self, lane: Hashable) -> None:
        heapq.heappush(self._idle, (self._jobs[lane][0][0], next(self._ticket), lane))
        self._changed.notify()
