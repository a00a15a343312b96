"""How Twilio's webhooks are answered, and how soon: counted for `/metrics`, and nothing else.

A hook of Flask's for each request would cost more than all of this.
"""

import time
from collections.abc import Callable, Mapping
from functools import cache

from flask import request
from werkzeug.exceptions import HTTPException

from models.database.absence import DatabaseUnavailableError, UnstorableError
from telemetry.metrics import Metrics
from whatsapp.inbound import BadFormError
from whatsapp.streams import BadFrameError

TAKEN, MALFORMED, UNAVAILABLE, FAILED = "taken", "malformed", "unavailable", "failed"
REFUSED = {400: MALFORMED, 403: "forged", 413: "too_large", 415: "no_form", 503: UNAVAILABLE}
OUTCOMES = (TAKEN, *REFUSED.values(), FAILED)
KINDS = {"receive": "message", "status": "status"}  # by the view
KINDS_OF_CALLS = {"ring": "call", "progress": "call_status", "stream": "call_stream"}
CAME_AT = "tableside.came_at"


class Acknowledging:
    """`clock`: monotonic seconds. `kinds`: by the view that answers."""

    def __init__(
        self,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
        kinds: Mapping[str, str] = KINDS,
    ) -> None:
        self.clock = clock
        self._kinds = kinds
        # Kept, since looking one up costs more than counting.
        self.outcomes = cache(metrics.webhooks.labels)
        self.seconds = cache(metrics.acknowledged_seconds.labels)
        for kind in kinds.values():
            self.seconds(kind)
            # What has not happened yet is 0, so that one sees it begin.
            for outcome in OUTCOMES:
                self.outcomes(kind, outcome)

    def begin(self) -> None:
        """A webhook has come."""
        request.environ[CAME_AT] = self.clock()

    def of(self, kind: str) -> "Answering":
        """For the block that makes its 204, or fails."""
        return Answering(self, kind)

    def count_refused(self, error: HTTPException) -> None:
        """It is not Twilio's, or not one of those that we take."""
        kind = self._kinds[(request.endpoint or "").rpartition(".")[2]]
        self.outcomes(kind, REFUSED.get(error.code or 0, FAILED)).inc()

    def count_astray(self, outcome: str) -> None:
        """It came to no route of ours."""
        self.outcomes("astray", outcome).inc()


class Answering:
    """A class, since a generator would cost as much again."""

    __slots__ = ("_kind", "_of")

    def __init__(self, of: Acknowledging, kind: str) -> None:
        self._of = of
        self._kind = kind

    def __enter__(self) -> None:
        """It came when `begin` was told."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        of = self._of
        of.outcomes(self._kind, _outcome(error)).inc()
        if error is None:
            of.seconds(self._kind).observe(of.clock() - request.environ[CAME_AT])


def _outcome(error: BaseException | None) -> str:
    match error:
        case None:
            return TAKEN
        case BadFormError() | BadFrameError() | UnstorableError():
            return MALFORMED
        case DatabaseUnavailableError():
            return UNAVAILABLE
    return FAILED
