"""Whose conversation is in human hands: who called for a person, and who of the staff has it.

While it is, no persona answers. Whoever takes one over withdraws what the persona has not said yet:
a turn under way is undone, and its messages wait again, for a person now.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from models import drafts, outbox
from models.bubbles import Bubble
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import WHATSAPP, Diner, is_blocked, is_known_by
from models.outbox import DROPPED, MAYBE, WAITING, Part
from models.restaurants import Restaurant
from models.turns import DONE, DRAFTED, HELD, HUMAN, IS_RUNNING, Turn

_DINER_ID = bindparam("diner_id", type_=Integer)
_BY = bindparam("by", type_=String)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A diner's conversation, as the staff sees it; `id` is what they name it by."""

    id: int
    address: str
    profile_name: str | None
    last_message_at: datetime
    in_hands_until: datetime | None
    in_hands_of: str | None
    opted_out_at: datetime | None
    is_blocked: bool
    is_left: bool  # what they wrote last waits for the staff, though nobody was called


# Of a draft, or of who is not on the list.
_WAITS = or_(Turn.state == fixed(DRAFTED), and_(Turn.state == fixed(HELD), Turn.cause.is_not(None)))
_WAITS_FOR_STAFF = (
    select(_WAITS)
    .where(Turn.diner_id == Diner.id)
    .order_by(Turn.id.desc())
    .limit(1)
    .correlate(Diner)
    .scalar_subquery()
)
_SHOWN = (
    Diner.id,
    Diner.address,
    Diner.profile_name,
    Diner.last_message_at,
    Diner.in_hands_until,
    Diner.in_hands_of,
    Diner.opted_out_at,
    is_blocked(),
    func.coalesce(_WAITS_FOR_STAFF, false()),
)


def by_id(session: Session, restaurant: Restaurant, diner_id: int) -> Conversation | None:
    """This restaurant's on WhatsApp with this number, if there is one."""
    named = and_(Diner.id == diner_id, Diner.channel == WHATSAPP)
    return next(iter(_conversations(session, restaurant, named)), None)


def by_addresses(
    session: Session, restaurant: Restaurant, addresses: Collection[str]
) -> list[Conversation]:
    """This restaurant's on WhatsApp with whoever is known by one of these."""
    return _conversations(session, restaurant, is_known_by(restaurant.number, addresses))


def held_by(session: Session, restaurant: Restaurant, address: str) -> list[Conversation]:
    """The conversations that somebody of the staff has."""
    # On WhatsApp, as all are: to ask for it would have SQLite walk the whole channel.
    is_held = and_(Diner.in_hands_until.is_not(None), Diner.in_hands_of == address)
    return _conversations(session, restaurant, is_held)


def _conversations(session: Session, restaurant: Restaurant, which: Any) -> list[Conversation]:
    found = select(*_SHOWN).where(Diner.number == restaurant.number, ~Diner.is_forgotten, which)
    # Sorted here: by their ids SQLite would walk all diners.
    return sorted((Conversation(*row) for row in session.execute(found)), key=lambda each: each.id)


class Holder(NamedTuple):
    """In whose hands a diner is: somebody's of the staff, by their address, or nobody's yet.

    `is_at_console`: they read there what the diner writes.
    """

    address: str | None
    is_at_console: bool


_HOLDER = Statement(
    select(
        Diner.in_hands_of, and_(Diner.in_hands_of.is_not(None), Diner.in_hands_at_console)
    ).where(Diner.id == _DINER_ID, Diner.in_hands_until.is_not(None))
)


def holder(connection: Connection, diner_id: int) -> Holder | None:
    """None where this diner is in no human hands."""
    row = connection.one(_HOLDER, diner_id=diner_id)
    return Holder(row[0], bool(row[1])) if row else None


# Nobody hands them back meanwhile.
_IS_HELD = Statement(
    select(Diner.id)
    .where(Diner.id == _DINER_ID, Diner.in_hands_until.is_not(None))
    .with_for_update(read=True)
)
_LET_WAIT = Statement(delete(Turn).where(Turn.id == bindparam("turn_id", type_=Integer)))


def is_held(connection: Connection, diner_id: int) -> bool:
    """Whether this diner is in human hands, to the end of the transaction."""
    return connection.one(_IS_HELD, diner_id=diner_id) is not None


def let_wait(connection: Connection, turn_id: int) -> None:
    """A turn goes, and its messages wait again: their foreign key sees to it."""
    connection.run(_LET_WAIT, turn_id=turn_id)


_CALL = Statement(
    lambda sql: (
        update(Diner)
        .where(Diner.id == _DINER_ID, Diner.in_hands_until.is_(None))
        .values(in_hands_until=sql.moment("until"), in_hands_of=null())
    )
)


def call(connection: Connection, diner_id: int, *, now: datetime, until: datetime) -> None:
    """A person is called for; whoever has the diner already keeps them."""
    connection.run(_CALL, diner_id=diner_id, now=now, until=until)


