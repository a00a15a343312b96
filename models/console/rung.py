"""A diner's calls, as the console shows them: when one came, which way, how long, how it ended.

What was said in one stands in the conversation's turns.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calls import OVER, PhoneCall

MOST_CALLS = 100  # of a page


@dataclass(frozen=True, slots=True)
class Rung:
    """`way`: phone or whatsapp. `seconds`: how long it was, once that is known."""

    id: int
    at: datetime
    way: str
    is_over: bool
    why: str | None  # it ended
    seconds: int | None


def rung(
    session: Session, diner_id: int, since: datetime | None, until: datetime | None
) -> tuple[Rung, ...]:
    """Those that came within that time, oldest first."""
    found = select(PhoneCall).where(PhoneCall.diner_id == diner_id)
    if since:
        found = found.where(PhoneCall.rang_at >= since)
    if until:
        found = found.where(PhoneCall.rang_at < until)
    latest = session.scalars(found.order_by(PhoneCall.id.desc()).limit(MOST_CALLS)).all()
    return tuple(
        Rung(each.id, each.rang_at, each.way, each.state == OVER, each.why, each.seconds)
        for each in reversed(latest)
    )
