"""The operator's pages: is the process alive, can it serve, and its numbers."""

from flask import Blueprint, Response, jsonify

from handlers.service import Service
from models.database.engine import DatabaseUnavailableError
from models.database.migrate import is_current


class OpsDoor:
    def __init__(self, service: Service) -> None:
        self._service = service

    def blueprint(self) -> Blueprint:
        door = Blueprint("ops", __name__)
        door.add_url_rule("/healthz", view_func=self.healthz)
        door.add_url_rule("/readyz", view_func=self.readyz)
        door.add_url_rule("/metrics", view_func=self.metrics)
        return door

    def healthz(self) -> Response:
        """The process answers. It asks nobody: a database that is away is no reason to restart."""
        return jsonify({"ok": True})

    def readyz(self) -> tuple[Response, int]:
        """Whether messages can be stored and answered, in words; 503 when not."""
        database, realtime = self._database(), self._realtime()
        is_ready = database == "ok" and self._realtime_is_ready()
        return jsonify(
            {"ok": is_ready, "database": database, "realtime": realtime}
        ), 200 if is_ready else 503

    def metrics(self) -> Response:
        client = self._service.parts.client
        for what, count in (client.counts() if client else {}).items():
            self._service.metrics.realtime_now.labels(what).set(count)
        return Response(self._service.metrics.render(), mimetype="text/plain; version=0.0.4")

    def _database(self) -> str:
        try:
            self._service.database.ping()
            return (
                "ok"
                if is_current(self._service.database)
                else "not up to date: run flask --app app db upgrade"
            )
        except DatabaseUnavailableError:
            return "unreachable: check DATABASE_URL and that the server runs"

    def _realtime(self) -> str:
        client = self._service.parts.client
        return client.state() if client else "off: AI_REALTIME_ENABLED is false"

    def _realtime_is_ready(self) -> bool:
        client = self._service.parts.client
        return client is None or client.is_ready
