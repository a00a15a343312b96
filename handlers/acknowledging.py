"""How Twilio's webhooks are answered, and how soon: counted for `/metrics`, and nothing else."""

import time
from collections.abc import Callable
from functools import cache

from flask import Blueprint, Response, g, request

from telemetry.metrics import Metrics

TAKEN = 204
OUTCOMES = {
    TAKEN: "taken",
    400: "malformed",
    403: "forged",
    413: "too_large",
    415: "no_form",
    500: "failed",
    503: "unavailable",
}
KINDS = {"receive": "message", "status": "status"}  # by the view


class Acknowledging:
    """`clock`: monotonic seconds."""

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Kept, since looking one up costs more than counting.
        self._outcomes = cache(metrics.webhooks.labels)
        self._seconds = cache(metrics.acknowledged_seconds.labels)
        for kind in KINDS.values():
            self._seconds(kind)
            # What has not happened yet is 0, so that one sees it begin.
            for outcome in OUTCOMES.values():
                self._outcomes(kind, outcome)

    def watch(self, routes: Blueprint) -> None:
        """Count what comes to these routes; first of all that is done before a request."""
        routes.before_request(self._begin)
        routes.after_request(self._end)

    def count_astray(self, outcome: str) -> None:
        """A webhook of Twilio's came to no route of ours."""
        self._outcomes("astray", outcome).inc()

    def _begin(self) -> None:
        g.came_at = self._clock()

    def _end(self, response: Response) -> Response:
        kind = KINDS[(request.endpoint or "").rpartition(".")[2]]
        status = response.status_code
        self._outcomes(kind, OUTCOMES.get(status, "failed")).inc()
        if status == TAKEN:
            self._seconds(kind).observe(self._clock() - g.came_at)
        return response
