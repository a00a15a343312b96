"""What is under way and nobody works on: diners' messages, turns and parts.

It looks at what is under way, which partial indexes hold, and never at what is done.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.database.columns import Instant
from models.database.statements import Connection, Statement, fixed
from models.inbox import IS_WAITING, Message
from models.outbox import IS_UNFINISHED, MAYBE, SENDING, WAITING, Part, is_unfinished
from models.turns import IS_RUNNING, Turn

_NOW, _UNTIL = bindparam("now", type_=Instant), bindparam("until", type_=Instant)
_MOST = bindparam("most", type_=Integer)
# Unfinished too: SQLite takes a partial index only for its own words.
_IS_SENDING = and_(Part.state == fixed(SENDING), IS_UNFINISHED)


@Statement
def _waiting_diners(_: object) -> Any:
    waiting = select(Message.diner_id).where(IS_WAITING).group_by(Message.diner_id)
    return waiting.order_by(func.min(Message.id)).limit(_MOST)


def waiting_diners(connection: Connection, limit: int) -> list[int]:
    """Ids of diners with a message that no turn has taken, longest waiting first."""
    return [diner_id for (diner_id,) in connection.all(_waiting_diners, most=limit)]


@Statement
def _expired_diners(_: object) -> Any:
    return (
        select(Turn.diner_id)
        .where(IS_RUNNING, Turn.lease_until <= _NOW)
        .order_by(Turn.lease_until)
        .limit(_MOST)
    )


def expired_diners(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Ids of diners whose running turn has lost its process, longest lost first."""
    return [diner_id for (diner_id,) in connection.all(_expired_diners, now=now, most=limit)]


@Statement
def _due_diners(_: object) -> Any:
    due = or_(
        and_(Part.state.in_([fixed(WAITING), fixed(MAYBE)]), Part.not_before <= _NOW),
        and_(Part.state == fixed(SENDING), Part.lease_until <= _NOW),
    )
    earlier = aliased(Part)
    is_behind = exists().where(
        earlier.diner_id == Part.diner_id, earlier.id < Part.id, is_unfinished(earlier)
    )
    # By the id alone, SQLite would walk the whole table in its order.
    return (
        select(Part.diner_id)
        .where(IS_UNFINISHED, due, ~is_behind)
        .order_by(Part.created_at, Part.id)
        .limit(_MOST)
    )


def due_diners(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Ids of diners whose next part is due, or has lost its sender; longest waiting first."""
    return [diner_id for (diner_id,) in connection.all(_due_diners, now=now, most=limit)]
