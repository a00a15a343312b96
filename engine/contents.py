"""What diners may tap, made at Twilio once for each shape, and deleted when nobody uses it.

No message depends on it: where it can't be made, choices are numbers in the text.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from knowledge.clock import Clock
from models import contents
from models.bubbles import Bubble
from models.database.engine import Database
from telemetry.logs import log
from whatsapp.choices import tappable
from whatsapp.content import ContentDoor
from whatsapp.host import SendError

KEPT_UNUSED = timedelta(days=30)
# After Twilio refused to make one, or did not answer: each try keeps a message waiting.
REST_S = 60.0
MOST_WAIT_S = 3.0  # numbers in the text now are better than taps later
SWEPT_AT_ONCE = 100


class Contents:
    """Where there are two alike, since a process died or two made it at once, one is not used."""

    def __init__(self, database: Database, door: ContentDoor, clock: Clock) -> None:
        self._database = database
        self._door = door
        self._clock = clock
        self._rests_until = 0.0

    def sid_of(self, bubble: Bubble) -> str | None:
        """The content of a bubble's choices, made if need be; None where they are to be numbers.

        Raises DatabaseUnavailableError.
        """
        taps = tappable(bubble)
        if taps is None:
            return None
        key = key_of(self._door.account_sid, taps.content)
        with self._database.alone() as connection:
            sid = contents.use(connection, key, self._clock.steady())
        return sid or self._make(key, taps.content)

    def forget(self, sid: str) -> None:
        """Twilio does not know it any more."""
        with self._database.alone() as connection:
            contents.forget(connection, sid)

    def sweep(self) -> None:
        """Delete what nobody has used for long; what can't be deleted is so the next time.

        Raises DatabaseUnavailableError.
        """
        now = self._clock.steady()
        with self._database.alone() as connection:
            unused = contents.unused_since(connection, now - KEPT_UNUSED, now, SWEPT_AT_ONCE)
        for sid in unused:
            try:
                self._door.delete(sid)
            except SendError as error:
                log.warning("content.not_deleted", sid=sid, code=error.code, detail=str(error))
                return
            # Who used it meanwhile is told by Twilio that it is gone, and makes it anew.
            self.forget(sid)

    def _make(self, key: str, content: Mapping[str, Any]) -> str | None:
        if self._clock.monotonic() < self._rests_until:
            return None
        try:
            made = self._door.create(content, most_s=MOST_WAIT_S)
        except SendError as error:
            self._rests_until = self._clock.monotonic() + (error.retry_after or REST_S)
            log.warning("content.not_made", code=error.code, detail=str(error))
            return None
        with self._database.alone() as connection:
            kept = contents.keep(connection, key, made, self._clock.steady())
        if kept != made:
            self._let_go(made)
        return kept

    def _let_go(self, sid: str) -> None:
        try:
            self._door.delete(sid)
        except SendError as error:
            log.info("content.not_deleted", sid=sid, code=error.code, detail=str(error))


def key_of(account_sid: str, content: Mapping[str, Any]) -> str:
    """A content belongs to its account."""
    told = json.dumps([account_sid, content], sort_keys=True)
    return sha256(told.encode()).hexdigest()
