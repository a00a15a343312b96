"""The doors to what is outside, made of the settings: database, Twilio, the model, or stand-ins.

Making one opens none. What stands behind them is `service`'s to wire.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from addresses import SCHEME
from env_file import for_tracing
from knowledge.clock import Clock
from models import restaurants
from models.database.engine import Database
from proxies import proxy_for
from realtime.call.line import CallLine
from realtime.client import RealtimeClient
from realtime.connection import Connection
from realtime.fleet.limits import Limits
from realtime.request import extras_left_out
from realtime.traces import server_of
from settings import Settings, SettingsError
from telemetry.metrics import Metrics
from telemetry.realtime_notes import RealtimeObserver
from telemetry.tracing import Collector
from whatsapp.internet import Internet
from whatsapp.media import MediaDoor
from whatsapp.outbound import TwilioDoor
from whatsapp.pictures import PictureDoor
from whatsapp.served import Served

# A voice note waits for those before it on its socket to be sent: the next socket opens soon.
VOICES_ON_A_SOCKET = 4
FIRST_OF_VOICE_S = 30.0

if TYPE_CHECKING:
    from realtime.trial import Observe
    from sandbox.server import Sandbox


@dataclass(frozen=True, slots=True)
class Outside:
    """`client`, `voice_client`: None where AI_REALTIME_ENABLED is false.

    `auth_token`: what signs Twilio's webhooks. `sandbox`: None where nothing is a stand-in.
    """

    database: Database
    sandbox: "Sandbox | None"
    auth_token: str
    twilio: TwilioDoor
    media: MediaDoor
    client: RealtimeClient | None
    voice_client: RealtimeClient | None
    served: Served


def outside(settings: Settings, metrics: Metrics, clock: Clock) -> Outside:
    """All that a service has outside. Raises SettingsError."""
    tables = database(settings, metrics.database_wait_seconds.observe)
    stand_ins = sandbox(settings, tables)
    auth_token, door = twilio(settings, stand_ins)
    return Outside(
        tables,
        stand_ins,
        auth_token,
        door,
        media(settings, stand_ins, clock),
        realtime_client(settings, stand_ins, metrics),
        voice_client(settings, stand_ins, metrics),
        served(settings, tables, clock),
    )


def database(settings: Settings, waited: Callable[[float], object] = lambda _: None) -> Database:
    """`waited` hears of each wait for a connection. Raises SettingsError."""
    size = settings.database_pool_size
    try:
        return Database(settings.database_url, pool_size=size, waited=waited)
    except ValueError as error:
        raise SettingsError(f"DATABASE_URL: {error}") from None


def sandbox(settings: Settings, database: Database) -> "Sandbox | None":
    """The stand-ins; None where every key is set, and then nothing of them is imported."""
    if settings.twilio_is_stand_in or settings.openai_is_stand_in:
        from sandbox.server import Sandbox  # noqa: PLC0415

        url = f"{settings.public_url or settings.local_url}/whatsapp"
        return Sandbox(partial(_numbers, database), webhook_url=url)
    return None


def _numbers(database: Database) -> Sequence[tuple[str, str]]:
    with database.transaction() as session:
        found = restaurants.all_of_them(session)
    return [(each.number, each.name) for each in found if each.number.startswith(SCHEME)]


def twilio(settings: Settings, sandbox: "Sandbox | None") -> tuple[str, TwilioDoor]:
    """What signs Twilio's webhooks, and the door to its REST API; or the stand-in's.

    Several secrets may sign, with commas between; the first opens the door.
    """
    account_sid, secrets, base_url, proxy_of = _account(settings, sandbox)
    public_url = settings.public_url or settings.local_url
    return secrets, TwilioDoor(
        account_sid, _first(secrets), base_url, public_url=public_url, proxy_of=proxy_of
    )


def media(settings: Settings, sandbox: "Sandbox | None", clock: Clock) -> MediaDoor:
    """The door to the files that diners send, which are Twilio's to keep."""
    sid, secrets, base_url, proxy_of = _account(settings, sandbox)
    return MediaDoor(sid, _first(secrets), base_url, proxy_of=proxy_of, sleep=clock.sleep)


