"""What is erased: conversations that are older than they are kept for, and all of a diner who asks for it.

It goes a few rows at a time, each time in a transaction of its own, so that nobody waits for a long one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, delete, exists, func, null, select, update

from models.base import Instant
from models.database import Database
from models.diners import Diner
from models.inbox import IS_WAITING, Message
from models.outbox import IS_UNFINISHED, Part
from models.statements import Connection, Statement
from models.turns import IS_RUNNING, Turn

# So few turns that a batch is done in milliseconds, also where each has many messages and parts.
BATCH = 100
# Between two batches, the others' turn.
PAUSE_S = 0.001

_DINER_ID = bindparam("diner_id", type_=Integer)
_TURN_ID = bindparam("turn_id", type_=Integer)
_AFTER, _UP_TO = bindparam("after", type_=Integer), bindparam("up_to", type_=Integer)
_BEFORE = bindparam("before", type_=Instant)
_IS_STILL_SENDING = exists().where(Part.turn_id == Turn.id, Part.diner_id == Turn.diner_id, IS_UNFINISHED)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each were erased."""

    messages: int
    replies: int
    diners: int


_MESSAGES_OF = Statement(lambda _: select(func.count()).where(Message.diner_id == _DINER_ID))
_REPLIES_TO = Statement(lambda _: select(func.count()).where(Turn.diner_id == _DINER_ID, Turn.id != _TURN_ID))
_SOME_OF_A_DINERS = (
    select(Turn.id)
    .where(Turn.diner_id == _DINER_ID, Turn.id != _TURN_ID, ~_IS_STILL_SENDING)
    .order_by(Turn.id)
    .limit(BATCH)
    .scalar_subquery()
)
_FORGET_MESSAGES = Statement(lambda _: delete(Message).where(Message.turn_id.in_(_SOME_OF_A_DINERS)))
_FORGET_TURNS = Statement(lambda _: delete(Turn).where(Turn.id.in_(_SOME_OF_A_DINERS)))


def forget(database: Database, diner_id: int, turn_id: int, sleep: Callable[[float], None] = time.sleep) -> Erased:
    """Erase what is stored of a diner, but for the turn `turn_id` in which they ask for it, and what is still to be sent.

    `finish_forgetting` has the rest. Who is cut off in between begins anew, and counts what is left.
    """
    with database.connection() as connection:
        messages = _count(connection, _MESSAGES_OF, diner_id=diner_id)
        replies = _count(connection, _REPLIES_TO, diner_id=diner_id, turn_id=turn_id)
    while True:
        with database.connection() as connection:
            connection.run(_FORGET_MESSAGES, diner_id=diner_id, turn_id=turn_id)
            if not connection.run(_FORGET_TURNS, diner_id=diner_id, turn_id=turn_id):
                return Erased(messages, replies, 0)
        sleep(PAUSE_S)


_FORGET_PARTS = Statement(lambda _: delete(Part).where(Part.diner_id == _DINER_ID, ~IS_UNFINISHED))
_FORGET_OTHER_MESSAGES = Statement(lambda _: delete(Message).where(Message.diner_id == _DINER_ID, Message.turn_id != _TURN_ID))
_FORGET_FORM = Statement(lambda _: update(Message).where(Message.turn_id == _TURN_ID).values(payload={}))
_FORGET_DINER = Statement(
    lambda _: update(Diner).where(Diner.id == _DINER_ID).values(profile_name=null(), persona=null(), is_forgotten=True)
)


def begin_forgetting(connection: Connection, diner_id: int, turn_id: int) -> None:
    """With the turn in which a diner asks for it, after `forget`: only their address stays, for what is still to be sent."""
    connection.run(_FORGET_PARTS, diner_id=diner_id)
    connection.run(_FORGET_OTHER_MESSAGES, diner_id=diner_id, turn_id=turn_id)
    connection.run(_FORGET_FORM, turn_id=turn_id)
    connection.run(_FORGET_DINER, diner_id=diner_id)


@Statement
def _forgotten(_: object) -> Any:
    is_waiting = exists().where(Message.diner_id == Diner.id, IS_WAITING)
    is_sending = exists().where(Part.diner_id == Diner.id, IS_UNFINISHED)
    is_running = exists().where(Turn.diner_id == Diner.id, IS_RUNNING)
    return delete(Diner).where(Diner.id == _DINER_ID, Diner.is_forgotten, ~is_waiting, ~is_sending, ~is_running)


def finish_forgetting(connection: Connection, diner_id: int) -> None:
    """Erase the diner who was forgotten, unless something is still to be sent or they have written again."""
    connection.run(_forgotten, diner_id=diner_id)


def _next(column: Any) -> Select[Any]:
    """The highest of the next ids."""
    return select(func.max(select(column).where(column > _AFTER).order_by(column).limit(BATCH).subquery().c.id))


_NEXT_TURNS = Statement(lambda _: _next(Turn.id))
_NEXT_DINERS = Statement(lambda _: _next(Diner.id))


def _old_turns() -> ColumnElement[Any]:
    old = select(Turn.id).where(Turn.id > _AFTER, Turn.id <= _UP_TO, Turn.ended_at < _BEFORE, ~_IS_STILL_SENDING)
    return old.scalar_subquery()


_PURGE_MESSAGES = Statement(lambda _: delete(Message).where(Message.turn_id.in_(_old_turns())))
_PURGE_TURNS = Statement(lambda _: delete(Turn).where(Turn.id.in_(_old_turns())))


@Statement
def _purge_diners(_: object) -> Any:
    has_message = exists().where(Message.diner_id == Diner.id)
    has_turn = exists().where(Turn.diner_id == Diner.id)
    return delete(Diner).where(Diner.id > _AFTER, Diner.id <= _UP_TO, Diner.last_message_at < _BEFORE, ~has_message, ~has_turn)


def purge(database: Database, before: datetime, sleep: Callable[[float], None] = time.sleep) -> Erased:
    """Erase turns that ended before then, with their messages and replies, and diners of whom nothing is left."""
    messages, replies = _in_batches(database, _NEXT_TURNS, (_PURGE_MESSAGES, _PURGE_TURNS), before, sleep)
    (diners,) = _in_batches(database, _NEXT_DINERS, (_purge_diners,), before, sleep)
    return Erased(messages, replies, diners)


def _in_batches(
    database: Database, next_ids: Statement, erasing: Sequence[Statement], before: datetime, sleep: Callable[[float], None]
) -> list[int]:
    """Walk a table by its ids; how many rows each of the statements erased."""
    erased = [0] * len(erasing)
    after = 0
    while True:
        with database.connection() as connection:
            (up_to,) = connection.one(next_ids, after=after) or (None,)
            if up_to is None:
                return erased
            for place, statement in enumerate(erasing):
                erased[place] += connection.run(statement, after=after, up_to=up_to, before=before)
        after = up_to
        sleep(PAUSE_S)


def _count(connection: Connection, statement: Statement, **given: int) -> int:
    row = connection.one(statement, **given)
    return int(row[0]) if row else 0
