"""The operator's pages, open to all: is the process alive, and can it serve."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from engine.account import Account
from engine.alarm import Alarm
from models import lateness
from models.database.engine import Database
from models.database.state import OK, State
from realtime.client import RealtimeClient

NOBODY = {
    "inbox_age_s": (
        "nobody answers: see that a process runs with WEB_RUNS_TURNS=true, or a worker,"
        " and how busy it is"
    ),
    "outbox_lag_s": "nobody sends: see that a process runs that answers, and its log of the outbox",
}


def _now() -> datetime:
    return datetime.now(UTC)


class HealthRoutes:
    """`client` is None where AI_REALTIME_ENABLED is false, `account` where Twilio is a stand-in.

    `now`: the moment as the leases know it, where the database has no clock of its own.
    """

    def __init__(
        self,
        database: Database,
        client: RealtimeClient | None,
        account: Account | None = None,
        alarm: Alarm | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._state = State(database, lambda connection: lateness.ages(connection, now()))
        self._client = client
        self._account = account
        self._alarm = alarm

    def blueprint(self) -> Blueprint:
        routes = Blueprint("health", __name__)
        routes.add_url_rule("/healthz", view_func=self.healthz)
        routes.add_url_rule("/readyz", view_func=self.readyz)
        return routes

    def healthz(self) -> Response:
        """The process answers. It asks nobody: a database that is away is no reason to restart."""
        return jsonify({"ok": True})

    def readyz(self) -> tuple[Response, int]:
        """Whether messages can be stored and answered, in words; 503 when not."""
        client = self._client
        account = self._account
        sight = self._state.sight()
        late = [NOBODY[name] for name, age in sight.figures.items() if age > lateness.MOST_AGE_S]
        is_ready = (
            sight.words == OK
            and (client is None or client.is_ready)
            and (account is None or account.refusal is None)
            and not late
        )
        told = {
            "ok": is_ready,
            "database": sight.words,
            "realtime": client.state() if client else "off: AI_REALTIME_ENABLED is false",
            **sight.figures,
        }
        if account:
            told["twilio"] = account.state()
        if self._alarm and (senders := self._alarm.state()):
            told["senders"] = senders  # others may be well: it is no reason to take messages away
        if late:
            told["late"] = late
        return jsonify(told), 200 if is_ready else 503