def _account(
    settings: Settings, sandbox: "Sandbox | None"
) -> tuple[str, str, str | None, Callable[[str], str | None]]:
    """Its SID and secrets, where its API is, and the proxies that lead there."""
    if settings.twilio_account_sid and settings.twilio_auth_token:
        secrets = settings.twilio_auth_token.get_secret_value()
        return settings.twilio_account_sid, secrets, settings.twilio_api_base_url, _proxy
    assert sandbox is not None, "without an account there is a stand-in"
    return sandbox.account_sid, sandbox.auth_token, sandbox.twilio_url, lambda _: None


def _first(secrets: str) -> str:
    return secrets.partition(",")[0]


def pictures() -> PictureDoor:
    """The door to restaurants' own pictures of their dishes, wherever they are."""
    return PictureDoor(Internet(_proxy).pool)


def realtime_client(
    settings: Settings, sandbox: "Sandbox | None", metrics: Metrics
) -> RealtimeClient | None:
    """None where AI_REALTIME_ENABLED is false."""
    limits = Limits(
        sockets=settings.realtime_sockets,
        in_flight=settings.realtime_in_flight,
        first_event_s=settings.first_event_timeout_s,
        rotate_after_s=settings.realtime_rotate_after_s,
        probe_base_s=settings.realtime_probe_s,
    )
    return _client(settings, sandbox, RealtimeObserver(metrics), limits)


def voice_client(
    settings: Settings, sandbox: "Sandbox | None", metrics: Metrics
) -> RealtimeClient | None:
    """The one for sound, whose frames of megabytes hold up what is sent behind them.

    None where AI_REALTIME_ENABLED is false. Nothing is opened before the first voice note.
    """
    limits = Limits(
        in_flight=VOICES_ON_A_SOCKET,
        # It has to be sent first.
        first_event_s=max(settings.first_event_timeout_s, FIRST_OF_VOICE_S),
        rotate_after_s=settings.realtime_rotate_after_s,
        probe_base_s=settings.realtime_probe_s,
    )
    return _client(settings, sandbox, RealtimeObserver(metrics, "voice"), limits)


def trial_client(settings: Settings, observe: "Observe") -> RealtimeClient:
    """One to try the model out with, beside those of diners: with its key, never a stand-in's."""
    limits = Limits(sockets=1, in_flight=1, tries=2)
    client = _client(settings, None, observe, limits)
    assert client is not None, "it is asked for where the model answers"
    return client


def _client(
    settings: Settings, sandbox: "Sandbox | None", observer: "Observe", limits: Limits
) -> RealtimeClient | None:
    if not settings.ai_realtime_enabled:
        return None
    endpoint, key = _realtime(settings, sandbox)
    model = settings.openai_realtime_model
    connect = partial(Connection, endpoint, model, key, proxy=_proxy(endpoint))
    server = server_of(endpoint, model)
    return RealtimeClient(connect, observer, limits, extras_left_out(model), server)


def call_line(settings: Settings, sandbox: "Sandbox | None") -> Callable[[], CallLine] | None:
    """What makes each call a socket of its own; None where AI_REALTIME_ENABLED is false."""
    if not settings.ai_realtime_enabled:
        return None
    endpoint, key = _realtime(settings, sandbox)
    model = settings.openai_realtime_model
    connect = partial(Connection, endpoint, model, key, proxy=_proxy(endpoint))
    return partial(CallLine, connect)


def _realtime(settings: Settings, sandbox: "Sandbox | None") -> tuple[str, str]:
    """Where the model answers, and the key to it."""
    if settings.openai_api_key is not None:
        return settings.openai_realtime_endpoint, settings.openai_api_key.get_secret_value()
    assert sandbox is not None, "without a key there is a stand-in"
    return sandbox.realtime_url, sandbox.api_key


def served(settings: Settings, database: Database, clock: Clock) -> Served:
    """What others fetch from us."""
    key = settings.secret_key
    return Served(database, clock, key.get_secret_value() if key else None)


def collector(settings: Settings) -> Collector | None:
    """Where traces go; None where nobody collects them. It begins a thread."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None:
        return None
    # Its SDK takes megabytes, and a part of a second.
    from telemetry import otlp  # noqa: PLC0415

    takes_words = settings.otel_instrumentation_genai_capture_message_content
    return otlp.opened(endpoint, for_tracing(), takes_words=takes_words)


def _proxy(url: str) -> str | None:
    try:
        return proxy_for(url)
    except ValueError as error:
        raise SettingsError(str(error)) from None
