"""Patience with a database that is away: work is tried again, or left for the sweep."""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from knowledge.clock import Clock
from models.database.engine import DatabaseUnavailableError
from telemetry.logs import log

PAUSE_S = 1.0

T = TypeVar("T")
Diner = TypeVar("Diner")


def unless_away(work: Callable[[Diner], None]) -> Callable[[Diner], None]:
    """`work`, left for the sweep while the database is away: what is stored stays."""

    def tried(diner_id: Diner) -> None:
        try:
            work(diner_id)
        except DatabaseUnavailableError as error:
            log.warning("database.away", why=str(error))

    return tried


def once_more(work: Callable[[], T]) -> T:
    """`work`, and once more when its connection died under it, as where the server restarts.

    It may have been done the first time, so doing it twice must change nothing.
    Raises DatabaseUnavailableError.
    """
    try:
        return work()
    except DatabaseUnavailableError as error:
        if not error.was_lost:
            raise
    return work()


def patiently(work: Callable[[], T], clock: Clock, stopping: Event) -> T:
    """`work`, tried again while the database is away.

    Raises DatabaseUnavailableError only when the service stops.
    """
    told = ""
    while True:
        try:
            return work()
        except DatabaseUnavailableError as error:
            if told != str(error):
                told = str(error)
                log.warning("database.away", why=told)
            if clock.wait(stopping, PAUSE_S):
                raise
