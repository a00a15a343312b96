"""The outbox's way out: each diner's parts in order, and never twice where Twilio can tell us.

They are paced for each number. The last thing before a part goes out is the look at its lease:
whether it is still ours.
"""

from datetime import timedelta
from functools import partial
from threading import Event
from uuid import uuid4

from engine.lanes import Lanes
from engine.leases import Leases
from engine.pace import Pace, retry_pause_s
from engine.patience import patiently, unless_away
from knowledge.clock import Clock
from models import erasure, receipts, sending
from models.database.engine import Database
from models.outbox import Outgoing
from telemetry.logs import log
from telemetry.masking import masked
from telemetry.metrics import Metrics
from whatsapp.outbound import SendError, TwilioDoor

# WhatsApp's window for free text is 24 hours: after that a retry can't succeed.
GIVE_UP_AFTER = timedelta(hours=24)


class Delivery:
    """`callback_url`: where Twilio reports a message's status; the part's id is added to it."""

    def __init__(
        self,
        database: Database,
        door: TwilioDoor,
        leases: Leases,
        metrics: Metrics,
        clock: Clock,
        *,
        callback_url: str,
        per_second: float,
        at_once: int,
    ) -> None:
        self._database = database
        self._door = door
        self._leases = leases
        self._metrics = metrics
        self._clock = clock
        self._callback_url = callback_url
        self._pace = Pace(clock, per_second)
        # By diner: handed over with the turn that wrote it.
        self._claimed: dict[int, Outgoing] = {}
        self._stopping = Event()
        self._lanes = Lanes("delivery", unless_away(self._deliver_all), at_once)

    def hand_over(self, diner_id: int, claimed: Outgoing | None) -> None:
        """A reply was written: send it. Its first part may come claimed already."""
        if claimed is not None:
            self._leases.hold(claimed.lease, claimed.lease_until)
            self._claimed[diner_id] = claimed
        if not self._lanes.wake(diner_id) and claimed is not None:  # stopped meanwhile
            self._claimed.pop(diner_id, None)
            self._leases.hand_back([claimed.lease])

    def take_up(self, diner_id: int) -> None:
        """The sweep found a part of this diner that is due, or whose sender died."""
        if not self._lanes.is_busy_with(diner_id):
            self._lanes.wake(diner_id)

    def drain(self, timeout_s: float) -> bool:
        """Wait until everything that is on its way has gone out; False when time runs out first."""
        return self._lanes.join(timeout_s)

    def close(self) -> None:
        self._stopping.set()
        self._lanes.close()

    def _deliver_all(self, diner_id: int) -> None:
        outgoing = self._claimed.pop(diner_id, None)
        while outgoing := outgoing or self._claim(diner_id):
            with self._leases.holding(outgoing.lease, outgoing.lease_until):
                goes_on = self._deliver(outgoing)
            if not goes_on or self._stopping.is_set():
                return
            outgoing = None

    def _claim(self, diner_id: int) -> Outgoing | None:
        now = self._clock.steady()
        with self._database.alone() as connection:
            return sending.claim(
                connection, diner_id, lease=uuid4().hex, now=now, until=self._leases.until(now)
            )

    def _deliver(self, outgoing: Outgoing) -> bool:
        """Send one part and record what came of it; whether another one may be due now.

        What comes after a part that is to be tried again waits with it, until the sweep wakes us.
        """
        try:
            sid = self._sid_of_earlier_try(outgoing)
            if sid is None:
                self._pace.wait(outgoing.number)
                # The last thing before it goes out: who was frozen in a wait must not send what
                # another has taken over.
                if not self._leases.is_ours(outgoing.lease):
                    log.warning("outbox.lost", part=outgoing.id)
                    self._metrics.sends.labels("lost").inc()
                    return False
                sid = self._send(outgoing)
        except SendError as error:
            return self._record_failure(outgoing, error)
        record = partial(self._record_sent, outgoing, sid)
        is_more = patiently(record, self._clock, self._stopping)
        self._metrics.sends.labels("sent").inc()
        log.info("outbox.sent", diner=masked(outgoing.address), sid=sid, part=outgoing.id)
        return is_more

    def _record_sent(self, outgoing: Outgoing, sid: str) -> bool:
        now = self._clock.steady()
        if not outgoing.is_last_word:
            with self._database.alone() as connection:
                return sending.mark_sent(connection, outgoing, sid, now)
        with self._database.connection() as connection:
            is_more = sending.mark_sent(connection, outgoing, sid, now)
            erasure.finish_forgetting(connection, outgoing.diner_id)
        return is_more

    def _sid_of_earlier_try(self, outgoing: Outgoing) -> str | None:
        since = outgoing.maybe_sent_since
        if since is None:
            return None
        with self._database.alone() as connection:
            known = receipts.known_sids(connection, outgoing.diner_id, since, but=outgoing.id)
        self._metrics.sends.labels("looked_up").inc()
        return self._door.find_sent(
            to=outgoing.address,
            from_=outgoing.number,
            bubble=outgoing.bubble,
            since=since,
            known=known,
        )

    def _send(self, outgoing: Outgoing) -> str:
        return self._door.send(
            to=outgoing.address,
            from_=outgoing.number,
            bubble=outgoing.bubble,
            status_callback=f"{self._callback_url}?part={outgoing.id}",
        )

    def _record_failure(self, outgoing: Outgoing, error: SendError) -> bool:
        now = self._clock.steady()
        is_over = error.permanent or now - outgoing.created_at > GIVE_UP_AFTER
        self._metrics.sends.labels("failed" if is_over else "again").inc()
        log.warning(
            "outbox.failed" if is_over else "outbox.again",
            diner=masked(outgoing.address),
            part=outgoing.id,
            code=error.code,
            detail=str(error),
            attempt=outgoing.attempt,
        )
        pause_s = retry_pause_s(outgoing.attempt, error.retry_after, self._clock.random())
        not_before = now + timedelta(seconds=pause_s)
        # Once it may have gone out, it stays a maybe: Twilio is asked again before the next try.
        maybe_sent = error.maybe_sent or outgoing.maybe_sent_since is not None

        def record() -> None:
            with self._database.connection() as connection:
                if is_over:
                    sending.mark_failed(connection, outgoing, error.code, now)
                    if outgoing.is_last_word:
                        erasure.finish_forgetting(connection, outgoing.diner_id)
                else:
                    sending.try_later(
                        connection, outgoing, maybe_sent=maybe_sent, not_before=not_before, now=now
                    )

        patiently(record, self._clock, self._stopping)
        return is_over
