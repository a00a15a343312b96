"""What keeps the promise beside the turns: the heartbeat, the sweep, notices and the daily purge.

Each of them has its round as a method, and a thread of its own that repeats it.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Event, Thread

from engine.budget import Budget
from engine.delivery import Delivery
from engine.hands import Hands
from engine.leases import Leases
from engine.runner import Runner
from knowledge.clock import Clock
from models import counted, erasure, forgotten, purging, unattended
from models.database.checkpoints import Checkpoints
from models.database.engine import Database, DatabaseUnavailableError
from models.database.notices import Notice, listen
from models.database.settling import Natively
from telemetry.logs import log, log_defect

SWEEP_S = 1.0
CHECKPOINT_S = 0.5
SWEPT_AT_ONCE = 500
BUDGET_EVERY_S = 60.0
PURGE_EVERY_S = 24 * 3600.0
CHECKPOINT_FAILED = "checkpoint.failed"
LOST_BEHIND_A_POOLER = (
    "a transaction pooler stands before PostgreSQL, and no process hears another's notices: what"
    " another has to run begins up to a second later (0.5 s on the average), and a second message"
    " that another process takes in gets an answer of its own. Statements are not prepared."
    " Give DATABASE_URL the server's own address to have all that"
)
# Any number will do, as long as it stays the same and is nobody else's: whoever purges holds it.
PURGING = 7_242_002


class _StoppedError(Exception):
    """A purge is left where it is: the next one goes on."""


class Upkeep:
    """`process`: this one's name in notices.

    `keep_for`: how long ended conversations are kept; None is for ever.
    `first_look`: what is looked at once, beside all else, as the turns begin.
    """

    def __init__(
        self,
        database: Database,
        runner: Runner,
        delivery: Delivery,
        leases: Leases,
        hands: Hands,
        budget: Budget,
        clock: Clock,
        *,
        process: str,
        keep_for: timedelta | None,
        first_look: Callable[[], object] | None = None,
    ) -> None:
        self._database = database
        self._runner = runner
        self._delivery = delivery
        self._leases = leases
        self._hands = hands
        self._budget = budget
        self._clock = clock
        self._process = process
        self._keep_for = keep_for
        self._first_look = first_look
        self._stopping = Event()  # nothing new is taken up
        self._stopped = Event()  # nothing is held any more
        self._threads: list[Thread] = []
        self._told: dict[str, str] = {}  # by what found so: why the database is away, as logged

    def start(self, *, sweeps: bool, natively: Natively) -> None:
        """Renew what is held from now on; a process that serves also takes up what nobody works on.

        `natively`: see `models.database.settling`.
        """
        self._database.begin_settling(natively)
        # Three times within a lease, and to the very end: what drains is held too.
        beat_s = self._leases.lasts.total_seconds() / 3
        self._begin(
            partial(self._repeat, "heartbeat.failed", self._leases.renew, beat_s, self._stopped)
        )
        if not sweeps or not self._runner.runs_turns:
            return
        if self._first_look is not None:
            self._begin(partial(self._try, "first_look.failed", self._first_look))
        self._begin(partial(self._repeat, "sweep.failed", self.sweep, SWEEP_S, self._stopping))
        tell = partial(
            self._repeat, "budget.failed", self.tell_owners, BUDGET_EVERY_S, self._stopping
        )
        self._begin(tell)
        if ignored := self._database.address.ignored:
            log.warning("database.ignored", parameters=list(ignored))
        if self._database.is_sqlite:
            self._try("sweep.failed", self.put_nothing_off)
            self._begin(partial(self._checkpoint, natively))
        else:
            self._begin(self._listen)
        self._begin(self._purge_daily)

    def rest(self) -> None:
        """Take nothing up any more; what is held is renewed to the end."""
        self._stopping.set()

    def end(self, timeout_s: float) -> None:
        """Nothing is held any more."""
        self._stopped.set()
        until = self._clock.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, until - self._clock.monotonic()))

    def sweep(self) -> None:
        """Take up what no process works on. Raises DatabaseUnavailableError.

        That is messages that wait, turns and parts whose process died, or that nobody knows to be
        theirs, parts that are due again, diners who are to be forgotten and for whom nothing is
        under way any more, and those who were in human hands for long enough.
        """
        self._leases.hand_back_doubtful()
        now = self._clock.steady()
        with self._database.alone() as connection:  # each look is a transaction by itself
            waiting = unattended.waiting_diners(connection, SWEPT_AT_ONCE)
            expired = unattended.expired_diners(connection, now, SWEPT_AT_ONCE)
            to_send = unattended.due_diners(connection, now, SWEPT_AT_ONCE)
            forgotten_diners = erasure.forgotten_diners(connection)
        for diner_id in forgotten_diners:
            with self._database.connection() as connection:
                erasure.finish_forgetting(connection, diner_id)
        # All but a checkpoint may go well: on a full disk, what only reads does.
        self._told = {each: why for each, why in self._told.items() if each == CHECKPOINT_FAILED}
        for diner_id in {*waiting, *expired}:
            self._runner.take_up(diner_id)
        for diner_id in to_send:
            self._delivery.take_up(diner_id)
        for diner_id in self._hands.hand_back_overdue():
            self._delivery.go_on(diner_id)

    def tell_owners(self) -> None:
        """Tell the owners of what is spent, where it is much. Raises DatabaseUnavailableError."""
        for diner_id in self._budget.tell_owners():
            self._delivery.go_on(diner_id)

    def put_nothing_off(self) -> None:
        """What an earlier process held or put off waits for a lease's time at most.

        Raises DatabaseUnavailableError.
        """
        now = self._clock.steady()
        with self._database.connection() as connection:
            unattended.put_nothing_off(connection, now, self._leases.until(now))

    def heed(self, notice: Notice) -> None:
        """A notice of another process, or of this one, which needs none."""
        if notice.process != self._process:
            self._runner.heed(notice)

    def purge(self) -> None:
        """Erase what is older than it is kept for, here and at Twilio, unless another process does.

        Raises DatabaseUnavailableError.
        """
        with self._database.held(PURGING) as is_ours, suppress(_StoppedError):
            if is_ours:
                self._erase_old()

    def _erase_old(self) -> None:
        with self._database.alone() as connection:
            forgotten.let_go(connection, self._clock.steady())
            counted.let_go(connection, self._clock.steady())
        purging.purge_files(self._database, self._clock.steady(), self._pause)
        self._delivery.sweep()
        if self._keep_for is None:
            return
        before = self._clock.now() - self._keep_for
        erased = purging.purge(self._database, before, self._pause)
        log.info("purged", messages=erased.messages, replies=erased.replies, diners=erased.diners)

    def _pause(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        if self._stopping.is_set():
            raise _StoppedError

    def _begin(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _repeat(
        self, failed: str, step: Callable[[], object], pause_s: float, until: Event
    ) -> None:
        while not self._clock.wait(until, pause_s):
            self._try(failed, step)

    def _try(self, failed: str, step: Callable[[], object]) -> None:
        try:
            step()
            self._told.pop(failed, None)
        except DatabaseUnavailableError as error:
            if str(error) not in self._told.values():  # once, not each second
                log.warning("database.away", why=str(error))
            self._told[failed] = str(error)
        except Exception as error:  # noqa: BLE001 (it must live: the next round tries again)
            log_defect(failed, error)

    def _checkpoint(self, natively: Natively) -> None:
        checkpoints = Checkpoints(self._database.url)
        run = partial(checkpoints.run, natively)
        self._repeat(CHECKPOINT_FAILED, run, CHECKPOINT_S, self._stopping)
        checkpoints.close()

    def _listen(self) -> None:
        if not listen(self._database, self.heed, self._stopping):
            log.warning("database.pooled", lost=LOST_BEHIND_A_POOLER)

    def _purge_daily(self) -> None:
        self._try("purge.failed", self.purge)
        self._repeat("purge.failed", self.purge, PURGE_EVERY_S, self._stopping)
