"""The outbox: replies, part by part, written with the turn that made them and marked as they go out
and arrive.

A diner's parts go out in order: only the lowest unfinished one can be claimed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.database.columns import Base, Instant
from models.database.statements import Chain, Connection, Row, Spelling, Statement, Steps, fixed
from models.diners import Diner, Known

WAITING, SENDING, MAYBE, SENT, FAILED = "waiting", "sending", "maybe", "sent", "failed"
# How much older than a lost part the SIDs are that its look-up must leave alone: the two clocks
# differ by seconds, never by this.
KNOWN_BEFORE = timedelta(hours=1)
# A status callback may overtake another: a row only ever moves forward.
DELIVERY_RANK = {
    "accepted": 1,
    "scheduled": 1,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "undelivered": 4,
    "failed": 4,
    "canceled": 4,
    "delivered": 5,
    "read": 6,
}


class Part(Base):
    __tablename__ = "outbox"
    # An id is never used again, also when the row with the highest one was erased.
    # By diner and state: of the diner alone, SQLite would take it, with all they ever got, before
    # the one of what is unfinished.
    __table_args__ = (Index(None, "diner_id", "state"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]  # of the part within its reply, from 0
    body: Mapped[str] = mapped_column(Text)
    # waiting; sending: under a lease; maybe: may have gone out, Twilio is asked before it is
    # repeated; sent: has its SID; failed
    state: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    delivery: Mapped[str | None] = mapped_column(String(16))  # the last status Twilio told
    delivery_rank: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    first_tried_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


_UNFINISHED_ROWS = text("state IN ('waiting', 'sending', 'maybe')")
Index(
    "ix_outbox_unfinished",
    Part.diner_id,
    Part.id,
    postgresql_where=_UNFINISHED_ROWS,
    sqlite_where=_UNFINISHED_ROWS,
)


def is_unfinished(part: Any = Part) -> Any:
    """Of a part that is still to go out, or may be going out now."""
    return part.state.in_([fixed(WAITING), fixed(SENDING), fixed(MAYBE)])


IS_UNFINISHED = is_unfinished()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A part that is ours to send.

    `maybe_sent_since`: an earlier try may have gone out; look for it from then on.
    """

    id: int
    diner_id: int
    lease: str
    lease_until: datetime
    body: str
    address: str
    number: str
    attempt: int
    created_at: datetime
    is_last_word: bool  # the diner asked to be forgotten: this tells them, then their row goes
    maybe_sent_since: datetime | None


_DINER_ID = bindparam("diner_id", type_=Integer)
_PART_ID = bindparam("part_id", type_=Integer)
_NOW = bindparam("now", type_=Instant)
# Not `until` and `lease`: where a turn closes with its reply, one statement has the turn's too.
_UNTIL = bindparam("part_until", type_=Instant)
_LEASE = bindparam("part_lease", type_=String)


