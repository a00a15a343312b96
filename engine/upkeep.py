"""What keeps the promise beside the turns: the heartbeat, the sweep for what nobody works on,
notices, the daily purge.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

from engine.delivery import Delivery
from engine.leases import Leases
from engine.runner import Runner
from models import erasure, upkeep
from models.database.checkpoints import Checkpoints, Natively
from models.database.engine import Database, DatabaseUnavailableError
from models.database.notices import listen
from telemetry.logs import log

SWEEP_S = 1.0
CHECKPOINT_S = 0.5
SWEPT_AT_ONCE = 500
PURGE_EVERY_S = 24 * 3600.0


class Upkeep:
    """`keep_for`: how long ended conversations are kept; None is for ever."""

    def __init__(
        self,
        database: Database,
        runner: Runner,
        delivery: Delivery,
        leases: Leases,
        *,
        keep_for: timedelta | None,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._runner = runner
        self._delivery = delivery
        self._leases = leases
        self._keep_for = keep_for
        self._now = now
        self._stopping = Event()  # nothing new is taken up
        self._stopped = Event()  # nothing is held any more
        self._threads: list[Thread] = []

    def start(self, *, sweeps: bool, natively: Natively) -> None:
        """Renew what is held from now on; a process that serves also takes up what nobody works on.

        `natively`: see `models.database.checkpoints`.
        """
        self._begin(self._beat)
        if not sweeps or not self._runner.runs_turns:
            return
        self._begin(self._sweep)
        if self._database.is_sqlite:
            self._begin(partial(self._checkpoint, natively))
        else:
            self._begin(self._listen)
        if self._keep_for is not None:
            self._begin(self._purge)

    def stop(self, grace_s: float) -> None:
        """Take nothing new up, let the runner finish or hand back what it has, then let go of
        everything.
        """
        self._stopping.set()
        self._runner.stop(grace_s)
        self._stopped.set()
        for thread in self._threads:
            thread.join(grace_s)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _sweep(self) -> None:
        """Take up what no process works on: messages that wait, turns and parts whose process died,
        parts that are due again.
        """
        while not self._stopping.wait(SWEEP_S):
            try:
                to_run, to_send = self._unattended()
            except DatabaseUnavailableError:
                log.warning("database.away")
                continue
            except Exception:  # noqa: BLE001 (the sweep must live: the next round tries again)
                log.exception("sweep.failed")
                continue
            for diner_id in to_run:
                self._runner.take_up(diner_id)
            for diner_id in to_send:
                self._delivery.take_up(diner_id)

    def _unattended(self) -> tuple[set[int], list[int]]:
        now = self._now()
        with self._database.alone() as connection:  # each look is a transaction by itself
            waiting = upkeep.waiting_diners(connection, SWEPT_AT_ONCE)
            expired = upkeep.expired_diners(connection, now, SWEPT_AT_ONCE)
            return {*waiting, *expired}, upkeep.due_diners(connection, now, SWEPT_AT_ONCE)

    def _beat(self) -> None:
        """Renew what is held, three times within a lease, to the very end: what drains
        is held too.
        """
        while not self._stopped.wait(self._leases.lasts.total_seconds() / 3):
            held, until = self._leases.all_held(), self._leases.until(self._now())
            if not held:
                continue
            try:
                with self._database.connection() as connection:
                    # What another has taken over while this process was frozen must not be called
                    # ours again.
                    kept = upkeep.renew(connection, held, until)
            except DatabaseUnavailableError:
                log.warning("database.away")
            except Exception:  # noqa: BLE001 (the heartbeat must live: what runs out meanwhile is caught by its lease)
                log.exception("heartbeat.failed")
            else:
                self._leases.renewed(kept, until)

    def _checkpoint(self, natively: Natively) -> None:
        checkpoints = Checkpoints(self._database.url)
        while not self._stopping.wait(CHECKPOINT_S):
            try:
                checkpoints.run(natively)
            except Exception:  # noqa: BLE001 (the log only grows meanwhile)
                log.exception("checkpoint.failed")
        checkpoints.close()

    def _listen(self) -> None:
        listen(self._database.url, self._runner.hear, self._stopping)

    def _purge(self) -> None:
        assert self._keep_for is not None, "begun only with a time to keep"
        while not self._stopping.is_set():
            try:
                erased = erasure.purge(self._database, self._now() - self._keep_for)
                log.info(
                    "purged", messages=erased.messages, replies=erased.replies, diners=erased.diners
                )
            except Exception:  # noqa: BLE001 (the purge must live: what it misses today goes tomorrow)
                log.exception("purge.failed")
            self._stopping.wait(PURGE_EVERY_S)
