"""What a diner was offered to choose of, and what it is by now. It changes nothing."""

from sqlalchemy import Integer, String, bindparam, select

from models.bubbles import Choices, choices_of
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import Known
from models.inbox import Message, Written
from models.menu import MenuItem
from models.outbox import Part
from models.restaurants import Restaurant
from models.turns import RUNNING, Turn

_DINER_ID = bindparam("diner_id", type_=Integer)
_TURN_BEFORE = (
    select(Turn.id)
    # One that was answered: after a reaction, or what was taken back, nothing was said, and an
    # apology asks for the same words again.
    .where(Turn.diner_id == _DINER_ID, Turn.state != fixed(RUNNING))
    .where(Turn.reply != "", Turn.cause.is_(None))
    .order_by(Turn.id.desc())
    .limit(1)
)
_LAST_OFFER = Statement(
    select(Part.extra)
    .where(
        Part.turn_id == _TURN_BEFORE.scalar_subquery(),
        Part.diner_id == _DINER_ID,
        # What was written before answers nothing of it.
        Part.created_at
        < select(Message.received_at)
        .where(Message.id == bindparam("message_id", type_=Integer))
        .scalar_subquery(),
    )
    .order_by(Part.id.desc())
    .limit(1)
)
_OFFER_OF = Statement(
    select(Part.extra).where(Part.sid == bindparam("sid", type_=String), Part.diner_id == _DINER_ID)
)


_NAME_OF = Statement(
    select(MenuItem.name)
    .join(Restaurant, Restaurant.id == MenuItem.restaurant_id)
    .where(
        MenuItem.id == bindparam("item_id", type_=Integer),
        MenuItem.available,
        Restaurant.number == bindparam("number", type_=String),
    )
)


def name_of(connection: Connection, diner: Known, item_id: int) -> str | None:
    """The name of a dish, if it is on the menu of the restaurant that the diner writes to."""
    row = connection.one(_NAME_OF, item_id=item_id, number=diner.number)
    return row[0] if row else None


def offered(connection: Connection, diner: Known, message: Written) -> Choices | None:
    """What this message may choose of: what it quotes had it, or our last one before it."""
    sid = message.quoted_sid
    row = connection.one(_OFFER_OF, diner_id=diner.id, sid=sid) if sid else None
    row = row or connection.one(_LAST_OFFER, diner_id=diner.id, message_id=message.id)
    return choices_of(row[0]) if row else None
