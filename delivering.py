"""What sends, and what tells how that goes, wired for `service`.

It starts nothing, and answers nobody.
"""

from doors import Outside
from engine.alarm import Alarm
from engine.delivery import Delivery
from engine.leases import Leases
from engine.numbers import Numbers
from engine.standing import Standing
from knowledge.clock import Clock
from settings import Settings
from telemetry.metrics import Metrics


def delivery(
    settings: Settings, outside: Outside, leases: Leases, metrics: Metrics, clock: Clock
) -> Delivery:
    # Twilio's rate is a number's, whichever process sends; a worker is one process.
    processes = settings.web_concurrency if settings.web_runs_turns else 1
    return Delivery(
        outside.database,
        outside.twilio,
        leases,
        metrics,
        clock,
        callback_url=f"{settings.public_url or settings.local_url}/whatsapp/status",
        per_second=settings.twilio_messages_per_second / processes,
        at_once=settings.turns_at_once,
        unsure_s=settings.unsure_send_s,
    )


def numbers(
    outside: Outside, alarm: Alarm, metrics: Metrics, clock: Clock, *, process: str
) -> Numbers:
    """What this process tells at `/metrics`, under its own name."""
    standing = Standing(metrics, outside.database, alarm, outside.client, outside.voice_client)
    return Numbers(outside.database, metrics, standing, clock, process=process)
