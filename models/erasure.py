"""What is erased of a diner who asks to be forgotten.

It goes a few rows at a time, each time in a transaction of its own: nobody waits for a long one.
What is erased for its age is `models.purging`'s.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    null,
    select,
    update,
)

from models import call_turns, counted, forgotten, identities, media, meter
from models.database.engine import Database
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import ANYBODYS, Diner, Known
from models.inbox import IS_WAITING, Message
from models.outbox import IS_UNFINISHED, Part
from models.turns import HELD, IS_RUNNING, RUNNING, SILENT, Claimed, Turn, is_ours

# So few rows that to erase them, and what hangs on them, takes milliseconds: each stands
# on pages of its own.
BATCH = 8
# Between two steps, the others' turn.
PAUSE_S = 0.001

_DINER_ID = bindparam("diner_id", type_=Integer)
_TURN_ID = bindparam("turn_id", type_=Integer)
IS_STILL_SENDING = exists().where(
    Part.turn_id == Turn.id, Part.diner_id == Turn.diner_id, IS_UNFINISHED
)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each were erased."""

    messages: int
    replies: int
    diners: int


# What came behind it is a new conversation.
_LAST_MESSAGE = select(func.max(Message.id)).where(Message.turn_id == _TURN_ID).scalar_subquery()
_MESSAGES_OF = Statement(
    select(func.count()).where(Message.diner_id == _DINER_ID, Message.id <= _LAST_MESSAGE)
)
_REPLIES_TO = Statement(
    select(func.count()).where(
        Turn.diner_id == _DINER_ID,
        Turn.id != _TURN_ID,
        Turn.state.not_in([fixed(HELD), fixed(SILENT)]),
    )
)
# Locked, and erased by this list: what is true of a turn may no longer be, a statement later.
_SOME_OF_A_DINERS = Statement(
    select(Turn.id)
    .where(
        Turn.diner_id == _DINER_ID,
        Turn.id < _TURN_ID,
        Turn.state != fixed(RUNNING),
        ~IS_STILL_SENDING,
    )
    .order_by(Turn.id)
    .limit(BATCH)
    .with_for_update(of=Turn)
)
_ERASE_MESSAGES = Statement(
    lambda sql: delete(Message).where(sql.is_one_of(Message.turn_id, "ids"))
)
_ERASE_TURNS = Statement(lambda sql: delete(Turn).where(sql.is_one_of(Turn.id, "ids")))


_SIDS_OF_TURNS = Statement(
    lambda sql: select(Message.sid).where(sql.is_one_of(Message.turn_id, "ids"))
)


