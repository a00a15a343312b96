"""How the outbox's parts go out: claimed in a diner's order, marked as sent, put off or given up.

Only the lowest unfinished part of a diner can be claimed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, case, exists, func, select, update
from sqlalchemy.orm import aliased

from models.database.statements import Chain, Connection, Spelling, Statement, Steps, fixed
from models.diners import Diner
from models.outbox import (
    BUBBLE,
    FAILED,
    IS_UNFINISHED,
    MAYBE,
    SENDING,
    SENT,
    WAITING,
    Outgoing,
    Part,
    bubble_of,
    is_unfinished,
)

_DINER_ID = bindparam("diner_id", type_=Integer)
_PART_ID = bindparam("part_id", type_=Integer)
_LEASE = bindparam("part_lease", type_=String)


@Chain
def _claim(steps: Steps) -> None:
    columns = (
        Part.id,
        Part.state,
        Part.first_tried_at,
        Diner.address,
        Diner.number,
        Diner.is_forgotten,
    )
    lowest = (
        select(*columns)
        .join(Diner, Diner.id == Part.diner_id)
        .where(Part.diner_id == _DINER_ID, IS_UNFINISHED)
    )
    first = steps.add("first", lowest.order_by(Part.id).limit(1).with_for_update(of=Part))
    now = steps.sql.now
    is_due = case((Part.state == fixed(SENDING), Part.lease_until), else_=Part.not_before) <= now
    values = {
        "state": fixed(SENDING),
        "lease": _LEASE,
        "lease_until": steps.sql.moment("part_until"),
        "attempts": Part.attempts + 1,
        "first_tried_at": func.coalesce(Part.first_tried_at, now),
    }
    taken = update(Part).where(Part.id == first("id"), IS_UNFINISHED, is_due).values(values)
    steps.add("part", taken.returning(Part.id, Part.attempts, Part.created_at, *BUBBLE))


def claim(
    connection: Connection, diner_id: int, *, lease: str, now: datetime, until: datetime
) -> Outgoing | None:
    """Take the diner's lowest unfinished part.

    None when there is none, or it is not due, or another process has it.
    """
    first, part = connection.chain(
        _claim, diner_id=diner_id, part_lease=lease, part_until=until, now=now
    )
    if first is None or part is None:
        return None
    _, state, first_tried_at, address, number, is_forgotten = first
    part_id, attempt, created_at, *bubble = part
    return Outgoing(
        id=part_id,
        diner_id=diner_id,
        lease=lease,
        lease_until=until,
        bubble=bubble_of(*bubble),
        address=address,
        number=number,
        attempt=attempt,
        created_at=created_at,
        is_last_word=is_forgotten,
        # A try whose process died, or whose outcome nobody knows, may have gone out.
        maybe_sent_since=first_tried_at if state in (SENDING, MAYBE) else None,
    )


@Statement
def _sent(sql: Spelling) -> Any:
    other = aliased(Part)
    is_more = exists().where(
        other.diner_id == _DINER_ID, other.id != _PART_ID, is_unfinished(other)
    )
    taken = update(Part).where(Part.id == _PART_ID, IS_UNFINISHED)
    return taken.values(
        state=fixed(SENT), sid=bindparam("sid", type_=String), updated_at=sql.now
    ).returning(is_more)


def mark_sent(connection: Connection, outgoing: Outgoing, sid: str, now: datetime) -> bool:
    """Twilio took it: that holds whoever has its lease by now.

    Returns False when no other part of this diner is to go out.
    """
    row = connection.one(_sent, part_id=outgoing.id, diner_id=outgoing.diner_id, sid=sid, now=now)
    # Without a row a status callback was first, and nothing is known of the others.
    return row is None or bool(row[0])


_STILL_LEASED = and_(Part.id == _PART_ID, Part.lease == _LEASE, Part.state == fixed(SENDING))
_ERROR_CODE = bindparam("error_code", type_=Integer)
_TRY_LATER = Statement(
    lambda sql: (
        update(Part)
        .where(_STILL_LEASED)
        .values(
            state=bindparam("state", type_=String),
            not_before=sql.moment("not_before"),
            updated_at=sql.now,
        )
    )
)
_FAIL = Statement(
    lambda sql: (
        update(Part)
        .where(_STILL_LEASED)
        .values(state=fixed(FAILED), error_code=_ERROR_CODE, updated_at=sql.now)
    )
)


def try_later(
    connection: Connection,
    outgoing: Outgoing,
    *,
    maybe_sent: bool,
    not_before: datetime,
    now: datetime,
) -> None:
    state = MAYBE if maybe_sent else WAITING
    connection.run(
        _TRY_LATER,
        part_id=outgoing.id,
        part_lease=outgoing.lease,
        state=state,
        not_before=not_before,
        now=now,
    )


def mark_failed(
    connection: Connection, outgoing: Outgoing, error_code: int | None, now: datetime
) -> None:
    """It can't be sent, ever; what comes after it may."""
    connection.run(
        _FAIL, part_id=outgoing.id, part_lease=outgoing.lease, error_code=error_code, now=now
    )
