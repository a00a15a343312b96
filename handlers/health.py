"""The operator's pages: is the process alive, can it serve, and its numbers."""

from flask import Blueprint, Response, jsonify

from engine.account import Account
from models.database.engine import Database
from models.database.state import OK, State
from realtime.client import RealtimeClient
from telemetry.metrics import Metrics


class HealthRoutes:
    """`client` is None where AI_REALTIME_ENABLED is false, `account` where Twilio is a stand-in."""

    def __init__(
        self,
        database: Database,
        client: RealtimeClient | None,
        metrics: Metrics,
        account: Account | None = None,
    ) -> None:
        self._state = State(database)
        self._client = client
        self._metrics = metrics
        self._account = account

    def blueprint(self) -> Blueprint:
        routes = Blueprint("health", __name__)
        routes.add_url_rule("/healthz", view_func=self.healthz)
        routes.add_url_rule("/readyz", view_func=self.readyz)
        routes.add_url_rule("/metrics", view_func=self.metrics)
        return routes

    def healthz(self) -> Response:
        """The process answers. It asks nobody: a database that is away is no reason to restart."""
        return jsonify({"ok": True})

    def readyz(self) -> tuple[Response, int]:
        """Whether messages can be stored and answered, in words; 503 when not."""
        client = self._client
        account = self._account
        database = self._state.words()
        is_ready = (
            database == OK
            and (client is None or client.is_ready)
            and (account is None or account.refusal is None)
        )
        told = {
            "ok": is_ready,
            "database": database,
            "realtime": client.state() if client else "off: AI_REALTIME_ENABLED is false",
        }
        if account:
            told["twilio"] = account.state()
        return jsonify(told), 200 if is_ready else 503

    def metrics(self) -> Response:
        for what, count in (self._client.counts() if self._client else {}).items():
            self._metrics.realtime_now.labels(what).set(count)
        return Response(self._metrics.render(), mimetype="text/plain; version=0.0.4")
