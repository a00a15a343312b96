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
    """Turns a connection's notes into log events and metrics.

    `name`: of one beside the shared one: it stands before what is counted, and in the log.
    """

    def __init__(self, metrics: Metrics, name: str = "") -> None:
        self._prefix = f"{name}_" if name else ""
        self._bound = {"connection": name} if name else {}
        # Kept, since looking one up costs more than counting.
        self._events = cache(metrics.realtime_events.labels)
        self._seconds = cache(metrics.realtime_seconds.labels)
        self._tokens = cache(metrics.tokens.labels)

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        cause = str(fields.get("cause") or fields.get("code") or fields.get("kind") or "")
        # What the server said about it stands behind the colon, and may be anything.
        label = label_of(cause.partition(":")[0])
        self._events(self._prefix + event.removeprefix("realtime."), label).inc()
        if event == "realtime.first_delta":
            self._seconds(f"{self._prefix}first_delta").observe(fields["seconds"])
        elif event == "realtime.answered":
            self._answered(fields)
        if event not in _UNLOGGED:
            getattr(log, _LEVELS.get(event, "info"))(event, **self._bound, **fields)

    def _answered(self, fields: Mapping[str, Any]) -> None:
        self._seconds(f"{self._prefix}queue").observe(fields["queue_seconds"])
        self._seconds(f"{self._prefix}response").observe(fields["response_seconds"])
        for kind in ("input", "cached", "output"):
            self._tokens(self._prefix + kind).inc(fields[f"{kind}_tokens"])
