"""How a diner's turn is taken: a new one of what waits, or one that another process has lost.

What comes in while it runs may be taken into it. The turns themselves are `models.turns`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from models import diners
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.inbox import IS_WAITING, WRITTEN, Message, Written, written
from models.turns import ALONE_AFTER, IS_RUNNING, Claimed, Turn, beginning, is_ours

_DINER_ID = bindparam("diner_id", type_=Integer)
_WAITS = exists().where(Message.diner_id == _DINER_ID, IS_WAITING)
_BEGIN = Statement(lambda sql: beginning(sql, _DINER_ID, _WAITS))
_MESSAGES = Statement(
    select(*WRITTEN).where(Message.turn_id == bindparam("turn_id", type_=Integer))
)
_IS_MORE = Statement(select(_WAITS))
_DROP = Statement(delete(Turn).where(Turn.id == bindparam("turn_id", type_=Integer)))


@Statement
def _take_messages(_: Spelling) -> Any:
    """All that wait up to the first keyword; the keyword alone when it comes first."""
    waiting: Select[Any] = select(func.min(Message.id)).where(
        Message.diner_id == _DINER_ID, IS_WAITING
    )
    first_keyword = waiting.where(Message.is_keyword).scalar_subquery()
    taken = update(Message).where(Message.diner_id == _DINER_ID, IS_WAITING)
    taken = taken.where(
        or_(
            first_keyword.is_(None),
            Message.id < first_keyword,
            Message.id == waiting.scalar_subquery(),
        )
    )
    return taken.values(turn_id=bindparam("turn_id", type_=Integer)).returning(*WRITTEN)


def _is_lost(sql: Spelling) -> ColumnElement[bool]:
    return and_(Turn.diner_id == _DINER_ID, IS_RUNNING, Turn.lease_until <= sql.now)


_WAS_HELD = Turn.lease != fixed("")  # neither given back, nor broken off
_LOSSES = Turn.losses + case((_WAS_HELD, 1), else_=0)
_LOST = Statement(lambda sql: select(_LOSSES).where(_is_lost(sql)))
# Somebody looked at it: it is not forgotten, and waits for its place.
_WAIT_ON = Statement(lambda sql: update(Turn).where(_is_lost(sql)).values(lease_until=sql.now))


@Statement
def _take_over(sql: Spelling) -> Any:
    was_at_fault = or_(~_WAS_HELD, Turn.losses >= ALONE_AFTER)
    lost = update(Turn).where(_is_lost(sql), bindparam("found", type_=Integer) == _LOSSES)
    lost = lost.values(
        lease=bindparam("lease", type_=String),
        lease_until=sql.moment("until"),
        attempts=Turn.attempts + case((was_at_fault, 1), else_=0),
        losses=_LOSSES,
    )
    return lost.returning(Turn.id, Turn.attempts, Turn.losses)


def _anyone() -> bool:
    return True


def claim(
    connection: Connection,
    diner_id: int,
    *,
    lease: str,
    now: datetime,
    until: datetime,
    may_run_alone: Callable[[], bool] = _anyone,
) -> Claimed | None:
    """The diner's next turn: a new one of what waits, else one whose lease ran out, else None.

    One that was lost with its process `ALONE_AFTER` times or more is given only to who
    `may_run_alone`, who is asked for it alone: it has to run without another one of its kind.
    """
    attempt, losses = 1, 0
    begun = connection.one(_BEGIN, diner_id=diner_id, lease=lease, now=now, until=until)
    if begun:
        (turn_id,) = begun
        messages = _taken(connection, diner_id, turn_id)
    else:
        lost = connection.one(_LOST, diner_id=diner_id, now=now)
        if lost is None:
            return None
        if lost[0] >= ALONE_AFTER and not may_run_alone():
            connection.run(_WAIT_ON, diner_id=diner_id, now=now)
            return None
        taken_over = connection.one(
            _take_over, diner_id=diner_id, found=lost[0], lease=lease, now=now, until=until
        )
        if taken_over is None:
            return None
        turn_id, attempt, losses = taken_over
        messages = _in_order(connection.all(_MESSAGES, turn_id=turn_id))
    if not messages:
        # Another process took them between our look and our insert, and was done before it.
        connection.run(_DROP, turn_id=turn_id)
        return None
    row = connection.one(_IS_MORE, diner_id=diner_id)
    diner = diners.known(connection, diner_id)
    is_more = bool(row and row[0])
    return Claimed(turn_id, lease, until, attempt, diner, messages, is_more, losses)


def _taken(connection: Connection, diner_id: int, turn_id: int) -> tuple[Written, ...]:
    return _in_order(connection.all(_take_messages, diner_id=diner_id, turn_id=turn_id))


def _in_order(rows: list[Any]) -> tuple[Written, ...]:
    return tuple(sorted(map(written, rows), key=lambda each: each.id))


_FIRST_WAITING = Statement(
    select(Message.is_keyword)
    .where(Message.diner_id == _DINER_ID, IS_WAITING)
    .order_by(Message.id)
    .limit(1)
)


@Statement
def _take_deletion(_: Spelling) -> Any:
    taken = update(Message).where(Message.diner_id == _DINER_ID, IS_WAITING)
    taken = taken.where(
        Message.quoted_sid == bindparam("sid", type_=String),
        Message.text == bindparam("deletion", type_=Text),
    )
    return taken.values(turn_id=bindparam("turn_id", type_=Integer)).returning(*WRITTEN)


def absorb(connection: Connection, turn: Claimed, deletion: str = "") -> list[Written]:
    """Take what came in meanwhile, in order and up to a keyword, into a turn that is still ours.

    With `deletion`, a keyword's turn takes nothing but what deletes it, whose text that is.
    """
    if not is_ours(connection, turn):
        return []
    if turn.is_keyword and deletion:
        sid = turn.messages[0].sid
        rows = connection.all(
            _take_deletion, diner_id=turn.diner.id, sid=sid, deletion=deletion, turn_id=turn.id
        )
        return list(_in_order(rows))
    first = connection.one(_FIRST_WAITING, diner_id=turn.diner.id)
    # Nothing waits, or a keyword comes first: that is the next turn's.
    if first is None or first[0]:
        return []
    return list(_taken(connection, turn.diner.id, turn.id))