def forget(
    database: Database,
    turn: Claimed,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> Erased:
    """Erase what is stored of a diner up to the turn in which they ask for it, in all their rows.

    What is still to be answered or sent stays: `finish_forgetting` has the rest. Who is cut off in
    between begins anew, and counts what is left; who has lost the turn stops.
    """
    messages = replies = 0
    with database.connection() as connection:
        for diner_id in identities.every_row(connection, turn.diner):
            messages += number(connection, _MESSAGES_OF, diner_id=diner_id, turn_id=turn.id)
            replies += number(connection, _REPLIES_TO, diner_id=diner_id, turn_id=turn.id)
    while _forget_some(database, turn, now):
        sleep(PAUSE_S)
    return Erased(messages, replies, 0)


def _forget_some(database: Database, turn: Claimed, now: datetime) -> bool:
    """Some turns of what is to be forgotten; whether there may be more."""
    with database.connection() as connection:
        every = identities.every_row(connection, turn.diner)
        if not is_ours(connection, turn):
            return False
        for diner_id in every:
            ids = listed(connection, _SOME_OF_A_DINERS, diner_id=diner_id, turn_id=turn.id)
            if ids:
                forgotten.remember(connection, listed(connection, _SIDS_OF_TURNS, ids=ids), now)
                erase_turns(connection, ids, _whose(turn.diner))
                return True
    return False


def erase_turns(
    connection: Connection, ids: list[int], whose: str | None = None
) -> tuple[int, int]:
    """With all that hangs on them; how many messages and turns that were.

    `whose`: `meter.whose` of who asked for it.
    """
    counted.keep_turns(connection, ids, whose)
    return connection.run(_ERASE_MESSAGES, ids=ids), connection.run(_ERASE_TURNS, ids=ids)


_FORGET_PARTS = Statement(delete(Part).where(Part.diner_id == _DINER_ID, ~IS_UNFINISHED))
_IS_BEING_ANSWERED = exists().where(Turn.id == Message.turn_id, IS_RUNNING)
_FORGET_OTHER_MESSAGES = Statement(
    delete(Message).where(
        Message.diner_id == _DINER_ID, Message.turn_id != _TURN_ID, ~_IS_BEING_ANSWERED
    )
)
_FORGET_FORM = Statement(
    update(Message).where(Message.turn_id == _TURN_ID).values(payload={}, media=null())
)
_WRITES_AGAIN = exists().where(
    Message.diner_id == _DINER_ID, IS_WAITING, Message.id > _LAST_MESSAGE
)
_FORGET_DINER = Statement(
    update(Diner)
    .where(Diner.id == _DINER_ID)
    .values(
        profile_name=null(),
        persona=null(),
        diet=null(),
        language=null(),
        has_chosen_language=false(),
        user_id=null(),
        in_hands_until=null(),
        in_hands_of=null(),
        asked_in_vain_at=null(),
        opted_out_at=null(),
        blocked_at=null(),
        forgotten_turn_id=_TURN_ID,
        is_forgotten=~_WRITES_AGAIN,
    )
)


# Those that came behind the turn in which their diner asked to be forgotten, too.
_TURNS_OF_CALLS = Statement(
    lambda sql: select(Turn.id).where(sql.is_one_of(Turn.call_id, "ids"), ~IS_STILL_SENDING)
)
_SIDS_OF_A_DINER = Statement(
    select(Message.sid).where(Message.diner_id == _DINER_ID, Message.id <= _LAST_MESSAGE)
)


def begin_forgetting(connection: Connection, turn: Claimed, now: datetime) -> None:
    """With the turn in which a diner asks for it, after `forget`.

    Only their addresses stay, for what is still to be answered or sent; and for a week, that these
    messages were answered.
    """
    forgotten.let_go(connection, now)
    counted.let_go(connection, now)
    connection.run(_FORGET_FORM, turn_id=turn.id)
    every = identities.every_row(connection, turn.diner)
    for diner_id in every:
        if call_ids := call_turns.calls_of(connection, diner_id):
            ids = listed(connection, _TURNS_OF_CALLS, ids=call_ids)
            erase_turns(connection, ids, _whose(turn.diner))
            call_turns.forget_calls(connection, call_ids)
    counted.keep_words(connection, every, turn.id, _whose(turn.diner))
    for diner_id in every:
        sids = listed(connection, _SIDS_OF_A_DINER, diner_id=diner_id, turn_id=turn.id)
        forgotten.remember(connection, sids, now)
        connection.run(_FORGET_PARTS, diner_id=diner_id)
        media.forget(connection, diner_id)
        connection.run(_FORGET_OTHER_MESSAGES, diner_id=diner_id, turn_id=turn.id)
        connection.run(_FORGET_DINER, diner_id=diner_id, turn_id=turn.id)


_IS_OVER = and_(
    Diner.is_forgotten,
    ~exists().where(Message.diner_id == Diner.id, IS_WAITING),
    ~exists().where(Part.diner_id == Diner.id, IS_UNFINISHED),
    ~exists().where(Turn.diner_id == Diner.id, IS_RUNNING),
)
_CAN_FINISH = Statement(
    select(Diner.channel, Diner.address, Diner.number)
    .where(Diner.id == _DINER_ID, _IS_OVER)
    .with_for_update(of=Diner)
)
_FINISH = Statement(delete(Diner).where(Diner.id == _DINER_ID))
_FINISHED = Statement(select(Diner.id).where(_IS_OVER).limit(BATCH))


def finish_forgetting(connection: Connection, diner_id: int) -> None:
    """Erase the diner who was forgotten, unless something is to be sent, or they wrote again."""
    if found := connection.one(_CAN_FINISH, diner_id=diner_id):
        channel, address, number = found
        whose = meter.whose(channel if channel in ANYBODYS else address, number)
        counted.keep_diner(connection, diner_id, whose)
        connection.run(_FINISH, diner_id=diner_id)


def forgotten_diners(connection: Connection) -> list[int]:
    """Ids of some whom `finish_forgetting` erases: what was under way had its end elsewhere."""
    return listed(connection, _FINISHED)


def _whose(diner: Known) -> str:
    address = diner.channel if diner.channel in ANYBODYS else diner.user_id or diner.address
    return meter.whose(address, diner.number)


def listed(connection: Connection, statement: Statement, **given: Any) -> list[Any]:
    """The one column that it gives."""
    return [each for (each,) in connection.all(statement, **given)]


def number(connection: Connection, statement: Statement, **given: Any) -> int:
    """The one number that it gives; 0 for none."""
    row = connection.one(statement, **given)
    return int(row[0] or 0) if row else 0
