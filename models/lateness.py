"""For how long what nobody works on has waited: whether anybody answers, and anybody sends.

It looks at what is under way, as `models.unattended` does, and changes nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from models.database.spelling import Spelling
from models.database.statements import Connection, Statement
from models.inbox import IS_WAITING, Message
from models.outbox import due_since
from models.turns import IS_RUNNING, Turn
from models.unattended import is_due

# Seconds for which a message or a part of a reply may wait while nobody works on it.
MOST_AGE_S = 60.0


def ages(connection: Connection, now: datetime) -> dict[str, float]:
    """In seconds, of the oldest; 0 where there is none.

    `inbox_age_s`: of messages whose diner is not being answered, and of turns whose process is
    gone. `outbox_lag_s`: of parts that may go out. What waits on purpose counts for neither.
    """
    row = connection.one(_longest_waiting, now=now)
    assert row is not None, "a select of values gives a row"
    moment, *oldest = row
    waiting, lost, unsent = (max(0.0, _seconds(moment, each)) for each in oldest)
    return {"inbox_age_s": round(max(waiting, lost), 1), "outbox_lag_s": round(unsent, 1)}


@Statement
def _longest_waiting(sql: Spelling) -> Any:
    is_being_answered = exists().where(
        Turn.diner_id == Message.diner_id, IS_RUNNING, Turn.lease_until > sql.now
    )
    waiting = select(func.min(Message.received_at)).where(IS_WAITING, ~is_being_answered)
    lost = select(func.min(Turn.lease_until)).where(IS_RUNNING, Turn.lease_until <= sql.now)
    unsent = select(func.min(due_since())).where(is_due(sql.now))
    oldest = [each.scalar_subquery() for each in (waiting, lost, unsent)]
    return select(sql.now.label("moment"), *oldest)


def _seconds(moment: datetime, since: datetime | None) -> float:
    return (moment - since).total_seconds() if since else 0.0
