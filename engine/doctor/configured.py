"""The settings as they were given: what has no effect, what is missing, what is open too far.

Values never come here: only which are set.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from engine.doctor.finding import Finding, ok, warn, wrong

STAND_INS = {
    "OPENAI_API_KEY": "the practice model answers",
    "TWILIO_ACCOUNT_SID": "diners are played on the phone at /phone",
}
# What is weaker in production without it.
SECRETS = {
    "SECRET_KEY": (
        "it is made once and kept in the database, and with it in each backup",
        "Set SECRET_KEY: openssl rand -hex 32 makes one.",
    ),
    "API_TOKEN": (
        "/ai answers nobody",
        "Set API_TOKEN if you use /ai: openssl rand -hex 32 makes one.",
    ),
    "METRICS_TOKEN": (
        "/metrics answers this machine alone, and whatever proxy on it passes for it",
        "Set METRICS_TOKEN, and give it to whatever collects the figures.",
    ),
}
MADE_IN_ENV = "Rename it where it stands: in the environment or in .env."


@dataclass(frozen=True, slots=True)
class Configured:
    """`unset`: settings without a value, by their names in capitals.

    `misnamed`: a sentence for each variable that is none, and which was meant. `is_elsewhere`:
    Twilio's API is not at Twilio. `public_url`: None where it is not set.
    """

    is_production: bool
    unset: frozenset[str] = frozenset()
    misnamed: Sequence[str] = ()
    public_url: str | None = None
    is_elsewhere: bool = False
    answers: bool = True  # AI_REALTIME_ENABLED
    is_sqlite_on_dyno: bool = False
    proxies: int = 1  # that are taken to stand before us
    stand_ins: Mapping[str, str] = field(default_factory=lambda: STAND_INS)


def look(configured: Configured) -> Iterator[Finding]:
    for sentence in configured.misnamed:
        yield warn("settings.names", sentence, MADE_IN_ENV)
    missing = [name for name in configured.stand_ins if name in configured.unset]
    for name in missing:
        yield warn(
            "settings.stand_ins",
            f"{name} is not set: {configured.stand_ins[name]}.",
            f"Set {name} to serve real diners.",
        )
    yield from _secrets(configured)
    yield from _environment(configured, is_real=not missing)
    if configured.public_url is not None:
        yield from _public_url(configured, configured.public_url)
        yield from _proxies(configured, configured.public_url)
    if not configured.misnamed:
        yield ok("settings.names", "Every variable that looks like a setting is one.")


def _secrets(configured: Configured) -> Iterator[Finding]:
    if not configured.is_production:
        return
    unset = [name for name in SECRETS if name in configured.unset]
    for name in unset:
        effect, what_to_do = SECRETS[name]
        yield warn("settings.secrets", f"{name} is not set in production: {effect}.", what_to_do)
    if not unset:
        yield ok("settings.secrets", "Every secret is set.")


def _environment(configured: Configured, *, is_real: bool) -> Iterator[Finding]:
    if is_real and not configured.is_production:
        yield warn(
            "settings.environment",
            "TABLESIDE_ENV is development, beside real keys: the log is not JSON, and a key that"
            " gets lost is a stand-in in its place.",
            "Set TABLESIDE_ENV=production where diners are served; the Procfile does.",
        )
    if not configured.answers:
        yield warn(
            "settings.answers",
            "AI_REALTIME_ENABLED is false: diners get a polite sentence in place of an answer.",
            "Set AI_REALTIME_ENABLED=true when the model may answer again.",
        )
    if configured.is_sqlite_on_dyno:
        yield warn(
            "settings.sqlite",
            "SQLITE_ON_DYNO is true: every restart of the dyno erases all conversations.",
            "Add PostgreSQL (heroku addons:create heroku-postgresql), and unset it.",
        )


def _public_url(configured: Configured, url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    if configured.is_elsewhere:
        yield ok("settings.public_url", f"PUBLIC_URL is {url}, for a Twilio of your own.")
    elif is_private(url):
        yield wrong(
            "settings.public_url",
            f"PUBLIC_URL is {url}, which Twilio can't reach from the internet.",
            "Set PUBLIC_URL to the address that leads here from outside; a tunnel has one"
            " (cloudflared tunnel --url, ngrok http).",
        )
    elif parts.scheme != "https":
        yield warn(
            "settings.public_url",
            f"PUBLIC_URL is {url}: diners' words come over the internet in the clear.",
            "Serve it over https, and set PUBLIC_URL to that.",
        )
    else:
        yield ok("settings.public_url", f"PUBLIC_URL is {url}.")


def _proxies(configured: Configured, url: str) -> Iterator[Finding]:
    """The service itself speaks no TLS: over https, a proxy is there; over http, there need not."""
    is_https = urlsplit(url).scheme == "https"
    if configured.proxies and not is_https:
        yield warn(
            "settings.proxies",
            f"PUBLIC_URL is {url}, and TRUSTED_PROXIES {configured.proxies}: where no proxy stands,"
            " a caller passes for another by a header, and no limit by address holds.",
            "Set TRUSTED_PROXIES=0 where the service is called directly.",
        )
    elif is_https and not configured.proxies:
        yield warn(
            "settings.proxies",
            f"PUBLIC_URL is {url}, and TRUSTED_PROXIES 0: all who come through the proxy there"
            " count as one caller.",
            "Set TRUSTED_PROXIES to how many stand before the service.",
        )


def is_private(url: str) -> bool:
    """Whether the name of its host alone says that it is nowhere in the internet."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan"))
