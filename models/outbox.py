"""The outbox: replies, part by part, written with the turn that made them and marked as they go out and arrive.

A diner's parts go out in order: only the lowest unfinished one can be claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, Update, and_, case, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, Instant
from models.diners import Diner

WAITING, SENDING, MAYBE, SENT, FAILED = "waiting", "sending", "maybe", "sent", "failed"
UNFINISHED = (WAITING, SENDING, MAYBE)
# How much older than a lost part the SIDs are that its look-up must leave alone: the two clocks differ by seconds, never by this.
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
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's own form)

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]  # of the part within its reply, from 0
    body: Mapped[str] = mapped_column(Text)
    # waiting; sending: under a lease; maybe: may have gone out, Twilio is asked before it is repeated; sent: has its SID; failed
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


_IS_UNFINISHED = Part.state.in_(UNFINISHED)
Index("ix_outbox_unfinished", Part.diner_id, Part.id, postgresql_where=_IS_UNFINISHED, sqlite_where=_IS_UNFINISHED)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A part that is ours to send. `maybe_sent_since`: an earlier try may have gone out; look for it from then on."""

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


def add(
    session: Session, diner: Diner, turn_id: int, bodies: Sequence[str], *, lease: str, now: datetime, until: datetime
) -> Outgoing | None:
    """Write a reply's parts; the first comes back claimed, unless there are none, or earlier ones are still to go out."""
    if not bodies:
        return None
    is_behind = session.scalar(select(exists().where(Part.diner_id == diner.id, _IS_UNFINISHED)))
    parts = [_part(diner.id, turn_id, number, body, now) for number, body in enumerate(bodies)]
    if not is_behind:
        _lease(parts[0], lease, now, until)
    session.add_all(parts)
    session.flush()
    return None if is_behind else _outgoing(parts[0], diner, lease, until, None)


def claim(session: Session, diner_id: int, *, lease: str, now: datetime, until: datetime) -> Outgoing | None:
    """Take the diner's lowest unfinished part. None when there is none, or it is not due, or another process has it."""
    part = session.scalar(
        select(Part).where(Part.diner_id == diner_id, _IS_UNFINISHED).order_by(Part.id).limit(1).with_for_update()
    )
    if part is None or not _is_free(part, now):
        return None
    # A try whose process died, or whose outcome nobody knows, may have gone out.
    since = part.first_tried_at if part.state in (SENDING, MAYBE) else None
    _lease(part, lease, now, until)
    return _outgoing(part, session.get_one(Diner, diner_id), lease, until, since)


def sent(session: Session, part_id: int, sid: str, now: datetime) -> bool:
    """Twilio took it. True whoever holds the lease by now. Returns False when no other part of this diner is to go out."""
    other = aliased(Part)
    is_more = exists().where(other.diner_id == Part.diner_id, other.id != part_id, other.state.in_(UNFINISHED))
    taken = update(Part).where(Part.id == part_id, _IS_UNFINISHED).values(state=SENT, sid=sid, updated_at=now)
    # Without a row a status callback was first, and nothing is known of the others.
    return session.execute(taken.returning(is_more)).scalar() is not False


def try_later(session: Session, outgoing: Outgoing, *, maybe_sent: bool, not_before: datetime, now: datetime) -> None:
    state = MAYBE if maybe_sent else WAITING
    session.execute(_still_leased(outgoing).values(state=state, not_before=not_before, updated_at=now))


def fail(session: Session, outgoing: Outgoing, error_code: int | None, now: datetime) -> None:
    """It can't be sent, ever; what comes after it may."""
    session.execute(_still_leased(outgoing).values(state=FAILED, error_code=error_code, updated_at=now))


