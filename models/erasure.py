"""What is erased: conversations that are older than they are kept for, and all of a diner who asks for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, exists, func, select, update
from sqlalchemy.orm import Session

from models.diners import Diner
from models.inbox import Message
from models.outbox import UNFINISHED, Part
from models.turns import RUNNING, Turn


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each were erased."""

    messages: int
    replies: int
    diners: int


def forget(session: Session, diner: Diner, turn_id: int) -> Erased:
    """Erase what is stored of a diner, but for the turn `turn_id` in which they ask for it.

    The diner's address stays until the confirmation has gone out: `finish_forgetting` erases it then.
    """
    diner_id = diner.id
    messages = session.scalar(select(func.count()).where(Message.diner_id == diner_id)) or 0
    replies = session.scalar(select(func.count()).where(Turn.diner_id == diner_id, Turn.id != turn_id)) or 0
    session.execute(delete(Part).where(Part.diner_id == diner_id, Part.state.not_in(UNFINISHED)))
    session.execute(delete(Message).where(Message.diner_id == diner_id, Message.turn_id != turn_id))
    still_sending = select(Part.turn_id).where(Part.diner_id == diner_id)
    session.execute(delete(Turn).where(Turn.diner_id == diner_id, Turn.id != turn_id, Turn.id.not_in(still_sending)))
    session.execute(update(Message).where(Message.turn_id == turn_id).values(payload={}))
    session.execute(update(Diner).where(Diner.id == diner_id).values(profile_name=None, persona=None, is_forgotten=True))
    diner.is_forgotten = True  # the caller's copy: what is sent next is the last word
    return Erased(messages, replies, 0)


def finish_forgetting(session: Session, diner_id: int) -> None:
    """Erase the diner who was forgotten, unless something is still to be sent or they have written again."""
    is_waiting = exists().where(Message.diner_id == Diner.id, Message.turn_id.is_(None))
    is_sending = exists().where(Part.diner_id == Diner.id, Part.state.in_(UNFINISHED))
    is_running = exists().where(Turn.diner_id == Diner.id, Turn.state == RUNNING)
    session.execute(delete(Diner).where(Diner.id == diner_id, Diner.is_forgotten, ~is_waiting, ~is_sending, ~is_running))


def purge(session: Session, before: datetime) -> Erased:
    """Erase turns that ended before then, with their messages and replies, and diners of whom nothing is left."""
    old = select(Turn.id).where(Turn.ended_at < before, Turn.state != RUNNING)
    still_sending = select(Part.turn_id).where(Part.state.in_(UNFINISHED))
    old = old.where(Turn.id.not_in(still_sending))
    messages = _count(session.execute(delete(Message).where(Message.turn_id.in_(old))))
    replies = _count(session.execute(delete(Turn).where(Turn.id.in_(old))))
    has_message = exists().where(Message.diner_id == Diner.id)
    has_turn = exists().where(Turn.diner_id == Diner.id)
    diners = _count(session.execute(delete(Diner).where(Diner.last_message_at < before, ~has_message, ~has_turn)))
    return Erased(messages, replies, diners)


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
