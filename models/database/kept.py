"""A connection that stays open between its uses; who gets it for how long is `engine.py`'s."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.pool import PoolProxiedConnection

from models.database.statements import Connection
from models.database.watch import Line

# What was idle for so long is tried before it is used: what lies between may have dropped it
# without a word.
PING_AFTER_S = 10.0


@dataclass(slots=True, eq=False)
class Kept:
    """The engine's, the driver's, and in the service's form.

    `line`: None where there is no other side.
    """

    lent: PoolProxiedConnection
    driver: Any
    connection: Connection
    line: Line | None
    used_at: float = 0.0  # in seconds of the monotonic clock

    def is_doubtful(self, now: float) -> bool:
        assert self.line is not None, "asked of what has another side"
        return now - self.used_at > PING_AFTER_S or self.line.has_unread()

    def drop(self) -> None:
        """At once, whatever is under way on it."""
        if self.line:
            self.line.close()
        if self.lent.is_valid:
            self.lent.invalidate()
        self.lent.close()

    def close(self) -> None:
        if self.line:
            self.line.close()
        self.lent.close()
