"""Who is measured: our service on each of its databases, the floor, and the peers. Each says how it is started and written to."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from sandbox.webhooks import inbound_fields, sign
from tests.benchmarks.crowd import Form
from tests.benchmarks.model import MODEL
from tests.scenarios.world import ACCOUNT_SID, API_KEY, AUTH_TOKEN, KIGALI, ROOT, procfile, service_environment

PEERS = "tests.benchmarks.peers"
DINERS = [f"whatsapp:+2507{number:08}" for number in range(10_000)]
# One number's pace at WhatsApp is not what is measured, nor is a diner's.
LIFTED = {"TWILIO_MESSAGES_PER_SECOND": "100000", "DINER_TURNS_PER_MINUTE": "0"}


@dataclass(frozen=True)
class Command:
    words: list[str]
    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True)
class Place:
    """What a contender is told: its port, a folder of its own, and where the outside is."""

    port: int
    folder: Path
    told: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Contender:
    """`prepare` makes its database, once a run; `missing` says why it can't run at all."""

    title: str
    command: Callable[[Place], Command]
    form: Callable[[str], Form]
    prepare: Callable[[Place], None] = lambda _: None
    is_ours: bool = False
    missing: str = ""


def ours(title: str, database_url: Callable[[Place], str], prepare: Callable[[Place], None]) -> Contender:
    """What the Procfile's `web:` line starts, in production, with its logs into a file."""

    def command(place: Place) -> Command:
        environment = service_environment(place.port, database_url(place), dict(place.told), **LIFTED)
        return Command(["/bin/sh", "-c", f"exec {procfile()['web']}"], environment, ROOT)

    return Contender(title, command, twilio_form, prepare, is_ours=True)


def sqlite_url(place: Place) -> str:
    return f"sqlite:///{place.folder}/tableside.db"


def under_gunicorn(title: str, module: str, *options: str) -> Contender:
    """One of `peers/`, in our own virtual environment: it needs nothing that we don't."""

    def command(place: Place) -> Command:
        bind = ["--bind", f"127.0.0.1:{place.port}", "--no-control-socket"]
        return Command(
            [f"{sys.prefix}/bin/gunicorn", *bind, *options, f"{PEERS}.{module}:app"], peers_environment(place), place.folder
        )

    return Contender(title, command, twilio_form)


def peers_environment(place: Place) -> dict[str, str]:
    """It runs in its own folder: in ours gunicorn would read our configuration."""
    own = {"PUBLIC_URL": place.url, "PORT": str(place.port), "DATABASE": f"{place.folder}/peer.db"}
    return dict(place.told) | own | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def told(realtime_port: int, rest_port: int) -> dict[str, str]:
    """The outside, in the names of our settings."""
    return {
        "OPENAI_API_KEY": API_KEY,
        "OPENAI_REALTIME_ENDPOINT": f"ws://127.0.0.1:{realtime_port}/v1/realtime",
        "OPENAI_REALTIME_MODEL": MODEL,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{rest_port}",
    }


def twilio_form(url: str) -> Form:
    """Twilio's signed webhook about a WhatsApp message."""
    host = url.partition("//")[2]

    def form(diner: str, text: str, _number: int) -> bytes:
        fields = inbound_fields(ACCOUNT_SID, f"SM{uuid4().hex}", diner, KIGALI, text, "Guest", ())
        body = urlencode(fields).encode()
        head = (
            f"POST /whatsapp HTTP/1.1\r\nHost: {host}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
            f"I-Twilio-Idempotency-Token: {uuid4()}\r\nX-Twilio-Signature: {sign(AUTH_TOKEN, f'{url}/whatsapp', fields)}\r\n\r\n"
        )
        return head.encode() + body

    return form


FLOOR = under_gunicorn("floor", "floor", "--worker-class", "gevent", "--worker-connections", "2000")