def progress(session: Session, *, sid: str, part_id: int | None, status: str, error_code: int | None, now: datetime) -> bool:
    """A status callback: the row of this SID moves forward, never back; False for one that is not ours, or old news.

    `part_id` is what our own callback address carries: a callback may come before the SID is recorded, and then records it.
    """
    rank = DELIVERY_RANK.get(status)
    if rank is None:
        return False
    is_it = Part.sid == sid
    if part_id is not None:
        other = aliased(Part)
        is_recorded = exists().where(other.sid == sid)
        is_it = or_(is_it, and_(Part.id == part_id, Part.sid.is_(None), ~is_recorded))
    moved = session.execute(
        update(Part)
        .where(is_it, Part.delivery_rank < rank)
        .values(
            sid=sid,
            delivery=status,
            delivery_rank=rank,
            error_code=error_code,
            state=case((_IS_UNFINISHED, SENT), else_=Part.state),
            updated_at=now,
        )
        .returning(Part.id)
    ).scalar()
    return moved is not None


def known_sids(session: Session, diner_id: int, since: datetime, *, but: int | None = None) -> set[str]:
    """SIDs of this diner's parts that are recorded: none of them is the one that was tried at `since` and is looked for.

    `but` is the id of that one: since it was claimed, a status callback may have recorded it, and it is to be found all the same.
    Some from before `since` are among them, since the look goes back a little further than the try.
    """
    recorded = Part.sid.is_not(None), Part.updated_at >= since - KNOWN_BEFORE
    rows = select(Part.id, Part.sid).where(Part.diner_id == diner_id, *recorded)
    return {sid for part_id, sid in session.execute(rows) if sid is not None and part_id != but}


def due_diners(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of diners whose next part is due, or has lost its sender; longest waiting first."""
    due = or_(
        and_(Part.state.in_((WAITING, MAYBE)), Part.not_before <= now),
        and_(Part.state == SENDING, Part.lease_until <= now),
    )
    earlier = aliased(Part)
    is_behind = exists().where(earlier.diner_id == Part.diner_id, earlier.id < Part.id, earlier.state.in_(UNFINISHED))
    rows = select(Part.diner_id).where(_IS_UNFINISHED, due, ~is_behind).order_by(Part.id).limit(limit)
    return list(session.scalars(rows))


def renew(session: Session, leases: list[str], until: datetime) -> set[str]:
    """The heartbeat of parts that are being sent. Returns those leases that are still held: only under these may one send."""
    held = update(Part).where(Part.lease.in_(leases), Part.state == SENDING).values(lease_until=until)
    return {lease for lease in session.scalars(held.returning(Part.lease)) if lease is not None}


def hand_back(session: Session, leases: list[str], now: datetime) -> None:
    """What is being sent under these leases may have gone out: let another process look and go on at once."""
    session.execute(
        update(Part).where(Part.lease.in_(leases), Part.state == SENDING).values(state=MAYBE, lease=None, not_before=now)
    )


def _part(diner_id: int, turn_id: int, number: int, body: str, now: datetime) -> Part:
    return Part(
        diner_id=diner_id,
        turn_id=turn_id,
        number=number,
        body=body,
        state=WAITING,
        not_before=now,
        created_at=now,
        updated_at=now,
        attempts=0,
    )


def _lease(part: Part, lease: str, now: datetime, until: datetime) -> None:
    part.state, part.lease, part.lease_until, part.attempts = SENDING, lease, until, part.attempts + 1
    part.first_tried_at = part.first_tried_at or now


def _is_free(part: Part, now: datetime) -> bool:
    if part.state == SENDING:
        return part.lease_until is not None and part.lease_until <= now
    return part.not_before <= now


def _outgoing(part: Part, diner: Diner, lease: str, until: datetime, maybe_sent_since: datetime | None) -> Outgoing:
    return Outgoing(
        id=part.id,
        diner_id=diner.id,
        lease=lease,
        lease_until=until,
        body=part.body,
        address=diner.address,
        number=diner.number,
        attempt=part.attempts,
        created_at=part.created_at,
        is_last_word=diner.is_forgotten,
        maybe_sent_since=maybe_sent_since,
    )


def _still_leased(outgoing: Outgoing) -> Update:
    return update(Part).where(Part.id == outgoing.id, Part.lease == outgoing.lease, Part.state == SENDING)
