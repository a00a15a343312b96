"""What Twilio tells of our messages: how far each came. A message only ever moves forward."""

from engine.intake import WEBHOOK_LIMIT_S
from knowledge.clock import Clock
from models import receipts
from models.database.engine import Database
from telemetry.logs import log
from telemetry.metrics import Metrics
from whatsapp import statuses
from whatsapp.inbound import StatusCallback


class Receipts:
    def __init__(self, database: Database, metrics: Metrics, clock: Clock) -> None:
        self._database = database
        self._metrics = metrics
        self._clock = clock

    def note(self, callback: StatusCallback, part_id: int | None) -> None:
        """Note a status; of what is not ours, or old news, nothing.

        `part_id` is what our callback address carries. Raises DatabaseUnavailableError.
        """
        rank = statuses.rank(callback.status)
        moved = rank is not None and self._move_forward(callback, part_id, rank)
        if callback.error_code:
            log.warning(
                "outbox.undelivered",
                sid=callback.sid,
                status=callback.status,
                code=callback.error_code,
            )
        self._metrics.sends.labels(callback.status if moved else "status_ignored").inc()

    def _move_forward(self, callback: StatusCallback, part_id: int | None, rank: int) -> bool:
        with self._database.alone(WEBHOOK_LIMIT_S) as connection:
            return receipts.move_forward(
                connection,
                sid=callback.sid,
                part_id=part_id,
                status=callback.status,
                rank=rank,
                error_code=callback.error_code,
                now=self._clock.steady(),
            )
