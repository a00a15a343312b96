"""Counts calls: in memory, in the database or in Redis, and by itself while the others are away.

It knows neither limits nor callers. Importing it brings in `limits`, which only limited ways need.
"""

import time
from hashlib import sha256
from math import inf
from urllib.parse import parse_qs, urlsplit

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from knowledge.clock import Clock
from models import windows
from models.database.engine import Database, DatabaseUnavailableError
from telemetry.logs import log

# Where counting together fails: so long each process counts by itself before that is tried again.
APART_S = 10.0
COUNT_WITHIN_S = 2.0
REDIS_WITHIN_S = 0.5
# Of each process: the smallest plans of Redis take 20 in all.
REDIS_CONNECTIONS = 4
SWEEP_EVERY_S = 60.0
# `limits` goes through all keys in memory, again and again: beyond so many, all begins anew.
MOST_KEYS = 20_000


class Counting:
    """`storage`: where all processes count together. A count never fails."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._together = FixedWindowRateLimiter(storage)
        self._by_itself = FixedWindowRateLimiter(InMemory())
        self._clock = clock
        self._apart_until = -inf
        self._is_apart = False

    def wait_s(self, what: str, who: str, most: int, per_s: int) -> float:
        """Count a call. 0: it may go on; else the seconds until the window ends that is full."""
        if self._clock.monotonic() >= self._apart_until:
            try:
                left_s = _wait_s(self._together, what, who, most, per_s)
            except StorageError as error:
                self._note(apart=True, why=str(error))
            else:
                self._note(apart=False)
                return left_s
        return _wait_s(self._by_itself, what, who, most, per_s)

    def _note(self, *, apart: bool, why: str = "") -> None:
        if apart:
            self._apart_until = self._clock.monotonic() + APART_S
        if apart and not self._is_apart:
            log.warning("limits.apart", why=why)
        elif self._is_apart and not apart:
            log.info("limits.together")
        self._is_apart = apart


def _wait_s(counts: FixedWindowRateLimiter, what: str, who: str, most: int, per_s: int) -> float:
    limit = RateLimitItemPerSecond(most, per_s, namespace=what)
    # An address, or the name of an account, does not stand there to be read.
    key = sha256(who.encode()).hexdigest()[:32]
    if counts.hit(limit, key):
        return 0.0
    return max(counts.get_window_stats(limit, key).reset_time - time.time(), 1.0)


def storage(
    redis_url: str | None, database: Database, clock: Clock, *, is_verified: bool = True
) -> Storage:
    """Where all processes that there may be count together; SQLite has one.

    `is_verified`: see `in_redis`.
    """
    if redis_url:
        return in_redis(redis_url, is_verified=is_verified)
    return InMemory() if database.is_sqlite else InDatabase(database, clock)


class _Ends(dict[str, float]):
    """When what is counted is over, in Unix seconds; what has gone meanwhile is never due.

    The library's sweep runs in a thread of its own, through keys that it has listed before.
    """

    def __missing__(self, key: str) -> float:
        return inf


class InMemory(MemoryStorage):
    """`limits`' own; but callers from ever new addresses don't make it large."""

    def __init__(self) -> None:
        super().__init__()
        self.expirations = _Ends()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        if len(self.expirations) >= MOST_KEYS:
            self.reset()
        return super().incr(key, expiry, amount)


class InDatabase(Storage):
    """A row for each window, which all processes count up."""

    STORAGE_SCHEME = None

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(wrap_exceptions=True)
        self._database = database
        self._clock = clock
        self._swept_at = clock.monotonic()

    @property
    def base_exceptions(self) -> type[Exception]:
        return DatabaseUnavailableError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = self._clock.steady()
        with self._database.alone(COUNT_WITHIN_S) as connection:
            hits = windows.hit(connection, key, expiry, now, amount)
        self._sweep()
        return hits

    def get(self, key: str) -> int:
        return self._look(key)[0]

    def get_expiry(self, key: str) -> float:
        return time.time() + self._look(key)[1]

    def check(self) -> bool:
        self.get("")
        return True

    def clear(self, key: str) -> None:
        raise NotImplementedError

    def reset(self) -> int | None:
        raise NotImplementedError

    def _look(self, key: str) -> tuple[int, float]:
        with self._database.alone(COUNT_WITHIN_S) as connection:
            return windows.look(connection, key, self._clock.steady())

    def _sweep(self) -> None:
        now = self._clock.monotonic()
        if now - self._swept_at >= SWEEP_EVERY_S:
            self._swept_at = now
            with self._database.alone(COUNT_WITHIN_S) as connection:
                windows.let_go(connection, self._clock.steady())


def in_redis(url: str, *, is_verified: bool = True) -> Storage:
    """It connects with the first call.

    `is_verified`: the certificate of a `rediss://` server is checked, unless the address says.
    """
    from redis import BlockingConnectionPool  # noqa: PLC0415 (it takes 0.4 s and 28 MB)
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    parts = urlsplit(url)
    is_open = parts.scheme == "rediss" and not is_verified
    if is_open and "ssl_cert_reqs" not in parse_qs(parts.query):
        url += ("&" if parts.query else "?") + "ssl_cert_reqs=none"
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=REDIS_CONNECTIONS,
        timeout=REDIS_WITHIN_S,
        socket_timeout=REDIS_WITHIN_S,
        socket_connect_timeout=REDIS_WITHIN_S,
        retry=Retry(NoBackoff(), 1),  # one that was kept may have died since
    )
    return RedisStorage(url, connection_pool=pool, key_prefix="tableside", wrap_exceptions=True)
