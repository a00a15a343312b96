"""What the shared connection tells of itself, as log events and metrics."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from telemetry.causes import label_of
from telemetry.logs import log
from telemetry.metrics import Metrics

# One each turn, and counted: a line each would drown the rest.
_UNLOGGED = frozenset(
    {
        "realtime.answered",
        "realtime.binary_frame",
        "realtime.failed",
        "realtime.first_delta",
        "realtime.withdrawn",
    }
)
_LEVELS = {
    "realtime.stopped": "error",
    "realtime.cut": "warning",
    "realtime.refused": "warning",
    "realtime.error": "warning",
}


class RealtimeObserver:
    """Turns the shared connection's notes into log events and metrics."""

    def __init__(self, metrics: Metrics) -> None:
        # Kept, since looking one up costs more than counting.
        self._events = cache(metrics.realtime_events.labels)
        self._seconds = cache(metrics.realtime_seconds.labels)
        self._tokens = cache(metrics.tokens.labels)

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        cause = str(fields.get("cause") or fields.get("code") or fields.get("kind") or "")
        # What the server said about it stands behind the colon, and may be anything.
        label = label_of(cause.partition(":")[0])
        self._events(event.removeprefix("realtime."), label).inc()
        if event == "realtime.first_delta":
            self._seconds("first_delta").observe(fields["seconds"])
        elif event == "realtime.answered":
            self._answered(fields)
        if event not in _UNLOGGED:
            getattr(log, _LEVELS.get(event, "info"))(event, **fields)

    def _answered(self, fields: Mapping[str, Any]) -> None:
        self._seconds("queue").observe(fields["queue_seconds"])
        self._seconds("response").observe(fields["response_seconds"])
        for kind in ("input", "cached", "output"):
            self._tokens(kind).inc(fields[f"{kind}_tokens"])