_LOCK_BOTH = Statement(
    select(Turn.id)
    .where(Turn.diner_id.in_([_DINER_ID, bindparam("other_id", type_=Integer)]), IS_RUNNING)
    .order_by(Turn.id)
    .with_for_update()
)
_LOCK_RUNNING = Statement(
    select(Turn.id).where(Turn.diner_id == _DINER_ID, IS_RUNNING).with_for_update()
)
# Not only as an update would: what refers to this row waits too, and that is every turn that
# begins for this diner, and every part that is written for them.
_LOCK_DINER = Statement(
    select(Diner.id).where(Diner.id == _DINER_ID, ~Diner.is_forgotten).with_for_update()
)
# Its messages wait again: their foreign key sees to it.
_UNDO_RUNNING = Statement(delete(Turn).where(Turn.diner_id == _DINER_ID, IS_RUNNING))
_IS_OURS = or_(
    Part.turn_id.is_(None),
    exists().where(
        Turn.id == Part.turn_id, Turn.diner_id == Part.diner_id, Turn.state != fixed(HUMAN)
    ),
)
_WITHDRAW = Statement(
    lambda sql: (
        update(Part)
        .where(
            Part.diner_id == _DINER_ID,
            Part.state.in_([fixed(WAITING), fixed(MAYBE)]),
            _IS_OURS,
        )
        .values(state=fixed(DROPPED), updated_at=sql.now)
    )
)


@Statement
def _take(sql: Spelling) -> Any:
    taken = update(Diner).where(Diner.id == _DINER_ID)
    return taken.values(
        in_hands_until=sql.moment("until"),
        in_hands_of=_BY,
        in_hands_at_console=bindparam("at_console", type_=Boolean),
        asked_in_vain_at=null(),
    )


@Statement
def _say(sql: Spelling) -> Any:
    values = {
        "diner_id": _DINER_ID,
        "state": bindparam("state", type_=String),
        "reply": bindparam("words", type_=Text),
        "said_by": _BY,
        "lease": fixed(""),
        "lease_until": sql.now,
        "attempts": 1,
        "started_at": sql.now,
        "ended_at": sql.now,
        "input_tokens": 0,
        "cached_tokens": 0,
        "output_tokens": 0,
    }
    return insert(Turn).values(values).returning(Turn.id)


def lock_turns(connection: Connection, diner_id: int, other_id: int) -> None:
    """Before anything else of a turn in which one takes the other over.

    In order: of two who take each other over, each would wait for the other.
    """
    connection.all(_LOCK_BOTH, diner_id=diner_id, other_id=other_id)


def take(
    connection: Connection,
    diner_id: int,
    bubbles: Sequence[Bubble],
    *,
    by: str,
    now: datetime,
    until: datetime,
    at_console: bool = False,
) -> int | None:
    """Somebody of the staff, by their address, has this diner from now on, and says this.

    What the persona has not said by now it never says. Returns the id of the turn that keeps the
    words; None, and nothing is written, where the diner is gone.
    """
    # The turn first, as who closes one takes them: else each may wait for the other.
    connection.all(_LOCK_RUNNING, diner_id=diner_id)
    if connection.one(_LOCK_DINER, diner_id=diner_id) is None:
        return None
    connection.run(_UNDO_RUNNING, diner_id=diner_id)
    connection.run(_WITHDRAW, diner_id=diner_id, now=now)
    drafts.settle(connection, diner_id, drafts.ANSWERED, by=by, now=now)
    connection.run(_take, diner_id=diner_id, by=by, now=now, until=until, at_console=at_console)
    words = "\n\n".join(bubble.text for bubble in bubbles)
    turn_id = _said(connection, diner_id, words, now, by)
    for bubble in bubbles:
        outbox.put(connection, diner_id, bubble, turn_id=turn_id, now=now)
    return turn_id


def say(connection: Connection, diner_id: int, words: str, now: datetime) -> int:
    """We say this by ourselves, to no message. The id of the turn that keeps it."""
    return _said(connection, diner_id, words, now)


def _said(
    connection: Connection, diner_id: int, words: str, now: datetime, by: str | None = None
) -> int:
    state = HUMAN if by else DONE  # without a person, the words are ours
    row = connection.one(_say, diner_id=diner_id, state=state, words=words, by=by, now=now)
    assert row is not None, "an insert returns its row"
    return int(row[0])


def is_overtaken() -> Any:
    """Of a part that no person said: somebody of the staff has taken its diner over since."""
    later = aliased(Turn)
    has_spoken = exists().where(
        later.diner_id == Part.diner_id, later.id > Part.turn_id, later.state == fixed(HUMAN)
    )
    return and_(_IS_OURS, has_spoken)


_RETURN = Statement(
    update(Diner)
    .where(Diner.id == _DINER_ID, Diner.in_hands_until.is_not(None))
    .values(in_hands_until=null(), in_hands_of=null())
    .returning(Diner.id)
)


def hand_back(connection: Connection, diner_id: int) -> bool:
    """The persona answers this diner again; False where it did all along."""
    return connection.one(_RETURN, diner_id=diner_id) is not None
