"""The connections that stay open between their uses; who gets one for how long is `engine.py`'s."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.pool import PoolProxiedConnection

from models.database.statements import Connection
from models.database.watch import Line, Watch

# Under load a connection is used again and again: whether it has died is not looked at each time.
LOOK_AFTER_S = 0.02
# What was idle for so long is tried before it is used: what lies between may have dropped it
# without a word.
PING_AFTER_S = 10.0
NEVER = float("-inf")


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


class AtHand:
    """Those that nobody uses."""

    def __init__(self, watch: Watch, dialect: Dialect) -> None:
        self._watch = watch
        self._dialect = dialect
        self._kept: list[Kept] = []

    def keep(self, kept: Kept, now: float) -> None:
        if kept.line and kept.line.was_cut:  # just as its use came to its end
            kept.drop()
            return
        kept.used_at = now
        self._kept.append(kept)

    def take(self, now: float, until: float) -> Kept | None:
        """The one that was used last, if it works. What has hung up meanwhile, nobody gets."""
        while self._kept:
            kept = self._kept.pop()
            if kept.line is None or now - kept.used_at < LOOK_AFTER_S:
                return kept
            if not kept.line.has_ended() and (
                not kept.is_doubtful(now) or self._answers(kept, kept.line, until)
            ):
                return kept
            kept.drop()
            if kept.line.was_cut:  # nothing keeps a server from this answer: all have lost it
                self.drop()
        return None

    def doubt(self) -> None:
        """One of them was cut: it may have waited for a lock, or nobody is there any more."""
        for kept in self._kept:
            kept.used_at = NEVER

    def drop(self) -> None:
        while self._kept:
            self._kept.pop().drop()

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()

    def _answers(self, kept: Kept, line: Line, until: float) -> bool:
        self._watch.begin(line, until)
        try:
            self._dialect.do_ping(kept.driver)
        except self._dialect.loaded_dbapi.Error:
            return False
        finally:
            self._watch.end(line)
        return True
