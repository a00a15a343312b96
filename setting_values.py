"""What people type or paste into a setting, brought to the form that is meant.

What can't be is refused by a ValueError whose sentence never shows the value: it may be a secret.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from addresses import SCHEME, USER_ID, international

ENDPOINT = "openai_realtime_endpoint"
MODEL = "openai_realtime_model"
QUOTES = "\"'`´“”„‟‘’‚‛«»‹›「」"
AROUND = re.compile(rf"^[\s{QUOTES}]+|(?<![\s{QUOTES}])[\s{QUOTES}]+$")
# What a header or a log of a token's use is copied with.
BEARER = re.compile(
    r"^(?:(?:export\s+)?[A-Z][A-Z_]{3,}=[\"']?|(?:(?i:authorization):\s*)?(?i:bearer)\s+)"
)
MIN_BEARER = 32  # characters
SCHEME_OF_A_NUMBER = re.compile(r"^(whatsapp:|tel:|(https?://)?wa\.me/)\s*", re.IGNORECASE)
# Without a mark in front, fewer may be a number of the country that one is in.
LEAST_WITHOUT_MARK = 11
# In CFO_NUMBERS; a space alone, where another entry plainly begins.
BETWEEN_ENTRIES = re.compile(r"[,;]|(?<=[^\s:])\s+(?=[+*]|whatsapp\s*:)", re.IGNORECASE)
BETWEEN_PRICES = re.compile(r"(?<![,;\s])[,;\s]++(?=[A-Za-z]|\Z)")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def cleaned(text: str) -> str:
    """Without what copying leaves around a value: spaces, line breaks, quotes, what is invisible.

    Idempotent; nothing may be left.
    """
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return AROUND.sub("", visible)


def one_line(text: str) -> str:
    """No setting has a control character within."""
    if any(unicodedata.category(each) == "Cc" for each in text):
        raise ValueError("has a line break or a control character in it")
    return text


def without_spaces(text: str) -> str:
    if any(each.isspace() for each in text):
        raise ValueError("has a space in it")
    return text


def captures(value: object) -> object:
    """Where OpenTelemetry may put what is said: its words for it are of spans and of events."""
    if isinstance(value, str) and value.strip().lower() in ("span_only", "span_and_event"):
        return True
    if isinstance(value, str) and value.strip().lower() in ("event_only", "no_content"):
        return False
    return value


def sent_with(endpoint: str) -> str:
    """A collector's address, where there is what sends to it."""
    try:
        is_installed = find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:  # nor what it is a part of
        is_installed = False
    if not is_installed:
        raise ValueError(
            "what traces are sent with is not installed: pip install -r requirements-tracing.txt"
        )
    return endpoint


def bearers(value: str) -> str:
    """API_TOKEN, METRICS_TOKEN: one, or with commas several, each of them as good as one alone."""
    given = [each for each in value.split(",") if each.strip()]
    if len(given) < 2:
        return bearer(*given or [value])
    return ",".join(_nth_bearer(nth, each) for nth, each in enumerate(given, start=1))


def _nth_bearer(nth: int, value: str) -> str:
    try:
        return bearer(value)
    except ValueError as error:
        raise ValueError(f"token {nth}: {error}") from None


