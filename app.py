"""How the service is reached: its ways in by HTTP and by the command line.

Importing it does nothing.
"""

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from handlers.ai import DATABASE_AWAY, AiRoutes
from handlers.bodies import Request
from handlers.calls import CallsRoutes
from handlers.cli import doctor
from handlers.cli.commands import VOICES, register_commands
from handlers.console.mounted import AT, Mounted
from handlers.front import FrontRoutes
from handlers.headers import NO_PAGE, guard, keep_here
from handlers.health import HealthRoutes
from handlers.limits import Limits
from handlers.media import MediaRoutes
from handlers.metrics import MetricsRoutes
from handlers.openapi.route import OpenApiRoutes
from handlers.rules import RuleBuiltLate
from handlers.sounds import SoundRoutes
from handlers.whatsapp import WhatsAppRoutes
from knowledge.clock import Clock
from models.database.absence import DatabaseUnavailableError, UnstorableError
from service import Service
from setting_values import secrets_in
from settings import Settings, SettingsError, load_settings
from telemetry.logs import configure_logging, log_rationed
from telemetry.ration import Ration

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from handlers.counting import Counting

RETRY_AFTER_S = "5"
MAX_BODY = 64 * 1024  # bytes, where a way in says nothing else


def create_app() -> Flask:
    """The WSGI application. Ends the process with a sentence when a setting is wrong."""
    try:
        settings = load_settings()
        configure_logging(
            settings.log_level, as_json=settings.is_production, secrets=secrets_in(settings)
        )
        service = Service(settings)
    except SettingsError as error:
        if doctor.is_asked(sys.argv):
            return _at_the_doctors(error)
        sys.exit(f"Tableside can't start.\n{error}")
    if settings.is_production:
        # Wherever the setting came from: from here on, nothing of the sandbox can be imported.
        os.environ["TABLESIDE_ENV"] = "production"
    app = application(service)
    # What was imported and made is here to stay: to look through it for garbage, as Python does at
    # the end too, takes a command a sixth of its time.
    gc.freeze()
    return app


def _at_the_doctors(error: SettingsError) -> Flask:
    """Who asks what is wrong hears it in the doctor's own form, whatever else can't start."""
    app = Flask("tableside", static_folder=None)
    sentences = str(error).splitlines()
    app.cli.add_command(doctor.doctor_command(doctor.of_broken(sentences)))
    return app


def application(service: Service) -> Flask:
    """The service's ways in. Starting and stopping it is its owner's."""
    settings = service.settings
    app = Flask("tableside", static_folder=None)
    app.request_class = Request
    app.url_rule_class = RuleBuiltLate
    keep_here(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    limits = app.extensions["tableside.limits"] = _limits(service, settings)
    _register_routes(app, service, settings, limits)
    app.register_error_handler(DatabaseUnavailableError, _render_unavailable)
    app.register_error_handler(UnstorableError, partial(_render_unstorable, Ration()))
    app.register_error_handler(HTTPException, _render_http_error)
    _mount_console(app, service, limits)
    guard(app, NO_PAGE, settings.public_url)
    register_commands(app, service)
    app.extensions["tableside"] = service
    return app


def _mount_console(app: Flask, service: Service, limits: Limits) -> None:
    """What the console is made of is imported with its first request."""

    def make() -> Flask:
        from handlers.console.application import Parts, console  # noqa: PLC0415

        settings = service.settings
        key = settings.secret_key
        return console(
            Parts(
                database=service.database,
                now=service.now,
                secret_key=key.get_secret_value() if key else None,
                url=service.url,
                stopping=service.stopping,
                natively=service.natively,
                limits=limits,
                links=service.links,
                counting=service.counting,
                month_budget=settings.restaurant_monthly_budget,
                in_person=service.in_person,
                drafts=service.drafts,
                spending=service.spending,
                default_persona=settings.default_persona,
            )
        )

    mounted: dict[str, WSGIApplication] = {AT: Mounted(make)}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounted)  # type: ignore[method-assign]


def _register_routes(app: Flask, service: Service, settings: Settings, limits: Limits) -> None:
    outside = service.outside
    whatsapp = WhatsAppRoutes(
        service.intake,
        service.receipts,
        auth_token=outside.auth_token,
        public_url=settings.public_url,
        is_ours=service.directory.has,
        metrics=service.metrics,
    )
    ai = AiRoutes(
        service.talk,
        api_token=settings.api_token.get_secret_value() if settings.api_token else None,
        is_production=settings.is_production,
        is_enabled=settings.ai_realtime_enabled,
        limits=limits,
    )
    health = HealthRoutes(
        service.database,
        outside.client,
        service.account,
        service.receipts.alarm,
        now=service.now,
    )
    metrics = MetricsRoutes(
        service.database,
        service.numbers,
        service.spending,
        token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
        now=service.now,
        month_budget=settings.restaurant_monthly_budget,
    )
    front = FrontRoutes(has_phone=settings.twilio_is_stand_in)
    media = MediaRoutes(outside.served, limits)
    sounds = SoundRoutes(service.sentences, limits)
    calls = CallsRoutes(
        service.calls,
        service.sentences,
        auth_token=outside.auth_token,
        public_url=settings.public_url,
        limits=limits,
        metrics=service.metrics,
    )
    for routes in (front, whatsapp, ai, health, metrics, media, sounds, calls, OpenApiRoutes()):
        app.register_blueprint(routes.blueprint())
    if outside.sandbox:
        # Where nobody started the service, as under `flask run`, the stand-ins must answer too.
        app.before_request(outside.sandbox.start)
    if outside.sandbox and settings.twilio_is_stand_in:
        from sandbox.phone.backend import Phone, notice  # noqa: PLC0415

        phone = Phone(
            outside.sandbox.exchange,
            notice=notice(service.model_host),
            sentences=partial(service.sentences.in_voices, VOICES),
        )
        app.register_blueprint(phone.blueprint())


def _limits(service: Service, settings: Settings) -> Limits:
    def counting() -> "Counting":
        from handlers.counting import Counting, storage  # noqa: PLC0415

        # Heroku's servers of Redis sign their certificates themselves.
        is_verified = not settings.is_on_dyno
        counts = storage(settings.redis_url, service.database, clock, is_verified=is_verified)
        return Counting(counts, clock)

    clock = Clock()
    return Limits(
        counting,
        clock,
        trusted_proxies=settings.proxies_before_us,
        refused=lambda limit: service.metrics.refused.labels(limit).inc(),
    )


def _render_unavailable(_: DatabaseUnavailableError) -> tuple[Response, int, dict[str, str]]:
    answer = jsonify({"error": DATABASE_AWAY, "details": []})
    return answer, 503, {"Retry-After": RETRY_AFTER_S}


def _render_unstorable(ration: Ration, _: UnstorableError) -> tuple[Response, int]:
    """What the doors should have refused by its field: no fault that a retry could mend."""
    log_rationed("request.unstorable", ration, endpoint=request.endpoint)
    return jsonify({"error": "A value in it can't be stored.", "details": []}), 400


def _render_http_error(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
    said = error.description or error.name
    if said == RequestEntityTooLarge.description:
        most = request.max_content_length or MAX_BODY
        said = f"The body is too large: it may have {most // 1024} KiB."
    answer = jsonify({"error": said, "details": []})
    # As Allow, and Retry-After.
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return answer, error.code or 500, headers
