"""Files that Twilio fetches from us: each has an address that we signed, and that ends in a day.

What is in them, and when one is sent, is said elsewhere.
"""

from datetime import timedelta
from functools import cached_property

from itsdangerous import BadData, URLSafeSerializer

from knowledge.clock import Clock
from knowledge.menu_pictures import SERVED
from models import media, secrets_of_ours
from models.database.columns import MAX_INTEGER
from models.database.engine import Database
from models.media import File

# Twilio fetches within seconds of a send, and what could not be sent is tried again for hours.
LASTS = timedelta(hours=24)


class Served:
    """`secret` signs the addresses; None: a key that is kept in the database, for all processes."""

    def __init__(self, database: Database, clock: Clock, secret: str | None = None) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret

    def keep(self, file: File, diner_id: int) -> str:
        """The path that it is served at from now on. Raises DatabaseUnavailableError."""
        signer = self._signer
        expires_at = self._clock.now() + LASTS
        with self._database.connection() as connection:
            media_id = media.keep(connection, file, diner_id, expires_at)
        return SERVED + str(signer.dumps(media_id))

    def find(self, token: str) -> File | None:
        """None where the token is not ours, or its file is no more.

        Raises DatabaseUnavailableError.
        """
        media_id = self._media_id(token)
        if media_id is None:
            return None
        with self._database.alone() as connection:
            return media.find(connection, media_id, self._clock.now())

    def _media_id(self, token: str) -> int | None:
        try:
            found = self._signer.loads(token)
        except BadData:
            return None
        return found if isinstance(found, int) and 0 < found <= MAX_INTEGER else None

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        secret = self._secret or secrets_of_ours.signing_key(self._database)
        return URLSafeSerializer(secret, salt="media")
