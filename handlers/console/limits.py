"""How often one may try to sign in: at one account, and from one address, whatever the process."""

from flask import request

from handlers.console.here import now
from models import tries
from models.console_accounts import known_as
from models.database.engine import Database

# Within `tries.WITHIN`. Whoever is kept out of an account by another's tries has the link.
MOST_AT_ONE = 5
MOST_FROM_ONE = 30


class Tries:
    """Of one kind: passwords, or links asked for."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database = database
        self._kind = kind

    def may_go_on(self, address: str) -> bool:
        """Count one more, and say whether it may be made.

        It is noted first, in a transaction of its own: of many at once none is overlooked.
        Raises DatabaseUnavailableError.
        """
        at, caller = self._at(address), f"{self._kind} from {caller_of_request()}"
        with self._database.transaction() as session:
            tries.note(session, [at, caller], now())
        with self._database.transaction() as session:
            return (
                tries.count(session, at, now()) <= MOST_AT_ONE
                and tries.count(session, caller, now()) <= MOST_FROM_ONE
            )

    def forget(self, address: str) -> None:
        """Whoever was let in has a clean slate."""
        with self._database.transaction() as session:
            tries.forget(session, self._at(address))

    def _at(self, address: str) -> str:
        return f"{self._kind} at {known_as(address)}"


def caller_of_request() -> str:
    """Who calls, as the nearest proxy saw them."""
    passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return passed_on or request.remote_addr or ""
