"""The calls that this process has: those whose stream it waits for, and those that it holds.

A heartbeat keeps its leases, gives up what came to another process, and ends what nobody holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition, Event, Lock, Thread

from conversation.call.records import Live, Over
from engine.call_records import CallRecords
from knowledge.clock import Clock
from models import calls_held
from models.database.engine import Database, DatabaseUnavailableError
from telemetry.logs import log, log_defect
from telemetry.metrics import Metrics

LOOK_S = 1.0  # where a stream is waited for
BEAT_S = 10.0
LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Held:
    """One of them."""

    records: CallRecords
    live: Live


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
        self._stopped = Event()
        self._beat_at = float("-inf")
        self._is_away = False
        self._thread: Thread | None = None

    def rings(self, held: Held) -> None:
        """Its stream may come here. One of the same SID rang before: that is not waited for."""
        with self._changed:
            before = self._ringing.pop(held.records.sid, None)
            self._ringing[held.records.sid] = held
        if before:
            before.live.abandon()

    def answers(self, sid: str) -> Held | None:
        """Its stream has come; None where it rang elsewhere."""
        with self._changed:
            return self._ringing.pop(sid, None)

    def begins(self, held: Held) -> None:
        held.records.began_at = self._clock.monotonic()
        with self._changed:
            self._live[held.records.sid] = held
            self._metrics.calls_now.set(len(self._live))

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
        """Give up what another process has by now. Raises DatabaseUnavailableError."""
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
            self._beat_at = self._clock.monotonic()

    def beat(self) -> None:
        """Renew the leases; what is not ours any more ends. Raises DatabaseUnavailableError."""
        with self._changed:
            held = {each.records.id: each for each in self._live.values()}
        now = self._clock.steady()
        if held:
            ids, until = list(held), now + LEASE
            with self._database.alone() as connection:
                kept = calls_held.renew(connection, ids, process=self.process, now=now, until=until)
            for call_id in held.keys() - kept:
                if not held[call_id].records.is_over:
                    log.warning("call.lost", why="not held any more")
                    held[call_id].live.stop()
        with self._database.alone() as connection:
            ran_out = calls_held.sweep(connection, now)
        for each in ran_out:
            self._metrics.calls.labels("lost" if each.was_live else "not_taken").inc()
            if each.was_live:
                log.warning("call.lost", why="its process is gone")

    def stop(self, grace_s: float) -> None:
        """Say goodbye in all of them; those that go on after the grace time are cut."""
        with self._changed:
            ringing, live = list(self._ringing.values()), list(self._live.values())
            self._ringing.clear()
        for held in ringing:
            held.live.abandon()
        for held in live:
            held.live.stop()
        with self._changed:
            self._changed.wait_for(lambda: not self._live, grace_s)
            left = list(self._live.values())
        for held in left:
            held.live.abandon()
            held.records.on_end(Over("stopping"))

    def end(self, timeout_s: float) -> None:
        """Nothing is held any more."""
        self._stopped.set()
        if self._thread:
            self._thread.join(timeout_s)

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
