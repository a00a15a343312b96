"""The token that a call's stream has to come with: the same however often Twilio posts its ring.

So it does not matter which of these requests is done first. That it is good once, and not for long,
`models.calls` sees to.
"""

from functools import cached_property
from hashlib import sha256

from itsdangerous import Signer

from models import secrets_of_ours
from models.database.engine import Database


class CallTokens:
    """`secret` makes them; None: a key that is kept in the database, for all processes."""

    def __init__(self, database: Database, secret: str | None = None) -> None:
        self._database = database
        self._secret = secret

    def of(self, sid: str) -> str:
        """Raises DatabaseUnavailableError."""
        return self._signer.get_signature(sid).decode()

    @cached_property
    def _signer(self) -> Signer:
        secret = self._secret or secrets_of_ours.signing_key(self._database)
        return Signer(secret, salt="call", digest_method=sha256)
