"""What is erased because it is older than it is kept for: conversations, and files.

It goes a few rows at a time, each time in a transaction of its own: nobody waits for a long one.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from models import attachments, counted
from models.attachments import Attachment
from models.calls import PhoneCall
from models.database.columns import Instant
from models.database.engine import Database
from models.database.statements import Connection, Statement
from models.diners import Diner
from models.erasure import (
    BATCH,
    IS_STILL_SENDING,
    PAUSE_S,
    Erased,
    erase_turns,
    listed,
    number,
)
from models.inbox import Message
from models.media import Media
from models.outbox import IS_UNFINISHED, Part
from models.turns import Turn

# So many are looked through at a time for those that are old.
SPAN = 2_000

_AFTER, _UP_TO = bindparam("after", type_=Integer), bindparam("up_to", type_=Integer)
_BEFORE = bindparam("before", type_=Instant)


def _some(column: Any, *conditions: Any) -> Select[Any]:
    """A batch of what is to be erased, among the ids after `after` and up to `up_to`."""
    some = (
        select(column)
        .where(column > _AFTER, column <= _UP_TO, *conditions)
        .order_by(column)
        .limit(BATCH)
    )
    return some.with_for_update(of=column.class_)


_OLD_TURNS = Statement(_some(Turn.id, Turn.ended_at < _BEFORE, ~IS_STILL_SENDING))
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
_LAST_CALL = Statement(select(func.max(PhoneCall.id)))
_OLD_CALLS = Statement(
    _some(
        PhoneCall.id,
        PhoneCall.ended_at < _BEFORE,
        ~exists().where(Turn.call_id == PhoneCall.id),
    )
)
_ERASE_CALLS = Statement(lambda sql: delete(PhoneCall).where(sql.is_one_of(PhoneCall.id, "ids")))
_LAST_DINER = Statement(select(func.max(Diner.id)))
_ERASE_DINERS = Statement(lambda sql: delete(Diner).where(sql.is_one_of(Diner.id, "ids")))


_IS_LEFT = and_(
    Diner.last_message_at < _BEFORE,
    ~exists().where(Message.diner_id == Diner.id),
    ~exists().where(Turn.diner_id == Diner.id),
    ~exists().where(Part.diner_id == Diner.id),
    ~exists().where(PhoneCall.diner_id == Diner.id),
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

    With them go what was said before then without a turn, calls of which nothing is left, and
    diners of whom nothing is. Of who opted out, that stays.
    """
    messages = replies = diners = 0
    for connection, ids in _in_batches(database, _LAST_TURN, _OLD_TURNS, before, sleep):
        erased = erase_turns(connection, ids)
        messages += erased[0]
        replies += erased[1]
    while _erase_words_of_no_turn(database, before):
        sleep(PAUSE_S)
    for connection, ids in _in_batches(database, _LAST_CALL, _OLD_CALLS, before, sleep):
        connection.run(_ERASE_CALLS, ids=ids)
    for connection, ids in _in_batches(database, _LAST_DINER, _LEFT_DINERS, before, sleep):
        diners += connection.run(_ERASE_DINERS, ids=ids)
    for connection, ids in _in_batches(database, _LAST_DINER, _LEFT_OPTED_OUT, before, sleep):
        connection.run(_STRIP_DINERS, ids=ids)
    return Erased(messages, replies, diners)


def _erase_words_of_no_turn(database: Database, before: datetime) -> bool:
    """Some of them; whether there may be more."""
    with database.connection() as connection:
        ids = listed(connection, _OLD_WORDS, before=before)
        if ids:
            counted.keep_parts(connection, ids)
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
        end = number(connection, last)
    after = 0
    while after < end:
        with database.connection() as connection:
            ids = listed(connection, found, after=after, up_to=after + SPAN, before=before)
            if ids:
                yield connection, ids
        after = ids[-1] if len(ids) == BATCH else after + SPAN
        sleep(PAUSE_S)


def _let_go(moment: Any) -> Statement:
    file = moment.class_
    old = select(file.id).where(moment <= _BEFORE).order_by(moment).limit(BATCH)
    return Statement(delete(file).where(file.id.in_(old)))


# What diners sent, and what was made for them.
_FILES = (
    (_let_go(Attachment.created_at), attachments.KEPT_FOR),
    (_let_go(Media.expires_at), timedelta()),
)


def purge_files(
    database: Database, now: datetime, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Erase the files whose time is over, however long conversations are kept."""
    for let_go, kept_for in _FILES:
        more = True
        while more:
            with database.alone() as connection:
                more = connection.run(let_go, before=now - kept_for) == BATCH
            sleep(PAUSE_S)
