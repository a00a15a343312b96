"""What went wrong and what is done about it, for the console and the command line alike.

Each is done within the caller's transaction, so that who did it is kept with it. `restaurant` is
the one whose diners' alone are meant: another's are as if they were not there; None: everybody's.
A running service takes up within a second what waits again.
"""

from collections.abc import Collection
from typing import Any

from models import dead_letters, undelivered
from models.dead_letters import Letter
from models.outbox import MAYBE
from models.restaurants import Restaurant
from models.undelivered import Undelivered
from whatsapp import errors

# Of each kind, on a page: the latest.
MOST = 200


def letters(session: Any, restaurant: Restaurant | None, most: int | None = MOST) -> list[Letter]:
    """Messages and turns without an answer, oldest first."""
    return dead_letters.unanswered(session, _number(restaurant), most)


def parts(
    session: Any, restaurant: Restaurant | None, most: int | None = MOST
) -> list[Undelivered]:
    """What did not arrive, or was refused and is tried again, oldest first."""
    return undelivered.undelivered(session, _number(restaurant), most)


def retry_turn(session: Any, turn_id: int, restaurant: Restaurant | None) -> int | None:
    """The messages of a turn that failed, or was given up, wait once more: they are answered anew.

    The turn is kept as retried. What its diner was told instead of an answer stays said. Returns
    the diner's id; None where there is no such turn, or somebody dealt with it before.
    """
    return dead_letters.retry(session, turn_id, _number(restaurant))


def drop_turn(session: Any, turn_id: int, restaurant: Restaurant | None) -> int | None:
    """A turn that failed, or was given up, is off the list: nobody answers its messages any more.

    Returns the diner's id, None as above.
    """
    return dead_letters.drop(session, turn_id, _number(restaurant))


def retry_parts(
    session: Any, part_ids: Collection[int] | None, restaurant: Restaurant | None
) -> list[int]:
    """Parts that did not arrive go out once more, for another day; all of them for None.

    What may have arrived is looked for at Twilio first. Returns the ids of those that were on the
    list.
    """
    if part_ids is not None and not part_ids:
        return []
    return undelivered.retry(session, part_ids or (), _number(restaurant))


def drop_parts(session: Any, part_ids: Collection[int], restaurant: Restaurant | None) -> list[int]:
    """Parts that failed, or wait after a refusal, are off the list and never go out.

    Returns the ids of those that were on it. What is under way, or may have arrived, stays.
    """
    return undelivered.drop(session, part_ids, _number(restaurant))


def remedy(part: Undelivered) -> str:
    """What somebody can do about a part that did not arrive, in words."""
    if part.state == MAYBE and part.code is None:
        return "it may have arrived: Twilio is asked before it is sent again"
    return errors.remedy(part.code)


def _number(restaurant: Restaurant | None) -> str | None:
    return None if restaurant is None else restaurant.number
