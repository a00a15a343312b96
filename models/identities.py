"""One diner under several addresses: a telephone number, its other spelling, and a user's id.

That they are one is learnt from what Twilio signed, never from a diner's words. A message finds its
diner by any of them; two diners who turn out to be one are united here. Two users' ids are two
people, whoever has the number now: they are never united.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy import update as updating
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addresses import other_spelling
from models import diets
from models.calls import PhoneCall
from models.database.engine import Database
from models.database.statements import Connection, Statement
from models.diners import Diner, Known
from models.inbox import IS_WAITING, Incoming, Message
from models.media import Media
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
_IS_NO_OTHER = (Diner.user_id != _USER_ID).is_not(true())  # also where either is not known
# Each by its index: SQLite would take one for both, and look through all of a channel.
_BY_ADDRESS = select(Diner.id).where(
    _IS_HERE, Diner.address.in_([_ADDRESS, _OTHER_SPELLING, _USER_ID]), _IS_NO_OTHER
)
_BY_USER_ID = select(Diner.id).where(_IS_HERE, Diner.user_id == _USER_ID)
_IS_THE_SENDER = Diner.id.in_(union(_BY_ADDRESS, _BY_USER_ID))
# Whoever had the sender's number before: numbers are given to others in time.
_HAD_THE_NUMBER = and_(
    _IS_HERE, Diner.address.in_([_ADDRESS, _OTHER_SPELLING]), Diner.user_id != _USER_ID
)


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

    They are not while another diner is the same person or has their number, or they stand under no
    number though it is known. A number goes before a user's id, and what was used last before what
    is older.
    """
    stands_right = or_(Diner.address.in_([_ADDRESS, _OTHER_SPELLING]), ~_HAS_NUMBER)
    is_one = and_(func.count().over() == 1, stands_right, ~is_number_taken())
    is_whole = case((is_one, 1), else_=0)
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


def is_number_taken() -> ColumnElement[bool]:
    """Whether the sender's number is another person's here, who had it before."""
    return select(Diner.id).where(_HAD_THE_NUMBER).correlate(None).exists()


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

    Who had that number before goes on under their user's id.
    For whom something is under way stays until the next message. Raises DatabaseUnavailableError.
    """
    try:
        with database.transaction() as session:
            _unite(session, diner_id, incoming)
    except IntegrityError:
        return  # another process has just stored that number: the next message finds both


def _unite(session: Session, diner_id: int, incoming: Incoming) -> None:
    # Locked: what comes in for one of them waits, and finds the one who is left.
    concerned = session.scalars(_locked(or_(_IS_THE_SENDER, _HAD_THE_NUMBER)), names(incoming))
    found = {each.id: each for each in concerned}
    kept = found.pop(diner_id, None)
    if kept is None:
        return
    for other in found.values():
        if kept.user_id and other.user_id and other.user_id != kept.user_id:
            if incoming.user_id:
                _give_number_up(session, other, other.user_id)
        elif not session.scalar(is_under_way(other.id)):
            _take_in(session, other, kept)
    session.flush()
    taken = select(Diner.id).where(_IS_HERE, Diner.address.in_([_ADDRESS, _OTHER_SPELLING]))
    is_free = session.scalar(taken, names(incoming)) is None
    if is_free and incoming.address != incoming.user_id:
        kept.address = incoming.address


def _locked(which: ColumnElement[bool]) -> Select[Any]:
    return select(Diner).where(which).order_by(Diner.id).with_for_update()


def _give_number_up(session: Session, former: Diner, user_id: str) -> None:
    """Nothing more of theirs goes to that number, which has come to somebody else."""
    former.reply_to = user_id
    by_id = and_(
        Diner.channel == former.channel,
        Diner.number == former.number,
        Diner.address == user_id,
    )
    themselves = session.scalar(_locked(by_id))
    if themselves is None:
        former.address = user_id
    elif not session.scalar(is_under_way(former.id)):
        _take_in(session, former, themselves)
    session.flush()


def is_under_way(diner_id: int) -> Select[Any]:
    """Whether something of this diner waits, runs, or is to go out."""
    return select(
        or_(
            exists().where(Message.diner_id == diner_id, IS_WAITING),
            exists().where(Turn.diner_id == diner_id, IS_RUNNING),
            exists().where(Part.diner_id == diner_id, IS_UNFINISHED),
        )
    )


def _take_in(session: Session, other: Diner, kept: Diner) -> None:
    if not other.is_forgotten:
        _hand_over(session, other, kept)
    session.delete(other)


def _hand_over(session: Session, other: Diner, kept: Diner) -> None:
    """All that is another's becomes the kept one's; what one reset stays so."""
    for table in (Message, Turn, Part, Media, PhoneCall):
        moved = updating(table).where(table.diner_id == other.id).values(diner_id=kept.id)
        session.execute(moved, execution_options={"synchronize_session": False})
    kept.user_id = kept.user_id or other.user_id
    kept.persona = kept.persona or other.persona
    kept.diet = diets.written(diets.read(kept.diet).plus(diets.read(other.diet)))
    kept.profile_name = kept.profile_name or other.profile_name
    if kept.language is None or (other.has_chosen_language and not kept.has_chosen_language):
        kept.language = other.language
        kept.has_chosen_language = other.has_chosen_language
    kept.forgotten_turn_id = max(kept.forgotten_turn_id, other.forgotten_turn_id)
    kept.lively += other.lively
    kept.opted_out_at = kept.opted_out_at or other.opted_out_at
    kept.blocked_at = kept.blocked_at or other.blocked_at
    kept.asked_in_vain_at = kept.asked_in_vain_at or other.asked_in_vain_at
    if other.in_hands_until:
        if kept.in_hands_of is None:
            kept.in_hands_of = other.in_hands_of
            kept.in_hands_at_console = other.in_hands_at_console
        kept.in_hands_until = max(kept.in_hands_until or other.in_hands_until, other.in_hands_until)
