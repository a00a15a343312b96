"""What was read by key, read again after a while; while the database is away, the last of it."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from models.database.engine import Database, DatabaseUnavailableError

# A change is seen everywhere after so long, where nothing else is said.
FRESH_S = 1.0

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Fresh(Generic[Key, Value]):
    """`read` gives what the database has by a key; what it has not is read each time."""

    def __init__(
        self,
        database: Database,
        read: Callable[[Session, Key], Value | None],
        clock: Callable[[], float] = time.monotonic,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._database = database
        self._read = read
        self._clock = clock
        self._fresh_s = fresh_s
        self._known: dict[Key, tuple[Value, float]] = {}  # each with until when it is fresh

    def of(self, key: Key) -> Value | None:
        """Raises DatabaseUnavailableError only for what was never read."""
        now = self._clock()
        known, fresh_until = self._known.get(key, (None, now))
        if now < fresh_until:
            return known
        if known is not None:
            self._known[key] = known, now + self._fresh_s  # the others need not all ask at once
        try:
            with self._database.transaction() as session:
                found = self._read(session, key)
        except DatabaseUnavailableError:
            if known is None:
                raise
            return known
        if found is None:
            self._known.pop(key, None)
        else:
            self._known[key] = found, now + self._fresh_s
        return found