def bearer(value: str) -> str:
    """What nobody guesses, and any client can send."""
    token = secret(value)
    if len(token) < MIN_BEARER:
        raise ValueError(
            f"must have {MIN_BEARER} characters or more: openssl rand -hex 32 makes one, and so"
            " does python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return token


def secret(text: str) -> str:
    """A key or a token, as it goes into a header."""
    key = BEARER.sub("", cleaned(text))
    if not re.fullmatch(r"[!-~]+", key):
        raise ValueError(
            "has a space, a line break or a letter in it that no key has: copy it again"
        )
    if "..." in key:
        raise ValueError("is a key cut short (...), as pages show them: copy the whole of it")
    return key


def secrets(value: str) -> str:
    """One, or several with commas between."""
    return ",".join(secret(each) for each in value.split(",") if each.strip())


def one_key(text: str) -> str:
    key = secret(text)
    if "," in key:
        raise ValueError("has a comma in it: it must be one key")
    return key


def account_sid(text: str) -> str:
    if text.startswith("SK"):
        raise ValueError(
            "is the SID of an API key (SK...): take the account's, which begins with AC,"
            " and the account's auth token"
        )
    if not text.startswith("AC"):
        raise ValueError("must be the account's SID, which begins with AC")
    return text


def secrets_in(values: Iterable[tuple[str, object]]) -> frozenset[str]:
    """All that no line of a log may hold, of named values; of several in one, each."""
    held = [each.get_secret_value() for _, each in values if isinstance(each, SecretStr)]
    return frozenset((*held, *(each for value in held for each in value.split(","))))


def whatsapp_address(text: str) -> str:
    """`whatsapp:+250788000001`, of a number as people write it; or of a user's ID, `RW.teta`.

    Spaces, dashes, brackets, `00` and a missing plus or scheme are understood, a number without
    its country code is not.
    """
    typed = unicodedata.normalize("NFKC", cleaned(text))
    name = SCHEME_OF_A_NUMBER.sub("", typed)
    if USER_ID.fullmatch(name):
        return f"{SCHEME}{name}"
    number = international(name, least_without_mark=LEAST_WITHOUT_MARK)
    if number is None:
        raise ValueError(
            "must be a WhatsApp number with its country code, such as whatsapp:+14155238886"
        )
    return f"{SCHEME}{number}"


def books_keys(value: object) -> object:
    """CFO_NUMBERS: addresses, `*` for everyone, and either of them with `@` a restaurant's slug."""
    if not isinstance(value, str):
        return value
    entries = [entry for each in BETWEEN_ENTRIES.split(value) if (entry := cleaned(each))]
    return frozenset(_books_key(nth, entry) for nth, entry in enumerate(entries, start=1))


def _books_key(nth: int, entry: str) -> str:
    who, mark, slug = (each.strip() for each in entry.partition("@"))
    if mark and not SLUG.fullmatch(slug.lower()):
        raise ValueError(
            f"entry {nth}: behind the @ must stand a restaurant's slug,"
            " as in whatsapp:+250788123456@kigali"
        )
    try:
        address = who if who == "*" else whatsapp_address(who)
    except ValueError as error:
        raise ValueError(f"entry {nth}: {error}; or * for everyone") from None
    return f"{address}{mark}{slug.lower()}"


def price_list(value: object) -> object:
    """PRICES: `name=amount`, US dollars, with commas between; which names there are, others say."""
    if not isinstance(value, str):
        return value
    entries = [entry for each in BETWEEN_PRICES.split(value) if (entry := cleaned(each))]
    given = [_price(nth, entry) for nth, entry in enumerate(entries, start=1)]
    if len(dict(given)) < len(given):
        raise ValueError("names a price twice")
    return dict(given)


def _price(nth: int, entry: str) -> tuple[str, Decimal]:
    name, _, amount = (each.strip() for each in entry.partition("="))
    if not re.fullmatch(r"\$?\d{1,9}(\.\d{1,9})?", amount, re.ASCII):
        raise ValueError(
            f"entry {nth}: must be a name and US dollars, as in text_in=0.60 or whatsapp_rw=0.0046"
        )
    return name.lower(), Decimal(amount.removeprefix("$"))


def url(text: str, schemes: Collection[str]) -> str:
    """An address that begins with one of `schemes`, and has a host."""
    scheme, mark, rest = text.partition("#")[0].rstrip("/?").partition("://")
    if not _has_a_port_or_none(text):
        raise ValueError("must have a port of 0 to 65535, or none")
    if not mark or scheme.lower() not in schemes or not re.fullmatch(r"[^\s/]\S*", rest):
        beginnings = " or ".join(f"{each}://" for each in schemes)
        raise ValueError(f"must be an address that begins with {beginnings}")
    return f"{scheme.lower()}://{rest}"


def redis_address(text: str) -> str:
    """With a database's number behind the host, or without; and how its certificate is checked."""
    address = url(text, ("redis", "rediss"))
    parts = urlsplit(address)
    if not re.fullmatch(r"(/[0-9]*)?", parts.path):
        raise ValueError("must end with a database's number, as redis://host:6379/0, or with none")
    is_checked = re.fullmatch(r"(ssl_cert_reqs=(none|optional|required))?", parts.query)
    if not is_checked or (parts.query and parts.scheme != "rediss"):
        raise ValueError("may have no parameter but ssl_cert_reqs=none, behind rediss://")
    return address


def split_model(values: dict[str, Any]) -> dict[str, Any]:
    """The endpoint without the model that is part of it, which is then OPENAI_REALTIME_MODEL.

    The address is shown with one in the API's documentation; other parameters stay.
    """
    endpoint, mark, query = str(values.get(ENDPOINT) or "").partition("#")[0].partition("?")
    parameters = query.split("&")
    named = [each for each in parameters if each.startswith("model=")]
    if not named:
        return values
    model = unquote(named[-1].removeprefix("model="))
    if values.get(MODEL, model) != model:
        raise ValueError(
            f"{ENDPOINT.upper()}: names another model than {MODEL.upper()}: leave one of them out"
        )
    rest = "&".join(each for each in parameters if each not in named)
    return values | {ENDPOINT: f"{endpoint}{mark if rest else ''}{rest}", MODEL: model}


def origin(address: str) -> str:
    """A scheme and a host, with a port or without: nothing behind them, and nobody's password."""
    parts = urlsplit(address)
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        host = parts.netloc.rpartition("@")[2]
        raise ValueError(f"must be the scheme and the host alone: {parts.scheme}://{host}")
    return address


def _has_a_port_or_none(address: str) -> bool:
    try:
        _ = urlsplit(address).port
    except ValueError:
        return False
    return True