def writing(sql: Spelling, *conditions: Any) -> Any:
    """A new part of the diner's, claimed under `lease` unless one before it is still to go out."""
    before = exists().where(Part.diner_id == _DINER_ID, IS_UNFINISHED)
    place = select(before.label("is_behind")).subquery("place")
    may_go = ~place.c.is_behind
    columns: dict[str, Any] = {
        "diner_id": _DINER_ID,
        "turn_id": bindparam("turn_id", type_=Integer),
        "number": bindparam("part_number", type_=Integer),
        "body": bindparam("body", type_=Text),
        "state": case((may_go, fixed(SENDING)), else_=fixed(WAITING)),
        "delivery_rank": literal(0),
        "attempts": case((may_go, 1), else_=0),
        "not_before": _NOW,
        "lease": case((may_go, _LEASE)),
        "lease_until": case((may_go, _UNTIL)),
        "first_tried_at": case((may_go, _NOW)),
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    row = sql.insert(Part).from_select(
        list(columns), select(*columns.values()).select_from(place).where(*conditions)
    )
    return row.returning(Part.id, Part.state)


_WRITE = Statement(lambda sql: writing(sql, true()))


def write(
    connection: Connection,
    diner: Known,
    turn_id: int,
    number: int,
    body: str,
    *,
    lease: str,
    now: datetime,
    until: datetime,
) -> Outgoing | None:
    """Write part `number` of a reply, counted from 0; it comes back claimed, unless earlier ones
    are still to go out.
    """
    row = connection.one(
        _WRITE,
        diner_id=diner.id,
        turn_id=turn_id,
        part_number=number,
        body=body,
        part_lease=lease,
        part_until=until,
        now=now,
    )
    return outgoing_part(row, diner, body, lease=lease, now=now, until=until)


def outgoing_part(
    row: Row | None, diner: Known, body: str, *, lease: str, now: datetime, until: datetime
) -> Outgoing | None:
    """A part that was just written, if it came claimed. `row`: its id and state."""
    if row is None or row[1] != SENDING:
        return None
    return Outgoing(
        row[0],
        diner.id,
        lease,
        until,
        body,
        diner.address,
        diner.number,
        1,
        now,
        diner.is_forgotten,
        None,
    )


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
    is_due = case((Part.state == fixed(SENDING), Part.lease_until), else_=Part.not_before) <= _NOW
    values = {
        "state": fixed(SENDING),
        "lease": _LEASE,
        "lease_until": _UNTIL,
        "attempts": Part.attempts + 1,
        "first_tried_at": func.coalesce(Part.first_tried_at, _NOW),
    }
    taken = update(Part).where(Part.id == first("id"), IS_UNFINISHED, is_due).values(values)
    steps.add("part", taken.returning(Part.id, Part.body, Part.attempts, Part.created_at))


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
    part_id, body, attempt, created_at = part
    # A try whose process died, or whose outcome nobody knows, may have gone out.
    since = first_tried_at if state in (SENDING, MAYBE) else None
    return Outgoing(
        part_id,
        diner_id,
        lease,
        until,
        body,
        address,
        number,
        attempt,
        created_at,
        is_forgotten,
        since,
    )


@Statement
def _sent(_: Spelling) -> Any:
    other = aliased(Part)
    is_more = exists().where(
        other.diner_id == _DINER_ID, other.id != _PART_ID, is_unfinished(other)
    )
    taken = update(Part).where(Part.id == _PART_ID, IS_UNFINISHED)
    return taken.values(
        state=fixed(SENT), sid=bindparam("sid", type_=String), updated_at=_NOW
    ).returning(is_more)


def sent(connection: Connection, outgoing: Outgoing, sid: str, now: datetime) -> bool:
    """Twilio took it.

    True whoever holds the lease by now. Returns False when no other part of this diner is to go
    out.
    """
    row = connection.one(_sent, part_id=outgoing.id, diner_id=outgoing.diner_id, sid=sid, now=now)
    # Without a row a status callback was first, and nothing is known of the others.
    return row is None or bool(row[0])


_STILL_LEASED = and_(Part.id == _PART_ID, Part.lease == _LEASE, Part.state == fixed(SENDING))
_TRY_LATER = Statement(
    update(Part)
    .where(_STILL_LEASED)
    .values(
        state=bindparam("state", type_=String),
        not_before=bindparam("not_before", type_=Instant),
        updated_at=_NOW,
    )
)
_FAIL = Statement(
    update(Part)
    .where(_STILL_LEASED)
    .values(state=fixed(FAILED), error_code=bindparam("error_code", type_=Integer), updated_at=_NOW)
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


def fail(connection: Connection, outgoing: Outgoing, error_code: int | None, now: datetime) -> None:
    """It can't be sent, ever; what comes after it may."""
    connection.run(
        _FAIL, part_id=outgoing.id, part_lease=outgoing.lease, error_code=error_code, now=now
    )


@Statement
def _progress(_: Spelling) -> Any:
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
        "updated_at": _NOW,
    }
    return update(Part).where(is_it, Part.delivery_rank < rank).values(values).returning(Part.id)


def progress(
    connection: Connection,
    *,
    sid: str,
    part_id: int | None,
    status: str,
    error_code: int | None,
    now: datetime,
) -> bool:
    """A status callback: the row of this SID moves forward, never back; False for one that is not
    ours, or old news.

    `part_id` is what our own callback address carries: a callback may come before the SID is
    recorded, and then records it.
    """
    rank = DELIVERY_RANK.get(status)
    if rank is None:
        return False
    moved = connection.one(
        _progress,
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
    """SIDs of this diner's parts that are recorded: none of them is the one that was tried at
    `since` and is looked for.

    `but` is the id of that one: since it was claimed, a status callback may have recorded it, and
    it is to be found all the same. Some from before `since` are among them, since the look goes
    back a little further than the try.
    """
    rows = connection.all(_KNOWN_SIDS, diner_id=diner_id, since=since - KNOWN_BEFORE)
    return {sid for part_id, sid in rows if part_id != but}
