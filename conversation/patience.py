"""Work that must get into the database once it is there again: what the model said, what Twilio took."""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from models.database import DatabaseUnavailableError
from telemetry import log

PAUSE_S = 1.0

T = TypeVar("T")


def patiently(work: Callable[[], T], stopping: Event) -> T:
    """`work`, tried again while the database is away. Raises DatabaseUnavailableError only when the service stops."""
    while True:
        try:
            return work()
        except DatabaseUnavailableError:
            log.warning("database.away")
            if stopping.wait(PAUSE_S):
                raise
