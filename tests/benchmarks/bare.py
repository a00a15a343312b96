"""The least that a webhook can be: a Flask route that answers 204, under the service's own gunicorn configuration."""

from flask import Flask, Response


class Nothing:
    """What gunicorn.conf.py starts and stops beside the requests."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def create_app() -> Flask:
    app = Flask("bare")
    app.extensions["tableside"] = Nothing()
    app.add_url_rule("/whatsapp", view_func=lambda: Response(status=204), methods=["POST"], endpoint="whatsapp")
    app.add_url_rule("/healthz", view_func=lambda: {"ok": True}, endpoint="healthz")
    return app
