"""One diner under several addresses: a telephone number, its other spelling, and a user's id.

That they are one is learnt from what Twilio signed, never from a diner's words. A message finds its
diner by any of them; two diners who turn out to be one are united here.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy import update as updating
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addresses import other_spelling
from models.database.engine import Database
from models.database.statements import Connection, Statement
from models.diners import Diner, Known
from models.inbox import IS_WAITING, Incoming, Message
from models.outbox import IS_UNFINISHED, Part
from models.turns import IS_RUNNING, Turn

_ADDRESS = bindparam("address", type_=String)
_OTHER_SPELLING = bindparam("other_spelling", type_=String)
_USER_ID = bindparam("user_id", type_=String)
_HAS_NUMBER = bindparam("has_number", type_=Boolean)
_IS_HERE = and_(
    Diner.channel == bindparam("channel", type_=String),
    Diner.number == bindparam("number", type_=String),
)
# Each by its index: SQLite would take one for both, and look through all of a channel.
_BY_ADDRESS = select(Diner.id).where(
    _IS_HERE, Diner.address.in_([_ADDRESS, _OTHER_SPELLING, _USER_ID])
)
_BY_USER_ID = select(Diner.id).where(_IS_HERE, Diner.user_id == _USER_ID)
_IS_THE_SENDER = Diner.id.in_(union(_BY_ADDRESS, _BY_USER_ID))


def has_others(incoming: Incoming) -> bool:
    """Whether its sender may be known by another address than the one that they write from."""
    return incoming.user_id is not None or incoming.other_spelling is not None


def names(incoming: Incoming) -> dict[str, Any]:
    """Who a sender is, as the statements here have it bound."""
    return {
        "channel": incoming.channel,
        "number": incoming.number,
        "address": incoming.address,
        "other_spelling": incoming.other_spelling,
        "user_id": incoming.user_id,
        "has_number": incoming.address != incoming.user_id,
    }


def known_as() -> Select[Any]:
    """The diner who a sender is: `id`, `address`, `arrivals`, and whether they are `whole`.

    They are not while another diner is the same person, or stands under no number though it is
    known. A number goes before a user's id, and what was used last before what is older.
    """
    stands_right = or_(Diner.address.in_([_ADDRESS, _OTHER_SPELLING]), ~_HAS_NUMBER)
    is_whole = case((and_(func.count().over() == 1, stands_right), 1), else_=0)
    return (
        select(Diner.id, Diner.address, Diner.arrivals, is_whole.label("whole"))
        .where(_IS_THE_SENDER)
        .order_by(
            case((Diner.address == _USER_ID, 1), else_=0),
            case((Diner.address == _ADDRESS, 0), else_=1),
            Diner.last_message_at.desc(),
        )
        .limit(1)
    )


_EVERY = Statement(
    select(Diner.id)
    .where(_IS_THE_SENDER)
    .order_by(Diner.id)
    .with_for_update(key_share=True, of=Diner)
)


def every_row(connection: Connection, diner: Known) -> list[int]:
    """The ids of all diners who are this one, locked: nobody unites them meanwhile."""
    rows = connection.all(
        _EVERY,
        channel=diner.channel,
        number=diner.number,
        address=diner.address,
        other_spelling=other_spelling(diner.address),
        user_id=diner.user_id,
    )
    return [diner_id for (diner_id,) in rows]


def unite(database: Database, diner_id: int, incoming: Incoming) -> None:
    """Make one diner of all who a sender is known as, under their number where it is known.

    For whom something is under way stays until the next message. Raises DatabaseUnavailableError.
    """
    try:
        with database.transaction() as session:
            _unite(session, diner_id, incoming)
    except IntegrityError:
        return  # another process has just stored that number: the next message finds both


def _unite(session: Session, diner_id: int, incoming: Incoming) -> None:
    # Locked: what comes in for one of them waits, and finds the one who is left.
    locked = select(Diner).where(_IS_THE_SENDER).order_by(Diner.id).with_for_update()
    found = {each.id: each for each in session.scalars(locked, names(incoming))}
    kept = found.pop(diner_id, None)
    if kept is None:
        return
    for other in found.values():
        if session.scalar(is_under_way(other.id)):
            continue
        if not other.is_forgotten:
            _hand_over(session, other, kept)
        session.delete(other)
    session.flush()
    own = {incoming.address, incoming.other_spelling}
    is_free = not any(each.address in own for each in found.values() if each in session)
    if incoming.address != incoming.user_id and kept.address not in own and is_free:
        kept.address = incoming.address


def is_under_way(diner_id: int) -> Select[Any]:
    """Whether something of this diner waits, runs, or is to go out."""
    return select(
        or_(
            exists().where(Message.diner_id == diner_id, IS_WAITING),
            exists().where(Turn.diner_id == diner_id, IS_RUNNING),
            exists().where(Part.diner_id == diner_id, IS_UNFINISHED),
        )
    )


def _hand_over(session: Session, other: Diner, kept: Diner) -> None:
    """All that is another's becomes the kept one's; what one reset stays so."""
    for table in (Message, Turn, Part):
        moved = updating(table).where(table.diner_id == other.id).values(diner_id=kept.id)
        session.execute(moved, execution_options={"synchronize_session": False})
    kept.persona = kept.persona or other.persona
    kept.profile_name = kept.profile_name or other.profile_name
    kept.forgotten_turn_id = max(kept.forgotten_turn_id, other.forgotten_turn_id)
    kept.lively += other.lively
