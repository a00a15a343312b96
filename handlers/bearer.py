"""Who may call with a bearer token: one of those that a setting has, several while it is rotated.

It keeps their digests alone, and never says which of them was given, or how near one came.
"""

import hmac
from hashlib import sha256

from flask import Request

SCHEME = "bearer"
# What a 401 says beside its sentence: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Bearers:
    """`tokens`: with commas between, as the settings have them."""

    def __init__(self, tokens: str) -> None:
        self._digests = [_digest(each) for each in tokens.split(",")]

    def admit(self, called: Request) -> str | None:
        """A name of the one that the call carries, however it is spelled, which is no token."""
        scheme, _, token = called.headers.get("Authorization", "").partition(" ")
        given = _digest(token.strip())
        # All of them, always: how long it takes tells nothing.
        found = [hmac.compare_digest(given, each) for each in self._digests]
        return given.hex() if scheme.lower() == SCHEME and any(found) else None


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
