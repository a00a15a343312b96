"""Human hands whose time is over: which they are, who is told of it, and what was left open.

Who has a diner, and how they come and go before that, is `models.hands`'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, exists, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from addresses import other_spelling
from models.database.columns import Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.dead_letters import RETRIED
from models.diners import KNOWN, WINDOW, Diner, Known, is_known_by
from models.inbox import Message
from models.outbox import Part
from models.restaurants import Restaurant
from models.turns import HELD, HUMAN, Turn

_DINER_ID = bindparam("diner_id", type_=Integer)
_BY = bindparam("by", type_=String)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A conversation whose time in human hands is over; nobody came where `in_hands_of` is None."""

    in_hands_of: str | None
    locale: str | None  # of the restaurant
    diner: Known


@dataclass(frozen=True, slots=True)
class Chat:
    """Where somebody of the staff writes with us, in which language."""

    diner_id: int
    language: str | None
    locale: str | None  # of the restaurant


_LOCALE = (
    select(Restaurant.locale)
    .where(Restaurant.number == Diner.number)
    .correlate(Diner)
    .scalar_subquery()
)
_CONVERSATION = (Diner.in_hands_of, _LOCALE, *KNOWN)


@Statement
def _overdue(sql: Spelling) -> Any:
    return (
        select(*_CONVERSATION)
        .where(Diner.in_hands_until <= sql.now)
        .order_by(Diner.in_hands_until)
        .limit(bindparam("most", type_=Integer))
    )


def overdue(connection: Connection, now: datetime, limit: int) -> list[Overdue]:
    """Longest over first."""
    return [_of(row) for row in connection.all(_overdue, now=now, most=limit)]


_IN_HANDS = Statement(
    select(*_CONVERSATION).where(Diner.id == _DINER_ID, Diner.in_hands_until.is_not(None))
)


def _of(row: Sequence[Any]) -> Overdue:
    in_hands_of, locale, *known = row
    return Overdue(in_hands_of, locale, Known(*known))


def in_hands(connection: Connection, diner_id: int) -> Overdue | None:
    """A conversation in human hands, whose time need not be over."""
    row = connection.one(_IN_HANDS, diner_id=diner_id)
    return _of(row) if row else None


@dataclass(frozen=True, slots=True)
class Unheard:
    """What a person said, by the turn that keeps it, and the conversation in which it was."""

    chat: Overdue
    turn_id: int
    words: str


_UNHEARD = Statement(
    select(*_CONVERSATION, Turn.id, Part.body)
    .join(Turn, Turn.diner_id == Diner.id)
    .join(Part, and_(Part.turn_id == Turn.id, Part.diner_id == Diner.id))
    .where(Part.id == bindparam("part_id", type_=Integer), Turn.state == fixed(HUMAN))
)


def unheard(connection: Connection, part_id: int) -> Unheard | None:
    """Of a part that did not reach its diner; None where it is no person's words."""
    row = connection.one(_UNHEARD, part_id=part_id)
    return Unheard(_of(row[:-2]), *row[-2:]) if row else None


_CHATS_OF = Statement(
    select(Diner.id, Diner.language, _LOCALE)
    .where(
        is_known_by(
            bindparam("number", type_=String), [_BY, bindparam("other_spelling", type_=String)]
        )
    )
    .order_by(Diner.last_message_at.desc())
    .limit(1)
)


def chats_of(connection: Connection, overdue: Overdue) -> list[Chat]:
    """The chat that whoever has this diner has with us; none where it is gone."""
    by = overdue.in_hands_of or ""
    given = {"number": overdue.diner.number, "by": by, "other_spelling": other_spelling(by)}
    return [Chat(*row) for row in connection.all(_CHATS_OF, **given)]


@Statement
def _return_overdue(sql: Spelling) -> Any:
    due = update(Diner).where(Diner.id == _DINER_ID, Diner.in_hands_until <= sql.now)
    return due.values(in_hands_until=null(), in_hands_of=null()).returning(Diner.id)


def hand_back_overdue(connection: Connection, diner_id: int, now: datetime) -> bool:
    """The persona answers this diner again, unless their time is not over any more.

    False so, and where another process has handed them back.
    """
    return connection.one(_return_overdue, diner_id=diner_id, now=now) is not None


_IN_VAIN = Statement(
    lambda sql: (
        update(Diner)
        .where(Diner.id == _DINER_ID, Diner.asked_in_vain_at.is_(None))
        .values(asked_in_vain_at=sql.now)
    )
)


def ask_in_vain(connection: Connection, diner_id: int, now: datetime) -> None:
    """This diner asked for a person, and there was none: until somebody takes them over."""
    connection.run(_IN_VAIN, diner_id=diner_id, now=now)


def end(session: Session, restaurant: Restaurant, address: str, now: datetime) -> None:
    """Whoever this is of the staff leaves the diners whom they have: their time is over now."""
    have = (Diner.number == restaurant.number, Diner.in_hands_of == address)
    session.execute(
        update(Diner)
        .where(Diner.in_hands_until > now, *have)
        .values(in_hands_until=now)
        .execution_options(synchronize_session=False)
    )


_ANSWER = aliased(Turn)
# What was left to a person within the day in which it can be answered, without a word since.
_LEFT_OPEN = (
    select(Turn.id)
    .join(Message, Message.turn_id == Turn.id)
    .where(
        Turn.diner_id == _DINER_ID,
        Turn.state == fixed(HELD),
        Turn.reply == fixed(""),
        Turn.started_at > bindparam("since", type_=Instant),
        ~exists().where(
            _ANSWER.diner_id == _DINER_ID,
            _ANSWER.started_at >= Message.received_at,
            _ANSWER.reply != fixed(""),
            # Whoever spoke with them meanwhile did not know of it.
            _ANSWER.call_id.is_(None),
            or_(_ANSWER.state == fixed(HUMAN), _ANSWER.persona.is_not(None)),
        ),
    )
    .order_by(Turn.id.desc())
)
_UNANSWERED = Statement(_LEFT_OPEN.limit(1))
# Neither of whom a persona is not to answer, nor what one has called the staff for.
_TO_BE_ANSWERED = Statement(_LEFT_OPEN.where(Turn.cause.is_(None), Turn.persona.is_(None)))
_TURN_ID = bindparam("turn_id", type_=Integer)
_LET_WAIT = Statement(update(Message).where(Message.turn_id == _TURN_ID).values(turn_id=null()))
_PASS_ON = Statement(update(Turn).where(Turn.id == _TURN_ID).values(state=fixed(RETRIED)))


def is_unanswered(connection: Connection, diner_id: int, now: datetime) -> bool:
    """Whether nobody has said a word since what this diner wrote last in human hands."""
    return connection.one(_UNANSWERED, diner_id=diner_id, since=now - WINDOW) is not None


def pass_on(connection: Connection, diner_id: int, now: datetime) -> None:
    """What this diner wrote in human hands, and nobody answered, waits again: for the persona."""
    found = connection.all(_TO_BE_ANSWERED, diner_id=diner_id, since=now - WINDOW)
    for turn_id in {row[0] for row in found}:
        connection.run(_LET_WAIT, turn_id=turn_id)
        connection.run(_PASS_ON, turn_id=turn_id)
