"""The leases that this process holds, and how long they last.

It stores nothing: the heartbeat renews them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock


class Leases:
    def __init__(self, lasts_s: float) -> None:
        self.lasts = timedelta(seconds=lasts_s)
        self._lock = Lock()
        self._held: dict[str, datetime] = {}  # until when it is ours for sure

    def until(self, now: datetime) -> datetime:
        """When a lease taken or renewed now runs out."""
        return now + self.lasts

    def hold(self, lease: str, until: datetime) -> None:
        with self._lock:
            self._held[lease] = until

    def release(self, lease: str) -> None:
        with self._lock:
            self._held.pop(lease, None)

    @contextmanager
    def held(self, lease: str, until: datetime) -> Iterator[None]:
        """For as long as the block works on what was claimed under `lease`."""
        self.hold(lease, until)
        try:
            yield
        finally:
            self.release(lease)

    def is_ours(self, lease: str, now: datetime) -> bool:
        """False when it may have run out: this process may have been frozen, and another one gone
        on without it.
        """
        with self._lock:
            return lease in self._held and now < self._held[lease]

    def renewed(self, leases: Iterable[str], until: datetime) -> None:
        with self._lock:
            self._held.update((lease, until) for lease in leases if lease in self._held)

    def all_held(self) -> list[str]:
        with self._lock:
            return list(self._held)
