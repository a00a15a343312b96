"""What became of turns: a diner's exchanges with a persona, and the answer to one message.

It reads turns that have ended, and changes none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from models import attachments
from models.database.columns import Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import Diner, Known
from models.inbox import Message, media_in
from models.turns import DONE, DRAFTED, HELD, HUMAN, RUNNING, Claimed, Turn

_DINER_ID = bindparam("diner_id", type_=Integer)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One past turn: what the diner wrote, message by message, and the reply.

    In human hands it is one of both: nothing was replied, or a person said it by themselves. Nor
    was anything replied to the last words of a call.
    """

    texts: tuple[str, ...]
    reply: str
    pictured: tuple[int, ...] = ()  # ids of those messages that came with pictures
    pictures: tuple[bytes, ...] = ()  # those of them that are shown again
    was_spoken: bool = False  # in a call


# A draft that was not sent is none of what was said: its turn has no reply.
_IN_PERSON = [fixed(HELD), fixed(HUMAN), fixed(DRAFTED)]


@Statement
def _history(_: Spelling) -> Any:
    persona = bindparam("persona", type_=String)
    is_the_personas = and_(Turn.state == fixed(DONE), Turn.persona == persona)
    last = (
        select(Turn.id, Turn.reply, Turn.call_id, Turn.started_at)
        .where(Turn.diner_id == _DINER_ID, Turn.id > bindparam("after", type_=Integer))
        .where(or_(is_the_personas, Turn.state.in_(_IN_PERSON)))
        .order_by(Turn.id.desc())
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    of_turn = (last.c.id, last.c.reply, last.c.call_id)
    told = select(*of_turn, Message.text, Message.id, Message.media).outerjoin(
        Message, Message.turn_id == last.c.id
    )
    # What is said in a call is written once it was answered: by then there may be later turns.
    return told.order_by(last.c.started_at, last.c.id, Message.id)


def exchanges(connection: Connection, diner: Known, persona: str, limit: int) -> list[Exchange]:
    """The diner's last `limit` turns that this persona answered since `/reset`, as they began.

    Whatever they and the staff said in person is among them.
    """
    rows = connection.all(
        _history, diner_id=diner.id, after=diner.forgotten_turn_id, persona=persona, most=limit
    )
    exchanges: dict[int, Exchange] = {}
    for turn_id, reply, call_id, words, message_id, media in rows:
        before = exchanges.get(turn_id)
        texts, pictured = (before.texts, before.pictured) if before else ((), ())
        if media and any(each.is_picture for each in media_in(media)):
            pictured = (*pictured, message_id)
        # One that was edited or taken back before it was answered has none by now.
        texts = (*texts, words) if words else texts
        was_spoken = call_id is not None
        exchanges[turn_id] = Exchange(texts, reply, pictured, was_spoken=was_spoken)
    return list(exchanges.values())


def with_pictures(
    connection: Connection, exchanges: Sequence[Exchange], among: int, most: int
) -> list[Exchange]:
    """With the newest `most` pictures of the last `among` exchanges, as far as they are kept."""
    seen = [each for exchange in exchanges[-among:] for each in exchange.pictured][-most:]
    if not seen:
        return list(exchanges)
    kept = attachments.of_messages(connection, seen)
    room = most
    shown: list[Exchange] = []
    for exchange in reversed(exchanges):
        found = [each for id_ in exchange.pictured for each in kept.get(id_, ())]
        pictures = tuple(found[-room:]) if room else ()
        room -= len(pictures)
        shown.append(replace(exchange, pictures=pictures) if pictures else exchange)
    return shown[::-1]


class Latest(NamedTuple):
    """A turn, done or not."""

    state: str
    started_at: datetime
    cause: str | None


_LATEST = Statement(
    select(Turn.state, Turn.started_at, Turn.cause)
    .where(
        Turn.diner_id == _DINER_ID,
        Turn.id <= bindparam("turn_id", type_=Integer),
        Turn.call_id.is_(None),
    )
    .order_by(Turn.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def latest(connection: Connection, turn: Claimed, limit: int) -> list[Latest]:
    """This turn and its diner's before it, latest first; what was said in calls is none of them."""
    rows = connection.all(_LATEST, diner_id=turn.diner.id, turn_id=turn.id, most=limit)
    return [Latest(*row) for row in rows]


_WAS_TOLD = Statement(
    select(Turn.id)
    .where(
        Turn.diner_id == _DINER_ID,
        Turn.cause == bindparam("cause", type_=String),
        Turn.started_at >= bindparam("since", type_=Instant),
    )
    .limit(1)
)


def was_told(connection: Connection, diner_id: int, cause: str, since: datetime) -> bool:
    """Whether a turn of theirs has ended for this cause since then."""
    return connection.one(_WAS_TOLD, diner_id=diner_id, cause=cause, since=since) is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: the turn that took it, and the persona its diner talks to now."""

    state: str | None  # of the turn; None while the message waits for one
    reply: str | None
    cause: str | None
    persona: str | None

    @property
    def is_final(self) -> bool:
        return self.state not in (None, RUNNING)


def _outcome(is_it: Any) -> Any:
    return (
        select(Turn.state, Turn.reply, Turn.cause, Diner.persona)
        .select_from(Message)
        .join(Diner, Diner.id == Message.diner_id)
        .outerjoin(Turn, Turn.id == Message.turn_id)
        .where(is_it)
    )


_OF_MESSAGE = Statement(_outcome(Message.id == bindparam("message_id", type_=Integer)))
_OF_SID = Statement(_outcome(Message.sid == bindparam("sid", type_=String)))


def of_message(connection: Connection, message_id: int) -> Outcome | None:
    """What became of a message; None when it was erased."""
    row = connection.one(_OF_MESSAGE, message_id=message_id)
    return Outcome(*row) if row else None


def of_sid(connection: Connection, sid: str) -> Outcome | None:
    """The same by the message's SID; None also when there never was one."""
    row = connection.one(_OF_SID, sid=sid)
    return Outcome(*row) if row else None


def last_words(session: Session, diner_id: int, most: int) -> list[str]:
    """What a diner wrote last, oldest first, keywords left out."""
    words = select(Message.text).where(Message.diner_id == diner_id, ~Message.is_keyword)
    # By their time, which has no index: else the database might walk everybody's for the last few.
    latest_first = words.order_by(Message.received_at.desc(), Message.id.desc())
    return list(session.scalars(latest_first.limit(most)))[::-1]
