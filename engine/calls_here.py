"""The calls that this process has: those whose stream it waits for, and those that it holds.

A heartbeat keeps its leases, gives up what came to another process, and ends what nobody holds.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Condition, Event, Lock, Thread

from conversation.call.actions import Why
from conversation.call.records import Live, Over, Stream
from engine.call_records import CallRecords
from knowledge.clock import Clock
from models import calls_held
from models.calls import TOKEN_LASTS
from models.database.engine import Database, DatabaseUnavailableError
from telemetry.logs import log, log_defect
from telemetry.metrics import Metrics

LOOK_S = 1.0  # where a stream is waited for
BEAT_S = 10.0
LEASE = timedelta(seconds=30)
# Whose beats were further apart was away, frozen, or is new here; so may others have been, who are
# alive and only about to renew theirs.
APART_S = LEASE.total_seconds() / 2
# For calls to hear what they are told: one whose stream takes nothing may hold a lock for seconds.
TELL_S = 1.0


@dataclass(frozen=True, slots=True)
class Held:
    """One of them. `rang_at`: by the monotonic clock, here."""

    records: CallRecords
    live: Live
    rang_at: float

    def run(self, stream: Stream, stream_sid: str) -> Why:
        """However it ends, its records hear so."""
        try:
            return self.live.run(stream, stream_sid)
        finally:
            self.records.on_end(Over("broken"))  # unless it told of its end itself


class CallsHere:
    """`process`: this one's name."""

    def __init__(self, database: Database, metrics: Metrics, clock: Clock, process: str) -> None:
        self.process = process
        self._database = database
        self._metrics = metrics
        self._clock = clock
        self._changed = Condition(Lock())
        self._ringing: dict[str, Held] = {}  # by their SIDs
        self._live: dict[str, Held] = {}
        self._taking = 0  # streams that have come, of calls that are not live yet
        self.is_stopping = False
        self._is_closed = False  # nothing begins any more
        self._stopped = Event()
        self._beat_at = float("-inf")
        self._sweeps_at = float("-inf")
        self._is_away = False
        self._thread: Thread | None = None

    def rings(self, held: Held) -> None:
        """Its stream may come here. One of the same SID rang before: that is not waited for."""
        with self._changed:
            gone: Held | None = held
            if not self.is_stopping:
                gone = self._ringing.pop(held.records.sid, None)
                self._ringing[held.records.sid] = held
        if gone:
            gone.live.abandon()

    def answers(self, sid: str) -> Held | None:
        """Its stream has come; None where it rang elsewhere."""
        with self._changed:
            return self._ringing.pop(sid, None)

    @contextmanager
    def taking(self) -> Iterator[bool]:
        """A stream has come: whether it may be taken. A stop waits until it is, or is not."""
        with self._changed:
            may_be = not self._is_closed
            self._taking += 1
        try:
            yield may_be
        finally:
            with self._changed:
                self._taking -= 1
                self._changed.notify_all()

    def begins(self, held: Held) -> None:
        """Where this process stops, it says goodbye, as all do."""
        held.records.began_at = self._clock.monotonic()
        with self._changed:
            self._live[held.records.sid] = held
            self._metrics.calls_now.set(len(self._live))
            is_stopping = self.is_stopping
        if is_stopping:
            held.live.stop()

    def cuts_short(self, records: CallRecords, why: Why) -> None:
        """It says goodbye, and ends."""
        with self._changed:
            held = self._live.get(records.sid)
        if held and held.records is records:
            held.live.stop(why)

    def hangs_up(self, sid: str) -> None:
        """The caller has, whether the stream says so too or not."""
        with self._changed:
            held = self._live.get(sid)
        if held:
            self._tell([partial(held.live.stop, "hung_up")])

    def ends(self, records: CallRecords) -> None:
        with self._changed:
            self._live.pop(records.sid, None)
            self._metrics.calls_now.set(len(self._live))
            self._changed.notify_all()

    def gives_up(self, sid: str, why: str) -> None:
        """Its stream will not come here."""
        if held := self.answers(sid):
            log.info("call.given_up", why=why)
            held.live.abandon()

    def start(self) -> None:
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Give up what will not come any more. Raises DatabaseUnavailableError."""
        self._give_up_old()
        with self._changed:
            sids = list(self._ringing)
        if sids:
            now = self._clock.steady()
            with self._database.alone() as connection:
                here = calls_held.ringing_here(connection, sids, process=self.process, now=now)
            for sid in sids:
                if sid not in here:
                    self.gives_up(sid, "elsewhere")
        if self._clock.monotonic() - self._beat_at >= BEAT_S:
            self.beat()

    def beat(self) -> None:
        """Renew the leases, and end what nobody holds. Raises DatabaseUnavailableError."""
        self._renew()
        now = self._clock.monotonic()
        if now - self._beat_at > APART_S:
            self._sweeps_at = now + LEASE.total_seconds()
        self._beat_at = now
        if now >= self._sweeps_at:
            self._sweep()

    def stop(self, grace_s: float) -> None:
        """Say goodbye in all of them; those that go on after the grace time are cut."""
        until = self._clock.monotonic() + grace_s
        with self._changed:
            self.is_stopping = True
            ringing, live = list(self._ringing.values()), list(self._live.values())
            self._ringing.clear()
        self._tell([*(each.live.abandon for each in ringing), *(each.live.stop for each in live)])
        with self._changed:
            left_s = max(0.0, until - self._clock.monotonic())
            self._changed.wait_for(lambda: not (self._live or self._taking), left_s)
            self._is_closed = True
            left = list(self._live.values())
        self._tell(each.live.abandon for each in left)
        for held in left:  # one that is stuck, or is to begin yet, has not told of it itself
            held.records.on_end(Over("stopping"))

    def end(self, timeout_s: float) -> None:
        """Nothing is held any more."""
        self._stopped.set()
        if self._thread:
            self._thread.join(timeout_s)

    def _give_up_old(self) -> None:
        """Their tokens are not good any more, whether the database is there to say so or not."""
        before = self._clock.monotonic() - TOKEN_LASTS.total_seconds()
        with self._changed:
            old = [sid for sid, held in self._ringing.items() if held.rang_at <= before]
        for sid in old:
            self.gives_up(sid, "too late")

    def _renew(self) -> None:
        """What is not ours any more ends."""
        with self._changed:
            held = {each.records.id: each for each in self._live.values()}
        if not held:
            return
        ids, now = list(held), self._clock.steady()
        with self._database.alone() as connection:
            kept = calls_held.renew(
                connection, ids, process=self.process, now=now, until=now + LEASE
            )
        lost = [held[each] for each in held.keys() - kept if not held[each].records.is_over]
        for _ in lost:
            log.warning("call.lost", why="not held any more")
        self._tell(each.live.stop for each in lost)

    def _sweep(self) -> None:
        with self._database.alone() as connection:
            ran_out = calls_held.sweep(connection, self._clock.steady())
        for each in ran_out:
            self._metrics.calls.labels("lost" if each.was_live else "not_taken").inc()
            if each.was_live:
                log.warning("call.lost", why="its process is gone")

    def _tell(self, calls: Iterable[Callable[[], object]]) -> None:
        """Beside each other, so that none has to wait for one that is stuck."""
        threads = [Thread(target=each, name="call-told", daemon=True) for each in calls]
        for thread in threads:
            thread.start()
        until = self._clock.monotonic() + TELL_S
        for thread in threads:
            thread.join(max(0.0, until - self._clock.monotonic()))

    def _run(self) -> None:
        while not self._clock.wait(self._stopped, LOOK_S):
            self._try(self.look)

    def _try(self, look: Callable[[], object]) -> None:
        try:
            look()
            self._is_away = False
        except DatabaseUnavailableError as error:
            if not self._is_away:  # once, not each second
                log.warning("database.away", why=str(error))
            self._is_away = True
        except Exception as error:  # noqa: BLE001 (it must live: the next look tries again)
            log_defect("call_heartbeat.failed", error)
