"""What is known at Twilio of the outbox's parts: their SIDs, and how far their delivery came.

It moves a part forward, and never back; who sends it is `models.sending`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from models.bubbles import Bubble, bound, bubble_of
from models.database.spelling import fixed
from models.database.statements import Chain, Connection, Statement, Steps
from models.diners import Diner
from models.outbox import (
    BUBBLE,
    FAILED,
    IS_UNFINISHED,
    SENT,
    TRIED_SINCE,
    WAITING,
    Part,
    is_unfinished,
)

_PART_ID = bindparam("part_id", type_=Integer)


@dataclass(frozen=True, slots=True)
class Moved:
    """A part that moved forward.

    `resends`: how often it was to go out once more. `rank`: how far this message of it was before,
    0 while the part was to go out. `is_forgotten`: its diner is to be forgotten. `is_more`: another
    part of theirs is to go out.
    """

    bubble: Bubble
    part_id: int
    diner_id: int
    resends: int
    rank: int
    is_forgotten: bool
    is_more: bool
    written_at: datetime
    number: str
    traceparent: str | None


@Chain
def _move_forward(steps: Steps) -> None:
    sid, rank = bindparam("sid", type_=String), bindparam("rank", type_=Integer)
    other, another = aliased(Part), aliased(Part)
    is_recorded = exists().where(other.sid == sid)
    # Not IS NULL: an index has all those rows, and PostgreSQL would look through them for the one.
    has_none = func.coalesce(Part.sid, "") == ""
    # What goes out once more has the SID of what did not arrive until it has its own.
    is_open = or_(has_none, IS_UNFINISHED)
    is_new = and_(is_open, Part.resends == bindparam("resend", type_=Integer))
    arrived = bindparam("arrived", type_=Boolean)
    is_news = Part.delivery_rank < rank
    # The SID of any other message of the part is gone: what counts is that the diner has it.
    is_old = and_(Part.resends > 0, arrived, is_news)
    is_its_own = and_(Part.id == _PART_ID, ~is_recorded, or_(is_new, is_old))
    rank_before = case((and_(Part.sid == sid, ~IS_UNFINISHED), Part.delivery_rank), else_=0)
    is_more = exists().where(
        another.diner_id == Part.diner_id, another.id != Part.id, is_unfinished(another)
    )
    before = (
        select(
            Part.id,
            Part.diner_id,
            Part.resends,
            rank_before.label("rank"),
            Diner.is_forgotten,
            is_more.label("is_more"),
            TRIED_SINCE.label("written_at"),
            Diner.number,
            Part.traceparent,
            *BUBBLE,
        )
        .join(Diner, Diner.id == Part.diner_id)
        .where(or_(and_(Part.sid == sid, is_news), is_its_own))
        .with_for_update(of=Part)
    )
    part = steps.add("before", before)
    has_arrived = and_(Part.state == fixed(FAILED), arrived)
    values = {
        "sid": case((is_new, sid), else_=Part.sid),
        "delivery": bindparam("status", type_=String),
        "delivery_rank": rank,
        "error_code": bindparam("error_code", type_=Integer),
        "state": case((or_(IS_UNFINISHED, has_arrived), fixed(SENT)), else_=Part.state),
        "updated_at": steps.sql.now,
    }
    moved = update(Part).where(Part.id == part("id")).values(values)
    steps.add("moved", moved.returning(Part.id))


def move_forward(
    connection: Connection,
    *,
    sid: str,
    part_id: int | None,
    resend: int = 0,
    status: str,
    rank: int,
    arrived: bool = False,
    error_code: int | None,
    now: datetime,
) -> Moved | None:
    """The row of this SID moves forward to `status`; None for one that is not ours, or old news.

    `rank`: how far that is; a row never moves back, since a status callback may overtake another.
    `arrived`: the diner has it, also if it was said to have failed. `part_id` and `resend` are what
    our own callback address carries: a callback may come before the SID is recorded, and then
    records it, unless it is of a message that was out before the one that is under way. Of such a
    one nothing counts but that it arrived.
    """
    before, moved = connection.chain(
        _move_forward,
        sid=sid,
        part_id=part_id,
        resend=resend,
        status=status,
        rank=rank,
        arrived=arrived,
        error_code=error_code,
        now=now,
    )
    if not before or not moved:
        return None
    *told, body, extra = before
    return Moved(bubble_of(body, extra), *told)


_NOT_ARRIVED = Statement(
    lambda sql: (
        update(Part)
        .where(Part.id == _PART_ID, Part.state == fixed(SENT))
        .values(state=fixed(FAILED), updated_at=sql.now)
    )
)
_ONCE_MORE = Statement(
    lambda sql: (
        update(Part)
        .where(Part.id == _PART_ID, Part.state == fixed(SENT))
        .values(
            state=fixed(WAITING),
            resends=Part.resends + 1,
            not_before=sql.moment("not_before"),
            # It is known not to be out: what is looked for is the next one.
            first_tried_at=null(),
            updated_at=sql.now,
        )
    )
)


_SAY_PLAINLY = Statement(
    update(Part).where(Part.id == _PART_ID).values(extra=bindparam("told", type_=Part.extra.type))
)


def say_plainly(connection: Connection, part_id: int, bubble: Bubble) -> None:
    """What it has beside its words is refused: they go out alone from now on."""
    told = bound(replace(bubble, is_plain=True))["extra"]
    connection.run(_SAY_PLAINLY, part_id=part_id, told=told)


def mark_not_arrived(connection: Connection, part_id: int, now: datetime) -> None:
    connection.run(_NOT_ARRIVED, part_id=part_id, now=now)


def send_once_more(
    connection: Connection, part_id: int, *, not_before: datetime, now: datetime
) -> None:
    connection.run(_ONCE_MORE, part_id=part_id, not_before=not_before, now=now)


# A part's own SID is another message's while the part is to go out: the one that did not arrive.
_RECORDED = Statement(
    lambda sql: select(Part.sid).where(
        sql.is_one_of(Part.sid, "sids"), or_(Part.id != _PART_ID, IS_UNFINISHED)
    )
)


def first_unrecorded(connection: Connection, sids: Sequence[str], part_id: int) -> str | None:
    """The first of these that may be this part's: no other part has it, whoever's.

    It is found too where a status callback has recorded it for this part meanwhile.
    """
    recorded = {sid for (sid,) in connection.all(_RECORDED, sids=list(sids), part_id=part_id)}
    return next((sid for sid in sids if sid not in recorded), None)
