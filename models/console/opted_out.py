"""Who of a restaurant's diners wrote STOP, and gets nothing until they write START."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.console.attention import is_here
from models.diners import Diner
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


def opted_out(
    session: Session,
    restaurant: Restaurant,
    *,
    after: tuple[datetime, int] | None = None,
    most: int = PER_PAGE,
) -> list[OptedOut]:
    """The latest first. `after`: the moment and the id of the last that is known."""
    found = select(
        Diner.id, Diner.profile_name, Diner.address, Diner.opted_out_at, Diner.last_message_at
    ).where(Diner.opted_out_at.is_not(None), is_here(restaurant))
    if after is not None:
        at, diner_id = after
        is_behind = or_(
            Diner.opted_out_at < at, and_(Diner.opted_out_at == at, Diner.id < diner_id)
        )
        found = found.where(is_behind)
    latest_first = found.order_by(Diner.opted_out_at.desc(), Diner.id.desc()).limit(most)
    return [
        OptedOut(diner_id, name, masked(address), stopped_at, wrote_at)
        for diner_id, name, address, stopped_at, wrote_at in session.execute(latest_first)
        if stopped_at is not None
    ]
