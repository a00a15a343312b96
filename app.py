"""How the service is reached: its ways in by HTTP and by the command line.

Importing it does nothing.
"""

import sys

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from handlers.ai import DATABASE_AWAY, AiRoutes
from handlers.cli.commands import register_commands
from handlers.front import FrontRoutes
from handlers.headers import NO_PAGE, guard
from handlers.health import HealthRoutes
from handlers.media import MediaRoutes
from handlers.whatsapp import WhatsAppRoutes
from models.database.absence import DatabaseUnavailableError, UnstorableError
from service import Service
from settings import Settings, SettingsError, load_settings
from telemetry.logs import configure_logging, log_defect

RETRY_AFTER_S = "5"


def create_app() -> Flask:
    """The WSGI application. Ends the process with a sentence when a setting is wrong."""
    try:
        settings = load_settings()
        service = Service(settings)
    except SettingsError as error:
        sys.exit(f"Tableside can't start.\n{error}")
    configure_logging(settings.log_level, as_json=settings.is_production)
    return application(service)


def application(service: Service) -> Flask:
    """The service's ways in. Starting and stopping it is its owner's."""
    settings = service.settings
    app = Flask("tableside", static_folder=None)
    _register_routes(app, service, settings)
    app.register_error_handler(DatabaseUnavailableError, _render_unavailable)
    app.register_error_handler(UnstorableError, _render_unstorable)
    app.register_error_handler(HTTPException, _render_http_error)
    guard(app, NO_PAGE, settings.public_url)
    register_commands(app, service)
    app.extensions["tableside"] = service
    return app


def _register_routes(app: Flask, service: Service, settings: Settings) -> None:
    outside = service.outside
    whatsapp = WhatsAppRoutes(
        service.intake,
        service.receipts,
        auth_token=outside.auth_token,
        public_url=settings.public_url,
        is_ours=service.directory.has,
    )
    ai = AiRoutes(
        service.talk,
        api_token=settings.api_token.get_secret_value() if settings.api_token else None,
        is_production=settings.is_production,
        is_enabled=settings.ai_realtime_enabled,
    )
    health = HealthRoutes(
        service.database,
        outside.client,
        service.metrics,
        service.account,
        service.receipts.alarm,
        now=service.now,
        spending=service.spending,
        voice=outside.voice_client,
    )
    front = FrontRoutes(has_phone=settings.twilio_is_stand_in)
    for routes in (front, whatsapp, ai, health, MediaRoutes(outside.served)):
        app.register_blueprint(routes.blueprint())
    if outside.sandbox:
        # Where nobody started the service, as under `flask run`, the stand-ins must answer too.
        app.before_request(outside.sandbox.start)
    if outside.sandbox and settings.twilio_is_stand_in:
        from sandbox.phone.backend import Phone, notice  # noqa: PLC0415

        phone = Phone(outside.sandbox.exchange, notice=notice(service.model_host))
        app.register_blueprint(phone.blueprint())


def _render_unavailable(_: DatabaseUnavailableError) -> tuple[Response, int, dict[str, str]]:
    answer = jsonify({"error": DATABASE_AWAY, "details": []})
    return answer, 503, {"Retry-After": RETRY_AFTER_S}


def _render_unstorable(error: UnstorableError) -> tuple[Response, int]:
    """What the doors should have refused by its field: no fault that a retry could mend."""
    log_defect("request.unstorable", error)
    return jsonify({"error": "A value in it can't be stored.", "details": []}), 400


def _render_http_error(error: HTTPException) -> tuple[Response, int]:
    return jsonify({"error": error.description or error.name, "details": []}), error.code or 500
