"""What is under way and nobody works on: diners' messages, turns and parts.

It looks at what is under way, which partial indexes hold, and never at what is done.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from models.database.spelling import Spelling
from models.database.statements import Connection, Statement
from models.inbox import IS_WAITING, Message
from models.outbox import IS_UNFINISHED, Part, due_since, is_unfinished
from models.turns import IS_RUNNING, Turn

_MOST = bindparam("most", type_=Integer)


@Statement
def _waiting_diners(_: object) -> Any:
    waiting = select(Message.diner_id).where(IS_WAITING).group_by(Message.diner_id)
    return waiting.order_by(func.min(Message.id)).limit(_MOST)


def waiting_diners(connection: Connection, limit: int) -> list[int]:
    """Ids of diners with a message that no turn has taken, longest waiting first."""
    return [diner_id for (diner_id,) in connection.all(_waiting_diners, most=limit)]


@Statement
def _expired_diners(sql: Spelling) -> Any:
    return (
        select(Turn.diner_id)
        .where(IS_RUNNING, Turn.lease_until <= sql.now)
        # Of those that run one by one, who had the fewest tries.
        .order_by(Turn.attempts, Turn.lease_until)
        .limit(_MOST)
    )


def expired_diners(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Ids of diners whose running turn has lost its process, longest lost first."""
    return [diner_id for (diner_id,) in connection.all(_expired_diners, now=now, most=limit)]


def is_due(now: Any) -> Any:
    """Of a part that somebody should be sending: nothing holds it back, and none before it."""
    earlier = aliased(Part)
    is_behind = exists().where(
        earlier.diner_id == Part.diner_id, earlier.id < Part.id, is_unfinished(earlier)
    )
    return and_(IS_UNFINISHED, due_since() <= now, ~is_behind)


@Statement
def _due_diners(sql: Spelling) -> Any:
    # By the id alone, SQLite would walk the whole table in its order.
    ordered = select(Part.diner_id).where(is_due(sql.now)).order_by(Part.created_at, Part.id)
    return ordered.limit(_MOST)


def due_diners(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Ids of diners whose next part is due, or has lost its sender; longest waiting first."""
    return [diner_id for (diner_id,) in connection.all(_due_diners, now=now, most=limit)]


@Statement
def _put_no_turn_off(sql: Spelling) -> Any:
    until = sql.moment("until")
    far_off = update(Turn).where(IS_RUNNING, Turn.lease_until > until)
    return far_off.values(lease_until=until)


@Statement
def _put_no_part_off(sql: Spelling) -> Any:
    until = sql.moment("until")
    far_off = or_(Part.lease_until > until, Part.not_before > until)
    return update(Part).where(IS_UNFINISHED, far_off).values(lease_until=until, not_before=sql.now)


@Statement
def _date_no_try_ahead(sql: Spelling) -> Any:
    ahead = update(Part).where(IS_UNFINISHED, Part.tried_at > sql.now)
    return ahead.values(tried_at=sql.now, first_tried_at=sql.moment("day_before"))


def put_nothing_off(connection: Connection, now: datetime, until: datetime) -> None:
    """Nobody waits for longer than `until`, and what may have gone out went out before now.

    SQLite's clock is the machine's, and somebody may have set it back since this was written.
    """
    connection.run(_put_no_turn_off, now=now, until=until)
    connection.run(_put_no_part_off, now=now, until=until)
    connection.run(_date_no_try_ahead, now=now, day_before=now - timedelta(days=1))
