"""What becomes of a part that did not go out: once more later, otherwise, or never.

What each code of Twilio's asks for stands in `whatsapp.errors`; of what was taken and did not
arrive, `engine.receipts` does the same.
"""

from datetime import datetime, timedelta
from threading import Event

from engine.alarm import Alarm
from engine.hands import let_go, tell_unheard
from engine.pace import retry_pause_s
from engine.patience import patiently
from knowledge.clock import Clock
from models import erasure, opting, sending
from models.database.engine import Database
from models.database.statements import Connection
from models.outbox import Outgoing
from telemetry.logs import log
from telemetry.metrics import Metrics
from whatsapp import errors
from whatsapp.errors import Action
from whatsapp.host import SendError

# An answer so old is none any more, whatever kept it.
GIVE_UP_AFTER = timedelta(hours=24)


class Failing:
    """`unsure_s`: when what may have gone out is looked for first."""

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        alarm: Alarm,
        clock: Clock,
        stopping: Event,
        *,
        unsure_s: float,
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._alarm = alarm
        self._clock = clock
        self._stopping = stopping
        self._unsure_s = unsure_s

    def record(
        self, outgoing: Outgoing, error: SendError, *, was_sent: bool
    ) -> tuple[bool, list[int]]:
        """Whether another part may be due now, and the diners for whom something was written.

        `was_sent`: Twilio was asked to send it.
        """
        action = errors.action(error.code)
        # Twilio may know that their 24 hours are over before we do.
        goes_otherwise = was_sent and action is Action.TEMPLATE and not outgoing.bubble.template
        is_old = outgoing.claimed_at - outgoing.created_at > GIVE_UP_AFTER
        is_over = is_old or (error.permanent and not goes_otherwise)
        self._tell(outgoing, error, is_over=is_over, was_sent=was_sent)
        if action is Action.ALARM:
            self._alarm.ring(outgoing.number, error.code, was_taken=False)
        if is_over:
            return True, self._give_up(outgoing, error.code, is_news=was_sent)
        is_unsure = was_sent and error.maybe_sent
        pause_s = retry_pause_s(outgoing.attempt, error.retry_after, self._clock.random())
        if goes_otherwise:
            pause_s = 0.0
        self.put_off(
            outgoing,
            self._unsure_s if is_unsure else pause_s,
            # Once it may have gone out, it stays a maybe: Twilio is asked before the next try.
            maybe_sent=error.maybe_sent or outgoing.maybe_sent_since is not None,
            # This try never left: what is unsure is the one before.
            tried_at=None if is_unsure else outgoing.tried_at,
            error_code=error.code,
        )
        return goes_otherwise, []

    def put_off(
        self,
        outgoing: Outgoing,
        pause_s: float,
        *,
        maybe_sent: bool,
        tried_at: datetime | None = None,
        error_code: int | None = None,
    ) -> None:
        # That it goes as a template stays known, whatever that meets with.
        if error_code is None or errors.action(outgoing.code) is Action.TEMPLATE:
            error_code = outgoing.code

        def record() -> None:
            now = self._clock.steady()
            with self._database.alone() as connection:
                sending.try_later(
                    connection,
                    outgoing,
                    maybe_sent=maybe_sent,
                    not_before=now + timedelta(seconds=pause_s),
                    now=now,
                    tried_at=tried_at,
                    error_code=error_code,
                )

        patiently(record, self._clock, self._stopping)

    def _give_up(self, outgoing: Outgoing, code: int | None, *, is_news: bool) -> list[int]:
        told: list[int] = []

        def record() -> None:
            with self._database.connection() as connection:
                now = self._clock.steady()
                if sending.mark_failed(connection, outgoing, code, now):
                    told.extend(tell_unheard(connection, outgoing.id, code, now))
                    if is_news:
                        told.extend(
                            heed(connection, outgoing.diner_id, code, written_at=None, now=now)
                        )
                if outgoing.is_last_word:
                    erasure.finish_forgetting(connection, outgoing.diner_id)

        patiently(record, self._clock, self._stopping)
        return told

    def _tell(self, outgoing: Outgoing, error: SendError, *, is_over: bool, was_sent: bool) -> None:
        self._metrics.sends.labels("failed" if is_over else "again").inc()
        told = "refused" if was_sent else "withheld"
        label = self._metrics.code(error.code)
        if error.code is not None:
            self._metrics.failures.labels(label, told).inc()
        if is_over:
            self._metrics.deliveries.labels(told).inc()
        log.warning(
            "outbox.failed" if is_over else "outbox.again",
            code=error.code,
            remedy=errors.remedy(error.code),
            detail=str(error),
            attempt=outgoing.attempt,
        )


def heed(
    connection: Connection,
    diner_id: int,
    code: int | None,
    *,
    written_at: datetime | None,
    now: datetime,
) -> list[int]:
    """What Twilio says of the diner holds for all that would go to them.

    `written_at`: when the message that it is said of was, unless it is said right now; what they
    wrote later proves it wrong. Who of the staff is told, for them to be sent.
    """
    match errors.action(code):
        case Action.OPT_OUT:
            if opting.opt_out(connection, diner_id, written_at=written_at, now=now):
                return let_go(connection, diner_id, now)
        case Action.STOP:
            opting.block(connection, diner_id, written_at=written_at, now=now)
        case _:
            pass
    return []
