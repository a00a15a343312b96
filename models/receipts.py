"""What is known at Twilio of the outbox's parts: their SIDs, and how far their delivery came.

It moves a part forward, and never back; who sends it is `models.sending`'s.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from models.database.columns import Instant
from models.database.statements import Connection, Spelling, Statement, fixed
from models.outbox import IS_UNFINISHED, SENT, Part

# How much older than a lost part the SIDs are that its look-up must leave alone:
# the two clocks differ by seconds, never by this.
KNOWN_BEFORE = timedelta(hours=1)

_DINER_ID = bindparam("diner_id", type_=Integer)
_PART_ID = bindparam("part_id", type_=Integer)


@Statement
def _move_forward(sql: Spelling) -> Any:
    sid, rank = bindparam("sid", type_=String), bindparam("rank", type_=Integer)
    other = aliased(Part)
    is_recorded = exists().where(other.sid == sid)
    # Not IS NULL: an index has all those rows, and PostgreSQL would look through them for the one.
    has_none = func.coalesce(Part.sid, "") == ""
    is_it = or_(Part.sid == sid, and_(Part.id == _PART_ID, has_none, ~is_recorded))
    values = {
        "sid": sid,
        "delivery": bindparam("status", type_=String),
        "delivery_rank": rank,
        "error_code": bindparam("error_code", type_=Integer),
        "state": case((IS_UNFINISHED, fixed(SENT)), else_=Part.state),
        "updated_at": sql.now,
    }
    return update(Part).where(is_it, Part.delivery_rank < rank).values(values).returning(Part.id)


def move_forward(
    connection: Connection,
    *,
    sid: str,
    part_id: int | None,
    status: str,
    rank: int,
    error_code: int | None,
    now: datetime,
) -> bool:
    """The row of this SID moves forward to `status`; False for one that is not ours, or old news.

    `rank`: how far that is; a row never moves back, since a status callback may overtake another.
    `part_id`: what our own callback address carries; a callback may come before the SID is
    recorded, and then records it.
    """
    moved = connection.one(
        _move_forward,
        sid=sid,
        part_id=part_id,
        status=status,
        rank=rank,
        error_code=error_code,
        now=now,
    )
    return moved is not None


_KNOWN_SIDS = Statement(
    select(Part.id, Part.sid).where(
        Part.diner_id == _DINER_ID,
        Part.sid.is_not(None),
        Part.updated_at >= bindparam("since", type_=Instant),
    )
)


def known_sids(
    connection: Connection, diner_id: int, since: datetime, *, but: int | None = None
) -> set[str]:
    """SIDs of this diner's recorded parts: none is the one that was tried at `since` and is sought.

    `but` is the id of that one: since it was claimed, a status callback may have recorded it, and
    it is to be found all the same. Some from before `since` are among them, since the look goes
    back a little further than the try.
    """
    rows = connection.all(_KNOWN_SIDS, diner_id=diner_id, since=since - KNOWN_BEFORE)
    return {sid for part_id, sid in rows if part_id != but}
