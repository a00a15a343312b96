"""The leases that this process holds: taken with a claim, renewed, handed back at a stop."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from secrets import token_hex
from threading import Lock

from knowledge.clock import Clock
from models import attended
from models.database.engine import Database, DatabaseUnavailableError
from telemetry.logs import log

# So many sweeps look for what a claim may have left: longer than a statement may take to come to
# its end at a server whose answer was not waited for.
LOOKS = 15


class Leases:
    """`lasts_s`: for how many seconds a lease holds unless it is renewed."""

    def __init__(self, database: Database, clock: Clock, lasts_s: float) -> None:
        self.lasts = timedelta(seconds=lasts_s)
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._held: dict[str, datetime] = {}  # until when it is ours for sure
        self._handed_back: set[str] = set()
        self._maybe_sent: set[str] = set()
        self._doubtful: dict[str, int] = {}  # how often they are to be looked for

    def until(self, now: datetime) -> datetime:
        """When a lease taken or renewed now runs out."""
        return now + self.lasts

    @contextmanager
    def claiming(self) -> Iterator[str]:
        """A new lease, for the block that claims something under it, and commits that.

        If it breaks off, nobody knows whether it did, and so nobody works on what it claimed:
        `hand_back_doubtful` has it.
        """
        lease = token_hex(16)
        try:
            yield lease
        except BaseException:
            with self._lock:
                self._doubtful[lease] = LOOKS
            raise

    def hold(self, lease: str, until: datetime) -> None:
        with self._lock:
            # It may have waited for its worker, and been given up or renewed meanwhile.
            if lease not in self._handed_back:
                self._held[lease] = max(until, self._held.get(lease, until))

    def release(self, lease: str) -> None:
        with self._lock:
            self._held.pop(lease, None)
            self._maybe_sent.discard(lease)

    @contextmanager
    def holding(self, lease: str, until: datetime) -> Iterator[None]:
        """For as long as the block works on what was claimed under `lease`."""
        self.hold(lease, until)
        try:
            yield
        finally:
            self.release(lease)

    def may_send(self, lease: str) -> bool:
        """Whether it is ours; from then on what it holds may have been sent.

        False when it may have run out: another may have gone on while this one was frozen.
        """
        with self._lock:
            is_ours = lease in self._held and self._clock.steady() < self._held[lease]
            if is_ours:
                self._maybe_sent.add(lease)
            return is_ours

    def renew(self) -> None:
        """The heartbeat. Raises DatabaseUnavailableError."""
        with self._lock:
            held = list(self._held)
        if not held:
            return
        now = self._clock.steady()  # from before it is asked
        until = self.until(now)
        with self._database.connection() as connection:
            # What another took over while this process was frozen must not be called ours again.
            kept = attended.renew(connection, held, now, until)
        with self._lock:
            self._held.update((lease, until) for lease in kept if lease in self._held)

    def hand_back_all(self) -> None:
        with self._lock:
            held = list(self._held)
        self.hand_back(held)

    def hand_back(self, leases: Collection[str]) -> None:
        """Another process takes these up at once; what we may still make of them is void."""
        if not leases:
            return
        log.warning("leases.handed_back", leases=len(leases))
        with self._lock:
            self._handed_back.update(leases)  # nothing more goes out under them
            maybe_sent = self._maybe_sent.intersection(leases)
            for each in leases:
                self._held.pop(each, None)
        try:
            with self._database.connection() as connection:
                attended.hand_back(
                    connection, list(leases), self._clock.steady(), maybe_sent=maybe_sent
                )
        except DatabaseUnavailableError as error:
            log.warning("database.away", why=str(error))  # then they run out by themselves

    def hand_back_doubtful(self) -> None:
        """What was claimed without our knowing is to be taken up at once, by whomever.

        Raises DatabaseUnavailableError.
        """
        with self._lock:
            doubtful = dict(self._doubtful)
        if not doubtful:
            return
        with self._database.connection() as connection:
            attended.hand_back_untouched(connection, list(doubtful), self._clock.steady())
        with self._lock:
            for lease, looks in doubtful.items():
                if looks > 1:
                    self._doubtful[lease] = looks - 1
                else:
                    self._doubtful.pop(lease, None)
