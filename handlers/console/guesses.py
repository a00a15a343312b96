"""How often passwords are tried, and that owners see in "Changes" whose are guessed.

No number's tries are another's to use up: they are counted by where they come from, and those of a
browser that got in before by itself.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import request

from engine.lanes import Lanes
from engine.patience import unless_away
from handlers.console import known_browser
from handlers.limits import (
    GUESSES_NOTED,
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_BROWSER,
    SIGN_IN_FROM_ANYWHERE,
    Limits,
)
from models import audit, staff
from models.database.engine import Database


class Guesses:
    def __init__(self, database: Database, limits: Limits, now: Callable[[], datetime]) -> None:
        self._database = database
        self._limits = limits
        self._now = now
        # Beside the request: how long it takes would tell who is on a staff.
        self._noting = Lanes("guesses", unless_away(self._note), 1)

    def wait_s(self, account: str) -> float | None:
        """Count a try of this request's: the seconds until the next one, None where it may be."""
        limits = self._limits
        browser = known_browser.id_of(account)
        if browser is not None:
            return limits.hit(SIGN_IN_BY_BROWSER, browser)
        address = limits.address_of(request)
        tell = partial(self._noting.wake, account)
        return (
            limits.hit(SIGN_IN_BY_ADDRESS, address)
            or limits.hit(SIGN_IN_BY_ACCOUNT, f"{account} from {address}", tell)
            or limits.hit(SIGN_IN_FROM_ANYWHERE, account, tell)
        )

    def _note(self, account: str) -> None:
        if not self._limits.is_first(GUESSES_NOTED, account):
            return
        with self._database.transaction() as session:
            for post in staff.posts_of(session, account):
                audit.note(
                    session,
                    at=self._now(),
                    restaurant_id=post.restaurant.id,
                    by=audit.STRANGER,
                    what="console.passwords_guessed",
                    subject=post.colleague.address,
                )
