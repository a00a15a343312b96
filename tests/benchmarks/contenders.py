"""Who is measured: our service on each of its databases, the floor, and the peers.

Each says how it is started and written to.
"""

import hashlib
import hmac
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from sandbox.twilio.webhooks import inbound_fields, sign
from tests.benchmarks.crowd import Form
from tests.benchmarks.environments import NotInstalledError, installed
from tests.benchmarks.model import MODEL
from tests.benchmarks.rest import digits
from tests.scenarios.world import (
    ACCOUNT_SID,
    API_KEY,
    AUTH_TOKEN,
    KIGALI,
    ROOT,
    procfile,
    service_environment,
)

PEERS = "tests.benchmarks.peers"
OUR_PROGRAMS = Path(sys.prefix) / "bin"
PHONE_ID, APP_SECRET = "106540352242922", "benchmark-secret"
DINERS = [f"whatsapp:+2507{number:08}" for number in range(10_000)]
# A number's pace at WhatsApp is not what is measured.
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
    """`prepare` makes its database, once a run; `missing` says why it can't run at all.

    A peer is not measured with a slow model or with nothing to do: some would be busy with that for
    minutes.
    """

    title: str
    command: Callable[[Place], Command]
    form: Callable[[str], Form]
    prepare: Callable[[Place], None] = lambda _: None
    is_peer: bool = False
    missing: str = ""


def ours(
    title: str, database_url: Callable[[Place], str], prepare: Callable[[Place], None]
) -> Contender:
    """What the Procfile's `web:` line starts, in production, with its logs into a file."""

    def command(place: Place) -> Command:
        environment = service_environment(
            place.port, database_url(place), dict(place.told), **LIFTED
        )
        return Command(["/bin/sh", "-c", procfile()["web"]], environment, ROOT)

    return Contender(title, command, twilio_form, prepare)


def under_gunicorn(
    module: str, *options: str, programs: Path | None = None
) -> Callable[[Place], Command]:
    """One of `peers/`. `programs`: of the environment that it needs, if ours has not all of it."""

    def command(place: Place) -> Command:
        gunicorn = [
            f"{programs or OUR_PROGRAMS}/gunicorn",
            "--bind",
            f"127.0.0.1:{place.port}",
            "--no-control-socket",
        ]
        return Command(
            [*gunicorn, *options, f"{PEERS}.{module}:app"], peers_environment(place), place.folder
        )

    return command


def under_uvicorn(module: str, *, programs: Path) -> Callable[[Place], Command]:
    def command(place: Place) -> Command:
        uvicorn = [
            f"{programs}/uvicorn",
            "--host",
            "127.0.0.1",
            "--port",
            str(place.port),
            "--no-access-log",
        ]
        return Command([*uvicorn, f"{PEERS}.{module}:app"], peers_environment(place), place.folder)

    return command


def peers_environment(place: Place) -> dict[str, str]:
    """It runs in its own folder: in ours gunicorn would read our configuration."""
    own = {"PUBLIC_URL": place.url, "DATABASE": f"{place.folder}/peer.db"}
    cloud = {"WHATSAPP_PHONE_ID": PHONE_ID, "WHATSAPP_APP_SECRET": APP_SECRET}
    return dict(place.told) | own | cloud | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


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
            f"POST /whatsapp HTTP/1.1\r\nHost: {host}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept:"
            " */*\r\nContent-Type: application/x-www-form-urlencoded;"
            f" charset=UTF-8\r\nContent-Length: {len(body)}\r\nI-Twilio-Idempotency-Token:"
            f" {uuid4()}\r\nX-Twilio-Signature:"
            f" {sign(AUTH_TOKEN, f'{url}/whatsapp', fields)}\r\n\r\n"
        )
        return head.encode() + body

    return form


def cloud_form(url: str) -> Form:
    """The signed webhook of WhatsApp's own API.

    https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks
    """
    host = url.partition("//")[2]

    def form(diner: str, text: str, _number: int) -> bytes:
        who = digits(diner)
        message = {
            "from": who,
            "id": f"wamid.{uuid4().hex}",
            "timestamp": str(int(time.time())),
            "type": "text",
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": digits(KIGALI), "phone_number_id": PHONE_ID},
            "contacts": [{"profile": {"name": "Guest"}, "wa_id": who, "user_id": f"RW.{who}"}],
            "messages": [message | {"text": {"body": text}}],
        }
        entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST /whatsapp HTTP/1.1\r\nHost: {host}\r\nUser-Agent: facebookexternalua\r\nAccept:"
            " */*\r\nContent-Type: application/json\r\nContent-Length:"
            f" {len(body)}\r\nX-Hub-Signature-256: sha256={signature}\r\n\r\n"
        )
        return head.encode() + body

    return form


GEVENT = ("--worker-class", "gevent", "--worker-connections", "2000")
FLOOR = Contender("floor", under_gunicorn("floor", *GEVENT), twilio_form)


def peers(cache: Path) -> list[Contender]:
    """Other ways to build such a service.

    The first two need nothing that we don't; one that can't be installed says why.
    """
    threads = ("--worker-class", "gthread", "--threads", "50")
    return [
        Contender(
            "Flask tutorial, gthread",
            under_gunicorn("tutorial", *threads),
            twilio_form,
            is_peer=True,
        ),
        Contender(
            "a websocket per message",
            under_gunicorn("per_message", *GEVENT),
            twilio_form,
            is_peer=True,
        ),
        _in_its_own(
            "pywa",
            cache,
            lambda programs: under_gunicorn("pywa_bot", *GEVENT, programs=programs),
            cloud_form,
        ),
        _in_its_own(
            "openai-agents",
            cache,
            lambda programs: under_uvicorn("agents_bot", programs=programs),
            twilio_form,
        ),
    ]


def _in_its_own(
    name: str,
    cache: Path,
    command: Callable[[Path], Callable[[Place], Command]],
    form: Callable[[str], Form],
) -> Contender:
    try:
        programs, missing = installed(name, cache), ""
    except NotInstalledError as error:
        programs, missing = cache, f"not installed: {error}"
    return Contender(name, command(programs), form, is_peer=True, missing=missing)
