"""The outbox's way out: each diner's parts in order, and never twice where Twilio can tell us.

They are paced for each number. The last thing before one goes out is the look at its lease.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from threading import Event

from engine import traces
from engine.alarm import Alarm
from engine.clearance import Clearance
from engine.contents import Contents
from engine.failing import Failing
from engine.lanes import Lanes
from engine.leases import Leases
from engine.pace import Pace, retry_pause_s
from engine.patience import patiently, unless_away
from engine.posting import Posting
from knowledge.clock import Clock
from models import erasure, receipts, sending
from models.bubbles import Bubble
from models.database.engine import Database
from models.outbox import Outgoing
from telemetry.logs import about, log
from telemetry.masking import masked
from telemetry.metrics import Metrics
from telemetry.tracing import Kind, tracing
from whatsapp import statuses
from whatsapp.host import SendError
from whatsapp.outbound import TwilioDoor

# WhatsApp may reorder what leaves in one moment: a part waits until the one before is `sent`, which
# takes it a part of a second, or for so long, where no status callback comes.
APART_S = 2.0
# When what may have gone out is looked for: shares of the time until it is sent again. Twilio's
# list has a new message late.
LOOKS = (1 / 60, 1 / 12, 1 / 4, 1 / 2, 1)


class Delivery:
    """`callback_url`: where Twilio reports a message's status; which one it is, is added to it.

    `unsure_s`: for how long what may have gone out is looked for before it is sent again.
    """

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
        unsure_s: float,
        apart_s: float = APART_S,
    ) -> None:
        self._database = database
        self._door = door
        self._contents = Contents(database, door.content, clock)
        self._posting = Posting(door, self._contents, leases)
        self._clearance = Clearance(database)
        self._leases = leases
        self._metrics = metrics
        self.alarm = Alarm()
        self._clock = clock
        self._callback_url = callback_url
        self._looks_s = [unsure_s * share for share in LOOKS]
        self._apart = timedelta(seconds=apart_s)
        self._pace = Pace(clock, per_second)
        # By diner: handed over with the turn that wrote it.
        self._claimed: dict[int, Outgoing] = {}
        # By diner: the part that their next one waits for, and since when.
        self._held: dict[int, tuple[int, datetime]] = {}
        self._stopping = Event()
        self._failing = Failing(
            database, metrics, self.alarm, clock, self._stopping, unsure_s=self._looks_s[0]
        )
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

    def go_on(self, diner_id: int) -> None:
        """What this diner's next part waited for has come."""
        self._lanes.wake(diner_id)

    def hasten(self) -> None:
        """The service stops: no part waits for the one before any more."""
        self._apart = timedelta()
        for diner_id in list(self._held):
            self._lanes.wake(diner_id)

    def drain(self, timeout_s: float) -> bool:
        """Wait until everything that is on its way has gone out; False when time runs out first."""
        return self._lanes.join(timeout_s)

    def sweep(self) -> None:
        """Delete at Twilio what no message needs any more. Raises DatabaseUnavailableError."""
        self._contents.sweep()

    def close(self) -> None:
        self._stopping.set()
        self._lanes.close()

    def _deliver_all(self, diner_id: int) -> None:
        outgoing = self._claimed.pop(diner_id, None)
        if outgoing is None and not self._apart and (held := self._held.pop(diner_id, None)):
            with self._database.alone() as connection:
                sending.go_on(connection, diner_id, held[0], self._clock.steady())
        while outgoing := outgoing or self._claim(diner_id):
            with self._leases.holding(outgoing.lease, outgoing.lease_until):
                if outgoing.maybe_sent_since is not None:
                    self._leases.may_send(outgoing.lease)  # it may be out already
                with (
                    tracing.begin("send", "whatsapp", Kind.CLIENT, outgoing.traceparent) as span,
                    about(part=outgoing.id, diner=masked(outgoing.address)),
                ):
                    if span.is_recorded:
                        traces.sending(span, outgoing)
                    goes_on = self._deliver(outgoing)
            if not goes_on or self._stopping.is_set():
                return
            outgoing = None

    def _claim(self, diner_id: int) -> Outgoing | None:
        now = self._clock.steady()
        with self._leases.claiming() as lease, self._database.alone() as connection:
            until = self._leases.until(now)
            return sending.claim(connection, diner_id, lease=lease, now=now, until=until)

    def _deliver(self, outgoing: Outgoing) -> bool:
        """Send one part and record what came of it; whether another one may be due now.

        What comes after a part that is to be tried again waits with it, until the sweep wakes us.
        """
        with self._letting_go(outgoing, maybe_sent=outgoing.maybe_sent_since is not None):
            try:
                found = self._sid_of_earlier_try(outgoing)
                if found is not None:
                    return self._deliver_next(outgoing, found, was_sent=False)
                if pause_s := self._until_next_look_s(outgoing):
                    return self._look_later(outgoing, pause_s)
                outgoing = self._clearance.cleared(outgoing)
                content_sid = self._posting.content_of(outgoing.bubble)
                is_ours = self._may_begin(outgoing)
            except SendError as error:
                return self._record_failure(outgoing, error, was_sent=False)
        with self._letting_go(outgoing, maybe_sent=True):
            # The last thing before it goes out: who was frozen in a wait must not send what another
            # has taken over.
            if not (is_ours and self._leases.may_send(outgoing.lease)):
                return self._lose(outgoing)
            try:
                sid = self._posting.post(outgoing, content_sid, self._callback(outgoing))
            except SendError as error:
                return self._record_failure(outgoing, error, was_sent=True)
            return self._deliver_next(outgoing, sid, was_sent=True)

    @contextmanager
    def _letting_go(self, outgoing: Outgoing, *, maybe_sent: bool) -> Iterator[None]:
        """Whatever breaks it off, nobody shall wait for our lease to run out."""
        try:
            yield
        except BaseException:
            pause_s = retry_pause_s(outgoing.attempt, None, self._clock.random())
            self._failing.put_off(outgoing, pause_s, maybe_sent=maybe_sent)
            raise

    def _deliver_next(self, outgoing: Outgoing, sid: str, *, was_sent: bool) -> bool:
        tracing.current().note("messaging.message.id", sid)
        record = partial(self._record_sent, outgoing, sid)
        is_more = patiently(record, self._clock, self._stopping)
        self.alarm.end(outgoing.number, is_out=False)
        self._metrics.sends.labels("sent").inc()
        if outgoing.asked_at is not None:
            took = self._clock.steady() - outgoing.asked_at
            self._metrics.answer_seconds.observe(max(0.0, took.total_seconds()))
        log.debug("outbox.sent", sid=sid)
        if is_more and was_sent and self._apart:
            self._hold_next(outgoing)
        return is_more

    def _hold_next(self, outgoing: Outgoing) -> None:
        now = self._clock.steady()
        for diner_id, (_, since) in list(self._held.items()):
            if since + 2 * self._apart < now:  # a sweep has found it
                self._held.pop(diner_id, None)
        self._held[outgoing.diner_id] = (outgoing.id, now)
        until = now + self._apart  # read behind that: `hasten` goes the other way round
        with self._database.alone() as connection:
            sending.hold_next(connection, outgoing, rank=statuses.SENT_RANK, now=now, until=until)

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
        self._metrics.sends.labels("looked_up").inc()
        addresses = (outgoing.address, *outgoing.other_addresses)
        for address, bubble in product(addresses, self._as_it_may_be_out(outgoing)):
            listed = self._door.find_sent(
                to=address,
                from_=outgoing.number,
                bubble=bubble,
                age=outgoing.claimed_at - since,
            )
            if listed and (sid := self._first_unrecorded(listed, outgoing.id)):
                return sid
        return None

    def _as_it_may_be_out(self, outgoing: Outgoing) -> list[Bubble]:
        # Also within their 24 hours: they may have begun anew since it went out.
        template = self._clearance.as_template(outgoing)
        return [outgoing.bubble, template] if template else [outgoing.bubble]

    def _first_unrecorded(self, listed: list[str], part_id: int) -> str | None:
        with self._database.alone() as connection:
            return receipts.first_unrecorded(connection, listed, part_id)

    def _until_next_look_s(self, outgoing: Outgoing) -> float:
        """0 for what was looked for long enough, or need not be."""
        if outgoing.tried_at is None:
            return 0.0
        unsure_s = (outgoing.claimed_at - outgoing.tried_at).total_seconds()
        return next((look_s - unsure_s for look_s in self._looks_s if look_s > unsure_s), 0.0)

    def _look_later(self, outgoing: Outgoing, pause_s: float) -> bool:
        tracing.current().fail("unsure")
        log.info("outbox.unsure", pause_s=pause_s)
        self._failing.put_off(outgoing, pause_s, maybe_sent=True)
        return False

    def _may_begin(self, outgoing: Outgoing) -> bool:
        """Wait for its turn; False where it need not go out any more."""
        self._pace.wait(outgoing.number)
        # Of what was out before, a status callback may have told meanwhile that it arrived.
        is_first = outgoing.maybe_sent_since is None and not outgoing.resends
        return is_first or self._begin_again(outgoing)

    def _lose(self, outgoing: Outgoing) -> bool:
        tracing.current().fail("lost")
        log.warning("outbox.lost")
        self._metrics.sends.labels("lost").inc()
        self._metrics.leases_lost.labels("part").inc()
        # Unless somebody has it by now, they need not look for it: it never left.
        maybe_sent = outgoing.maybe_sent_since is not None
        self._failing.put_off(outgoing, 0, maybe_sent=maybe_sent, tried_at=outgoing.tried_at)
        return False

    def _callback(self, outgoing: Outgoing) -> str:
        again = f"&resend={outgoing.resends}" if outgoing.resends else ""
        return f"{self._callback_url}?part={outgoing.id}{again}"

    def _begin_again(self, outgoing: Outgoing) -> bool:
        with self._database.alone() as connection:
            return sending.begin_again(connection, outgoing, self._clock.steady())

    def _record_failure(self, outgoing: Outgoing, error: SendError, *, was_sent: bool) -> bool:
        tracing.current().fail(error.reason)
        goes_on, told = self._failing.record(outgoing, error, was_sent=was_sent)
        for diner_id in told:
            self._lanes.wake(diner_id)
        return goes_on
