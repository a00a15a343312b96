"""What is erased: conversations older than they are kept for, and all of a diner who asks for it.

It goes a few rows at a time, each time in a transaction of its own: nobody waits for a long one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    null,
    or_,
    select,
    update,
)

from models import forgotten, identities, media, meter
from models.database.columns import Instant
from models.database.engine import Database
from models.database.statements import Connection, Statement, fixed
from models.diners import Diner
from models.inbox import IS_WAITING, Message
from models.outbox import IS_UNFINISHED, Part
from models.turns import HELD, IS_RUNNING, RUNNING, SILENT, Claimed, Turn, is_ours

# So few rows that to erase them, and what hangs on them, takes milliseconds: each stands
# on pages of its own.
BATCH = 8
# So many are looked through at a time for those that are old.
SPAN = 2_000
# Between two steps, the others' turn.
PAUSE_S = 0.001

_DINER_ID = bindparam("diner_id", type_=Integer)
_TURN_ID = bindparam("turn_id", type_=Integer)
_AFTER, _UP_TO = bindparam("after", type_=Integer), bindparam("up_to", type_=Integer)
_BEFORE = bindparam("before", type_=Instant)
_IS_STILL_SENDING = exists().where(
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
        ~_IS_STILL_SENDING,
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
            messages += _number(connection, _MESSAGES_OF, diner_id=diner_id, turn_id=turn.id)
            replies += _number(connection, _REPLIES_TO, diner_id=diner_id, turn_id=turn.id)
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
            ids = _ids(connection, _SOME_OF_A_DINERS, diner_id=diner_id, turn_id=turn.id)
            if ids:
                forgotten.remember(connection, _texts(connection, _SIDS_OF_TURNS, ids=ids), now)
                _erase_turns(connection, ids)
                return True
    return False


def _erase_turns(connection: Connection, ids: list[int]) -> tuple[int, int]:
    meter.keep_turns(connection, ids)
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
        opted_out_at=null(),
        blocked_at=null(),
        forgotten_turn_id=_TURN_ID,
        is_forgotten=~_WRITES_AGAIN,
    )
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
    connection.run(_FORGET_FORM, turn_id=turn.id)
    every = identities.every_row(connection, turn.diner)
    meter.keep_words(connection, every, turn.id)
    for diner_id in every:
        sids = _texts(connection, _SIDS_OF_A_DINER, diner_id=diner_id, turn_id=turn.id)
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
    select(Diner.id).where(Diner.id == _DINER_ID, _IS_OVER).with_for_update(of=Diner)
)
_FINISH = Statement(delete(Diner).where(Diner.id == _DINER_ID))
_FINISHED = Statement(select(Diner.id).where(_IS_OVER).limit(BATCH))


def finish_forgetting(connection: Connection, diner_id: int) -> None:
    """Erase the diner who was forgotten, unless something is to be sent, or they wrote again."""
    if connection.one(_CAN_FINISH, diner_id=diner_id):
        meter.keep_diner(connection, diner_id)
        connection.run(_FINISH, diner_id=diner_id)


def forgotten_diners(connection: Connection) -> list[int]:
    """Ids of some whom `finish_forgetting` erases: what was under way had its end elsewhere."""
    return _ids(connection, _FINISHED)


def _some(column: Any, *conditions: Any) -> Select[Any]:
    """A batch of what is to be erased, among the ids after `after` and up to `up_to`."""
    some = (
        select(column)
        .where(column > _AFTER, column <= _UP_TO, *conditions)
        .order_by(column)
        .limit(BATCH)
    )
    return some.with_for_update(of=column.class_)


_OLD_TURNS = Statement(_some(Turn.id, Turn.ended_at < _BEFORE, ~_IS_STILL_SENDING))
_LAST_TURN = Statement(select(func.max(Turn.id)))
# What staff or an alarm said: no turn's erasure takes it along.
_OLD_WORDS = Statement(
    select(Part.id)
    .where(Part.turn_id.is_(None), Part.updated_at < _BEFORE, ~IS_UNFINISHED)
    .order_by(Part.id)
    .limit(BATCH)
    .with_for_update(of=Part)
)
_ERASE_PARTS = Statement(lambda sql: delete(Part).where(sql.is_one_of(Part.id, "ids")))
_LAST_DINER = Statement(select(func.max(Diner.id)))
_ERASE_DINERS = Statement(lambda sql: delete(Diner).where(sql.is_one_of(Diner.id, "ids")))


_IS_LEFT = and_(
    Diner.last_message_at < _BEFORE,
    ~exists().where(Message.diner_id == Diner.id),
    ~exists().where(Turn.diner_id == Diner.id),
    ~exists().where(Part.diner_id == Diner.id),
)
_LEFT_DINERS = Statement(_some(Diner.id, _IS_LEFT, Diner.opted_out_at.is_(None)))
# Without their row, they would be written to again.
_OPTED_OUT = {Diner.profile_name: null(), Diner.persona: null(), Diner.diet: null()}
_LEFT_OPTED_OUT = Statement(
    _some(
        Diner.id,
        _IS_LEFT,
        Diner.opted_out_at.is_not(None),
        or_(*(each.is_not(None) for each in _OPTED_OUT)),
    )
)
_STRIP_DINERS = Statement(
    lambda sql: update(Diner).where(sql.is_one_of(Diner.id, "ids")).values(_OPTED_OUT)
)


def purge(
    database: Database, before: datetime, sleep: Callable[[float], None] = time.sleep
) -> Erased:
    """Erase turns that ended before then, with their messages and replies.

    With them go what was said before then without a turn, and diners of whom nothing is left. Of
    who opted out, that stays.
    """
    messages = replies = diners = 0
    for connection, ids in _in_batches(database, _LAST_TURN, _OLD_TURNS, before, sleep):
        erased = _erase_turns(connection, ids)
        messages, replies = messages + erased[0], replies + erased[1]
    while _erase_words_of_no_turn(database, before):
        sleep(PAUSE_S)
    for connection, ids in _in_batches(database, _LAST_DINER, _LEFT_DINERS, before, sleep):
        diners += connection.run(_ERASE_DINERS, ids=ids)
    for connection, ids in _in_batches(database, _LAST_DINER, _LEFT_OPTED_OUT, before, sleep):
        connection.run(_STRIP_DINERS, ids=ids)
    return Erased(messages, replies, diners)


def _erase_words_of_no_turn(database: Database, before: datetime) -> bool:
    """Some of them; whether there may be more."""
    with database.connection() as connection:
        ids = _ids(connection, _OLD_WORDS, before=before)
        if ids:
            meter.keep_parts(connection, ids)
            connection.run(_ERASE_PARTS, ids=ids)
    return len(ids) == BATCH


def _in_batches(
    database: Database,
    last: Statement,
    found: Statement,
    before: datetime,
    sleep: Callable[[float], None],
) -> Iterator[tuple[Connection, list[int]]]:
    """Walk a table by its ids: a batch of what is `found`, and the transaction to erase it in."""
    with database.alone() as connection:
        end = _number(connection, last)
    after = 0
    while after < end:
        with database.connection() as connection:
            ids = _ids(connection, found, after=after, up_to=after + SPAN, before=before)
            if ids:
                yield connection, ids
        after = ids[-1] if len(ids) == BATCH else after + SPAN
        sleep(PAUSE_S)


def _ids(connection: Connection, statement: Statement, **given: Any) -> list[int]:
    return [each for (each,) in connection.all(statement, **given)]


def _texts(connection: Connection, statement: Statement, **given: Any) -> list[str]:
    return [each for (each,) in connection.all(statement, **given)]


def _number(connection: Connection, statement: Statement, **given: Any) -> int:
    """The one number that it gives; 0 for none."""
    row = connection.one(statement, **given)
    return int(row[0] or 0) if row else 0
