"""What is erased: conversations that are older than they are kept for, and all of a diner who asks for it.

It goes a few rows at a time, each time in a transaction of its own, so that nobody waits for a long one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, delete, exists, func, null, select, update

from models.base import Instant
from models.database import Database
from models.diners import Diner
from models.inbox import IS_WAITING, Message
from models.outbox import IS_UNFINISHED, Part
from models.statements import Connection, Statement
from models.turns import IS_RUNNING, Turn

# So few rows that to erase them, and what hangs on them, takes milliseconds: each stands on pages of its own.
BATCH = 8
# So many are looked through at a time for those that are old.
SPAN = 2_000
# Between two steps, the others' turn.
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


def _highest_of_some(column: Any, *conditions: Any) -> Select[Any]:
    """The id of the last of a batch that is to be erased, among those after `after` and up to `up_to`."""
    some = select(column).where(column > _AFTER, column <= _UP_TO, *conditions).order_by(column).limit(BATCH).subquery()
    return select(func.max(some.c.id))


_IS_OLD = and_(Turn.ended_at < _BEFORE, ~_IS_STILL_SENDING)
_HAS_LEFT = and_(
    Diner.last_message_at < _BEFORE,
    ~exists().where(Message.diner_id == Diner.id),
    ~exists().where(Turn.diner_id == Diner.id),
)
_OLD_TURNS = Statement(lambda _: _highest_of_some(Turn.id, _IS_OLD))
_LAST_TURN = Statement(lambda _: select(func.max(Turn.id)))
_LEFT_DINERS = Statement(lambda _: _highest_of_some(Diner.id, _HAS_LEFT))
_LAST_DINER = Statement(lambda _: select(func.max(Diner.id)))


@Statement
def _purge_messages(_: object) -> Any:
    old = select(Turn.id).where(Turn.id > _AFTER, Turn.id <= _UP_TO, _IS_OLD)
    return delete(Message).where(Message.turn_id.in_(old.scalar_subquery()))


_PURGE_TURNS = Statement(lambda _: delete(Turn).where(Turn.id > _AFTER, Turn.id <= _UP_TO, _IS_OLD))
_PURGE_DINERS = Statement(lambda _: delete(Diner).where(Diner.id > _AFTER, Diner.id <= _UP_TO, _HAS_LEFT))


def purge(database: Database, before: datetime, sleep: Callable[[float], None] = time.sleep) -> Erased:
    """Erase turns that ended before then, with their messages and replies, and diners of whom nothing is left."""
    walk = _Walk(database, before, sleep)
    messages, replies = walk.erase(_LAST_TURN, _OLD_TURNS, _purge_messages, _PURGE_TURNS)
    (diners,) = walk.erase(_LAST_DINER, _LEFT_DINERS, _PURGE_DINERS)
    return Erased(messages, replies, diners)


class _Walk:
    """Goes through a table by its ids."""

    def __init__(self, database: Database, before: datetime, sleep: Callable[[float], None]) -> None:
        self._database, self._before, self._sleep = database, before, sleep

    def erase(self, last: Statement, found: Statement, *erasing: Statement) -> list[int]:
        """How many rows each of the statements erased."""
        erased = [0] * len(erasing)
        after = 0
        with self._database.alone() as connection:
            end = _count(connection, last)
        while after < end:
            up_to = after + SPAN
            with self._database.alone() as connection:
                highest = _count(connection, found, after=after, up_to=up_to, before=self._before)
            if highest:
                up_to = highest
                with self._database.connection() as connection:
                    for place, statement in enumerate(erasing):
                        erased[place] += connection.run(statement, after=after, up_to=up_to, before=self._before)
            after = up_to
            self._sleep(PAUSE_S)
        return erased


def _count(connection: Connection, statement: Statement, **given: Any) -> int:
    """The one number that it gives; 0 for none."""
    row = connection.one(statement, **given)
    return int(row[0] or 0) if row else 0
