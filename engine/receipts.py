"""What Twilio tells of our messages: how far each came. A message only ever moves forward.

What did not arrive is sent once more where that may help, and stands in `inbox list` where not.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from engine.hands import tell_unheard
from engine.intake import WEBHOOK_LIMIT_S
from engine.patience import once_more
from knowledge.clock import Clock
from models import erasure, receipts, sending
from models.database.engine import Database
from models.database.statements import Connection
from models.receipts import Moved
from telemetry.logs import log
from telemetry.metrics import Metrics
from whatsapp import errors, statuses
from whatsapp.inbound import StatusCallback

# Before it is sent for the second time, and for the third and last.
ONCE_MORE_AFTER_S = (10.0, 60.0)
# What was written longer ago answers a question that the diner has left behind: by then it could
# come as the last word behind a newer answer.
WORTH_IT_FOR = timedelta(minutes=10)


class Receipts:
    """`go_on` is told of each diner whose next part may go out now."""

    def __init__(
        self, database: Database, metrics: Metrics, clock: Clock, go_on: Callable[[int], object]
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._clock = clock
        self._go_on = go_on

    def note(self, callback: StatusCallback, part_id: int | None, resend: int = 0) -> None:
        """Note a status; of what is not ours, or old news, nothing.

        `part_id` and `resend` are what our callback address carries: which part it is of, and how
        often that had been out before. Raises DatabaseUnavailableError.
        """
        rank = statuses.rank(callback.status)
        moved = None
        if rank is not None:
            moved = once_more(partial(self._moved, callback, part_id, resend, rank))
        if moved and moved.rank < statuses.SENT_RANK <= (rank or 0):
            self._follow(moved)
        self._metrics.sends.labels(callback.status if moved else "status_ignored").inc()

    def _moved(
        self, callback: StatusCallback, part_id: int | None, resend: int, rank: int
    ) -> Moved | None:
        if callback.status not in statuses.NOT_ARRIVED:
            with self._database.alone(WEBHOOK_LIMIT_S) as connection:
                return self._move_forward(connection, callback, part_id, resend, rank)
        with self._database.connection(WEBHOOK_LIMIT_S) as connection:
            moved = self._move_forward(connection, callback, part_id, resend, rank)
            told = self._not_arrived(connection, moved, callback) if moved else []
        for diner_id in told:
            self._go_on(diner_id)
        return moved

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

    def _not_arrived(
        self, connection: Connection, moved: Moved, callback: StatusCallback
    ) -> list[int]:
        """The diners for whom something was written."""
        now = self._clock.steady()
        told: list[int] = []
        passes = errors.action(callback.error_code) is errors.Action.AGAIN
        is_of_use = now - moved.written_at <= WORTH_IT_FOR
        goes_again = passes and is_of_use and moved.resends < len(ONCE_MORE_AFTER_S)
        if goes_again:
            not_before = now + timedelta(seconds=ONCE_MORE_AFTER_S[moved.resends])
            receipts.send_once_more(connection, moved.part_id, not_before=not_before, now=now)
            self._metrics.sends.labels("again").inc()
        else:
            receipts.mark_not_arrived(connection, moved.part_id, now)
            told = tell_unheard(connection, moved.part_id, callback.error_code, now)
        log.warning(
            "outbox.undelivered",
            sid=callback.sid,
            part=moved.part_id,
            status=callback.status,
            code=callback.error_code,
            remedy=errors.remedy(callback.error_code),
            again=goes_again,
        )
        return told

    def _follow(self, moved: Moved) -> None:
        """What waited for this part goes on."""
        if moved.is_more:
            with self._database.alone(WEBHOOK_LIMIT_S) as connection:
                sending.go_on(connection, moved.diner_id, moved.part_id, self._clock.steady())
            self._go_on(moved.diner_id)
        if moved.is_forgotten:
            with self._database.connection(WEBHOOK_LIMIT_S) as connection:
                erasure.finish_forgetting(connection, moved.diner_id)
