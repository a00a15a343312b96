"""Who of a restaurant's diners gets nothing: they wrote STOP, or WhatsApp can't reach them.

The first until they write START, the others until they write anything.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.console.attention import is_here
from models.diners import Diner, is_blocked
from models.restaurants import Restaurant
from telemetry.masking import masked

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class OptedOut:
    """`name` is none where it was erased for its age."""

    id: int
    name: str | None
    who: str
    at: datetime
    last_message_at: datetime
    has_stopped: bool  # by STOP; otherwise they are out of reach


def opted_out(
    session: Session,
    restaurant: Restaurant,
    *,
    after: tuple[datetime, int] | None = None,
    most: int = PER_PAGE,
) -> list[OptedOut]:
    """The latest first. `after`: the moment and the id of the last that is known."""
    since = func.coalesce(Diner.opted_out_at, Diner.blocked_at)
    has_stopped = Diner.opted_out_at.is_not(None)
    found = select(
        Diner.id, Diner.profile_name, Diner.address, since, Diner.last_message_at, has_stopped
    ).where(or_(has_stopped, is_blocked()), is_here(restaurant))
    if after is not None:
        at, diner_id = after
        found = found.where(or_(since < at, and_(since == at, Diner.id < diner_id)))
    latest_first = found.order_by(since.desc(), Diner.id.desc()).limit(most)
    return [
        OptedOut(each_id, name, masked(address), at, wrote_at, stopped)
        for each_id, name, address, at, wrote_at, stopped in session.execute(latest_first)
    ]
