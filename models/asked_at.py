"""Since when a diner waits for what a part of the outbox says: for how long an answer takes."""

from typing import Any

from sqlalchemy import case, exists, func, null, or_, select
from sqlalchemy.orm import aliased

from models.drafts import Draft
from models.inbox import Message
from models.outbox import Part


def asked_at() -> Any:
    """When the first message came in that a part answers, unless another part began with that."""
    earlier = aliased(Part)
    is_later = exists().where(
        earlier.turn_id == Part.turn_id,
        earlier.diner_id == Part.diner_id,
        earlier.id < Part.id,
    )
    # What the staff read first took as long as they did.
    was_drafted = exists().where(Draft.turn_id == Part.turn_id)
    # A turn tells others too, who asked nothing.
    asked = (Message.turn_id == Part.turn_id, Message.diner_id == Part.diner_id)
    first = select(func.min(Message.received_at)).where(*asked)
    return case((or_(is_later, was_drafted), null()), else_=first.scalar_subquery())
