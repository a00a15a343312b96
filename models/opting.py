"""Who is not written to: diners who opted out, and those whom WhatsApp says that it can't reach.

The first until they write START, the others until they write anything. That nothing goes out to
them, `engine.clearance` sees to.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, null, or_, update

from models import drafts
from models.database.columns import Instant
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import Diner
from models.outbox import DROPPED, MAYBE, WAITING, Part

_DINER_ID = bindparam("diner_id", type_=Integer)
_TURN_ID = bindparam("turn_id", type_=Integer)


def _set(**moments: Any) -> Any:
    return update(Diner).where(Diner.id == _DINER_ID).values(moments)


_OPT_OUT = Statement(lambda sql: _set(opted_out_at=func.coalesce(Diner.opted_out_at, sql.now)))
_OPT_IN = Statement(_set(opted_out_at=null(), blocked_at=null()))
# What is told of a message holds unless they have written since: news of it may come late.
_IS_NEWS = Diner.last_message_at <= func.coalesce(
    bindparam("written_at", type_=Instant), Diner.last_message_at
)
_TOLD_TO_OPT_OUT = Statement(
    lambda sql: _set(opted_out_at=func.coalesce(Diner.opted_out_at, sql.now)).where(_IS_NEWS)
)
_BLOCK = Statement(lambda sql: _set(blocked_at=sql.now).where(_IS_NEWS))
_DROP = Statement(
    lambda sql: (
        update(Part)
        .where(
            Part.diner_id == _DINER_ID,
            Part.state.in_([fixed(WAITING), fixed(MAYBE)]),
            or_(Part.turn_id.is_(None), Part.turn_id != _TURN_ID),
        )
        .values(state=DROPPED, updated_at=sql.now)
    )
)


def stop(connection: Connection, diner_id: int, *, turn_id: int, now: datetime) -> None:
    """They wrote STOP, in this turn: what else waits to go out to them never does."""
    connection.run(_OPT_OUT, diner_id=diner_id, now=now)
    connection.run(_DROP, diner_id=diner_id, turn_id=turn_id, now=now)
    drafts.settle(connection, diner_id, drafts.DROPPED, now=now)


def start(connection: Connection, diner_id: int) -> None:
    """They wrote START."""
    connection.run(_OPT_IN, diner_id=diner_id)


def opt_out(
    connection: Connection, diner_id: int, *, written_at: datetime | None, now: datetime
) -> bool:
    """Nothing goes to them before they write START, as they said to Twilio.

    Unless they have written since `written_at`, where that is not now; whether it was so.
    """
    given = {"diner_id": diner_id, "written_at": written_at, "now": now}
    return bool(connection.run(_TOLD_TO_OPT_OUT, **given))


def block(
    connection: Connection, diner_id: int, *, written_at: datetime | None, now: datetime
) -> None:
    """Nothing goes to them before they write: WhatsApp can't reach them, or they blocked us.

    Unless they have written since `written_at`, where that is not now.
    """
    connection.run(_BLOCK, diner_id=diner_id, written_at=written_at, now=now)
