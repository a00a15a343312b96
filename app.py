"""The one place that wires: settings in, the service and its ways in out.

Importing it does nothing.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from conversation.turn import TurnTaker
from engine.delivery import Delivery
from engine.leases import Leases
from engine.runner import Runner
from engine.talk import Talk
from engine.upkeep import Upkeep
from handlers.ai import AiDoor
from handlers.commands import register_commands
from handlers.ops import OpsDoor
from handlers.service import Parts, Service
from handlers.whatsapp import WhatsAppDoor
from models import restaurants
from models.database.engine import Database, DatabaseUnavailableError
from personas.catalogue import PERSONAS
from realtime.client import RealtimeClient
from realtime.connection import Connection
from realtime.fleet.limits import Limits
from settings import WHATSAPP_SCHEME, Settings, SettingsError, load_settings
from telemetry.logs import configure_logging
from telemetry.metrics import Metrics
from telemetry.realtime_notes import RealtimeObserver
from whatsapp.outbound import TwilioDoor

if TYPE_CHECKING:
    from sandbox.server import Sandbox

# How long a caller of /ai/say waits beyond a turn's own time: for turns of the same sender before
# it.
PATIENCE_S = 15
RETRY_AFTER_S = "5"


def create_app() -> Flask:
    """The WSGI application. Ends the process with a sentence when a setting is wrong."""
    try:
        settings = load_settings()
        # Asked once somebody opens the phone, and then there is a service.
        sandbox = _sandbox(settings, lambda: _numbers(service.database))
        service = create_service(settings, sandbox)
    except (SettingsError, ValueError) as error:
        sys.exit(f"Tableside can't start.\n{error}")
    configure_logging(settings.log_level, as_json=settings.is_production)
    app = Flask("tableside", static_folder=None)
    for door in (WhatsAppDoor(service), AiDoor(service), OpsDoor(service)):
        app.register_blueprint(door.blueprint())
    if sandbox and settings.twilio_is_stand_in:
        from sandbox.phone.backend import Phone  # noqa: PLC0415

        app.register_blueprint(Phone(sandbox.exchange).blueprint())
    app.register_error_handler(DatabaseUnavailableError, _render_unavailable)
    app.register_error_handler(HTTPException, _render_http_error)
    register_commands(app, service)
    app.extensions["tableside"] = service
    return app


def create_service(settings: Settings, sandbox: "Sandbox | None") -> Service:
    """The service of these settings, nothing started.

    Raises ValueError, naming the variable, for settings that don't fit.
    """
    if settings.default_persona not in PERSONAS:
        raise ValueError(
            f"DEFAULT_PERSONA: {settings.default_persona!r} is not one of {', '.join(PERSONAS)}"
        )
    try:
        database = Database(settings.database_url, pool_size=settings.database_pool_size)
    except ValueError as error:
        raise ValueError(f"DATABASE_URL: {error}") from None
    return Service(settings, database, Metrics(), lambda service: _wire(service, sandbox))


def _sandbox(
    settings: Settings, numbers: Callable[[], Sequence[tuple[str, str]]]
) -> "Sandbox | None":
    """The stand-ins, not started; None where every key is set, and then nothing of them is
    imported.
    """
    if settings.twilio_is_stand_in or settings.openai_is_stand_in:
        from sandbox.server import Sandbox  # noqa: PLC0415

        return Sandbox(numbers, webhook_url=f"{settings.public_url or settings.local_url}/whatsapp")
    return None


def _wire(service: Service, sandbox: "Sandbox | None") -> Parts:
    """Everything that runs, each part with what it needs and no more."""
    settings, database, metrics = service.settings, service.database, service.metrics
    if sandbox:
        sandbox.start()
    client = _realtime_client(settings, sandbox, metrics) if settings.ai_realtime_enabled else None
    leases = Leases(settings.lease_s)
    door, auth_token = _twilio(settings, sandbox)
    taker = TurnTaker(
        database,
        client,
        PERSONAS,
        default_persona=settings.default_persona,
        cfo_numbers=settings.books_open_to,
        timeout_s=settings.turn_timeout_s,
        max_output_tokens=settings.max_output_tokens,
        now=service.now,
    )
    delivery = Delivery(
        database,
        door,
        leases,
        metrics,
        callback_url=f"{settings.public_url or settings.local_url}/whatsapp/status",
        # Twilio's rate is a number's, whichever process sends; a worker is one process.
        per_second=settings.twilio_messages_per_second
        / (settings.web_concurrency if settings.web_runs_turns else 1),
        at_once=settings.turns_at_once,
        now=service.now,
    )
    runner = Runner(
        database,
        taker,
        delivery,
        door,
        leases,
        metrics,
        at_once=settings.turns_at_once,
        runs_turns=service.runs_turns,
        now=service.now,
    )
    keep_for = timedelta(days=settings.retention_days) if settings.retention_days else None
    upkeep = Upkeep(database, runner, delivery, leases, keep_for=keep_for, now=service.now)
    timeout_s = settings.turn_timeout_s + PATIENCE_S
    talk = Talk(
        database, runner, taker, number=settings.twilio_whatsapp_number, timeout_s=timeout_s
    )
    return Parts(
        runner, upkeep, talk, client, auth_token, [each.close for each in (client, sandbox) if each]
    )


def _numbers(database: Database) -> tuple[tuple[str, str], ...]:
    with database.transaction() as session:
        found = restaurants.all_of_them(session)
    return tuple(
        (each.number, each.name) for each in found if each.number.startswith(WHATSAPP_SCHEME)
    )


def _realtime_client(
    settings: Settings, sandbox: "Sandbox | None", metrics: Metrics
) -> RealtimeClient:
    endpoint, key = settings.openai_realtime_endpoint, settings.openai_api_key
    if key is not None:
        api_key = key.get_secret_value()
    else:
        assert sandbox is not None, "without a key there is a stand-in"
        endpoint, api_key = sandbox.realtime_url, sandbox.api_key
    limits = Limits(
        sockets=settings.realtime_sockets,
        in_flight=settings.realtime_in_flight,
        first_event_s=settings.first_event_timeout_s,
        rotate_after_s=settings.realtime_rotate_after_s,
        probe_base_s=settings.realtime_probe_s,
    )
    return RealtimeClient(
        lambda: Connection(endpoint, settings.openai_realtime_model, api_key),
        RealtimeObserver(metrics),
        limits,
    )


def _twilio(settings: Settings, sandbox: "Sandbox | None") -> tuple[TwilioDoor, str]:
    """The door to Twilio's REST API, or to its stand-in, and the token that signs its webhooks."""
    if settings.twilio_account_sid and settings.twilio_auth_token:
        token = settings.twilio_auth_token.get_secret_value()
        return TwilioDoor(settings.twilio_account_sid, token, settings.twilio_api_base_url), token
    assert sandbox is not None, "without an account there is a stand-in"
    return TwilioDoor(
        sandbox.account_sid, sandbox.auth_token, sandbox.twilio_url
    ), sandbox.auth_token


def _render_unavailable(_: DatabaseUnavailableError) -> tuple[Response, int, dict[str, str]]:
    answer = jsonify(
        {"error": "The database is not available; try again in a few seconds.", "details": []}
    )
    return answer, 503, {"Retry-After": RETRY_AFTER_S}


def _render_http_error(error: HTTPException) -> tuple[Response, int]:
    return jsonify({"error": error.description or error.name, "details": []}), error.code or 500
