"""What Twilio tells of our messages: how far each came. A message only ever moves forward.

What did not arrive is sent once more where that may help, and stands in `inbox list` where not.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from engine import traces
from engine.alarm import Alarm
from engine.failing import heed
from engine.hands import tell_unheard
from engine.intake import WEBHOOK_LIMIT_S
from engine.patience import once_more
from knowledge.clock import Clock
from models import erasure, receipts, sending, templates
from models.database.engine import Database
from models.database.statements import Connection
from models.receipts import Moved
from telemetry.logs import log
from telemetry.metrics import Metrics
from telemetry.tracing import tracing
from whatsapp import errors, statuses
from whatsapp.choices import in_words
from whatsapp.errors import Action
from whatsapp.inbound import StatusCallback

# Before it is sent for the second time, and for the third and last.
ONCE_MORE_AFTER_S = (10.0, 60.0)
# What was written longer ago answers a question that the diner has left behind: by then it could
# come as the last word behind a newer answer.
WORTH_IT_FOR = timedelta(minutes=10)
OUT = statuses.ARRIVED | {"sent"}


class _News(NamedTuple):
    """`told`: the diners for whom it is news that a part did not arrive."""

    moved: Moved
    goes_again: bool = False
    told: Sequence[int] = ()


class Receipts:
    """`go_on` is told of each diner whose next part may go out now."""

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        alarm: Alarm,
        clock: Clock,
        go_on: Callable[[int], object],
    ) -> None:
        self._database = database
        self._metrics = metrics
        self.alarm = alarm
        self._clock = clock
        self._go_on = go_on

    def note(self, callback: StatusCallback, part_id: int | None, resend: int = 0) -> None:
        """Note a status; of what is not ours, or old news, nothing.

        `part_id` and `resend` are what our callback address carries: which part it is of, and how
        often that had been out before. Raises DatabaseUnavailableError.
        """
        rank = statuses.rank(callback.status)
        began_at = tracing.now()
        news = None
        if rank is not None:
            news = once_more(partial(self._news, callback, part_id, resend, rank))
        told = callback.status if news else "ignored"  # one of our own words is a try's outcome
        self._metrics.sends.labels(f"status_{told}").inc()
        if news is None or rank is None:
            return
        with traces.told(news.moved, callback, began_at):
            if callback.status in statuses.NOT_ARRIVED:
                self._tell(news.moved, callback, goes_again=news.goes_again)
            for diner_id in news.told:
                self._go_on(diner_id)
            if news.moved.rank < statuses.SENT_RANK <= rank:
                self._follow(news.moved)
            if callback.status in OUT:
                self._note_out(news.moved, callback.status)

    def _news(
        self, callback: StatusCallback, part_id: int | None, resend: int, rank: int
    ) -> _News | None:
        if callback.status not in statuses.NOT_ARRIVED:
            with self._database.alone(WEBHOOK_LIMIT_S) as connection:
                moved = self._move_forward(connection, callback, part_id, resend, rank)
            return _News(moved) if moved else None
        with self._database.connection(WEBHOOK_LIMIT_S) as connection:
            moved = self._move_forward(connection, callback, part_id, resend, rank)
            if moved is None:
                return None
            return _News(moved, *self._heed(connection, moved, callback.error_code))

    def _move_forward(
        self,
        connection: Connection,
        callback: StatusCallback,
        part_id: int | None,
        resend: int,
        rank: int,
    ) -> Moved | None:
        return receipts.move_forward(
            connection,
            sid=callback.sid,
            part_id=part_id,
            resend=resend,
            status=callback.status,
            rank=rank,
            arrived=callback.status in statuses.ARRIVED,
            error_code=callback.error_code,
            now=self._clock.steady(),
        )

    def _heed(
        self, connection: Connection, moved: Moved, code: int | None
    ) -> tuple[bool, list[int]]:
        """Whether what did not arrive goes once more, and the diners for whom that is news."""
        now = self._clock.steady()
        pause_s = self._pause_s(connection, moved, code, now)
        if pause_s is not None:
            not_before = now + timedelta(seconds=pause_s)
            receipts.send_once_more(connection, moved.part_id, not_before=not_before, now=now)
            return True, [] if pause_s else [moved.diner_id]
        receipts.mark_not_arrived(connection, moved.part_id, now)
        told = tell_unheard(connection, moved.part_id, code, now)
        told += heed(connection, moved.diner_id, code, written_at=moved.written_at, now=now)
        return False, told

    def _tell(self, moved: Moved, callback: StatusCallback, *, goes_again: bool) -> None:
        code = callback.error_code
        label = self._metrics.code(code)
        self._metrics.failures.labels(label, "undelivered").inc()
        if not goes_again:
            self._metrics.deliveries.labels("undelivered").inc()
        if errors.action(code) is Action.ALARM:
            self.alarm.ring(moved.number, code, was_taken=True)
        if goes_again:
            self._metrics.sends.labels("again").inc()
        log.warning(
            "outbox.undelivered",
            sid=callback.sid,
            part=moved.part_id,
            status=callback.status,
            code=code,
            remedy=errors.remedy(code),
            again=goes_again,
        )

    def _pause_s(
        self, connection: Connection, moved: Moved, code: int | None, now: datetime
    ) -> float | None:
        """How long what did not arrive waits before it goes out once more; None: it never does.

        As a template, or in words alone, it goes at once.
        """
        if moved.resends >= len(ONCE_MORE_AFTER_S):
            return None
        is_of_use = now - moved.written_at <= WORTH_IT_FOR
        match errors.action(code):
            case Action.TEMPLATE if not moved.resends:  # else it has been one
                purpose = moved.bubble.purpose or templates.LATE_ANSWER
                return 0.0 if templates.approved(connection, purpose, moved.diner_id) else None
            case Action.PLAIN if is_of_use:
                plain = in_words(moved.bubble)
                if moved.bubble.is_plain or not plain.text or plain == moved.bubble:
                    return None
                receipts.say_plainly(connection, moved.part_id, moved.bubble)
                return 0.0
            case Action.AGAIN if is_of_use:
                return ONCE_MORE_AFTER_S[moved.resends]
        return None

    def _note_out(self, moved: Moved, status: str) -> None:
        if moved.rank < statuses.SENT_RANK:  # it left just now, not before the alarm
            self.alarm.end(moved.number, is_out=True)
        if status in statuses.ARRIVED and moved.rank < statuses.ARRIVED_RANK:
            took = self._clock.steady() - moved.written_at
            self._metrics.delivery_seconds.observe(max(took.total_seconds(), 0.0))
            self._metrics.deliveries.labels("arrived").inc()

    def _follow(self, moved: Moved) -> None:
        """What waited for this part goes on."""
        if moved.is_more:
            with self._database.alone(WEBHOOK_LIMIT_S) as connection:
                sending.go_on(connection, moved.diner_id, moved.part_id, self._clock.steady())
            self._go_on(moved.diner_id)
        if moved.is_forgotten:
            with self._database.connection(WEBHOOK_LIMIT_S) as connection:
                erasure.finish_forgetting(connection, moved.diner_id)
