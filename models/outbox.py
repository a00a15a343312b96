"""The outbox: each bubble that is to reach a diner is a part, of a turn's reply or of none.

How a part goes out is `models.sending`, how far it came then `models.receipts`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
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
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.bubbles import Bubble, bound
from models.database.columns import Base, Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Row, Statement
from models.diners import Diner, Known
from telemetry.tracing import tracing

WAITING, SENDING, MAYBE = "waiting", "sending", "maybe"
SENT, FAILED, DROPPED = "sent", "failed", "dropped"


class Part(Base):
    """A bubble on its way: one message at Twilio."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Of the diner alone, SQLite would take it, with all they ever got, before the index of
        # what is unfinished.
        Index(None, "diner_id", "state"),
        # An id is never used again, also when the row with the highest one was erased.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"))
    # None: of no turn's reply, as what staff or an alarm says.
    turn_id: Mapped[int | None] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), index=True
    )
    # Of the part within its reply. Nobody reads it, since the ids tell the order:
    # its column goes a release after the last process that wrote it.
    place: Mapped[int] = mapped_column("number", server_default="0")
    body: Mapped[str] = mapped_column(Text)
    # What the bubble has beside its words; None for words alone.
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # waiting; sending: under a lease; maybe: may have gone out, Twilio is asked before a repeat;
    # sent: has its SID; failed: Twilio refused it, or it did not arrive; dropped: by an operator,
    # by somebody of the staff who answers in its place, or by its diner's STOP
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
    # When the last try began that may have gone out.
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    # How often it was taken, did not arrive, and was to go out once more.
    resends: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(Instant)
    # From when on it is tried for another day, where an operator said so.
    retried_at: Mapped[datetime | None] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    # Of the span in which it was written, see `telemetry.tracing`.
    traceparent: Mapped[str | None] = mapped_column(String(55))


_UNFINISHED_ROWS = text("state IN ('waiting', 'sending', 'maybe')")
Index(
    "ix_outbox_unfinished",
    Part.diner_id,
    Part.id,
    postgresql_where=_UNFINISHED_ROWS,
    sqlite_where=_UNFINISHED_ROWS,
)
_FAILED_ROWS = text("state = 'failed'")
Index("ix_outbox_failed", Part.state, postgresql_where=_FAILED_ROWS, sqlite_where=_FAILED_ROWS)
HAS_FAILED = Part.state == fixed(FAILED)


def is_unfinished(part: Any = Part) -> Any:
    """Of a part that is still to go out, or may be going out now."""
    return part.state.in_([fixed(WAITING), fixed(SENDING), fixed(MAYBE)])


def due_since() -> Any:
    """Of a part that is still to go out: from when on somebody should be sending it."""
    return case((Part.state == fixed(SENDING), Part.lease_until), else_=Part.not_before)


IS_UNFINISHED = is_unfinished()
# It was refused, or may have gone out.
IS_TRIED_AGAIN = and_(
    IS_UNFINISHED, Part.attempts > 0, or_(Part.error_code.is_not(None), Part.state == fixed(MAYBE))
)
# From when on it is tried: it is given up a day later.
TRIED_SINCE = func.coalesce(Part.retried_at, Part.created_at)
# What a bubble is stored in.
BUBBLE = (Part.body, Part.extra)
# The purpose of what tells a diner that they get no more: it alone goes out to them.
OPTED_OUT = "opted_out"
# The purpose of a link into the console, which is for its reader alone.
SIGN_IN = "sign_in"


def was_sent(session: Session, diner_id: int, purpose: str, since: datetime) -> bool:
    """Whether a part of this purpose is on its way to the diner, or came to them."""
    of_theirs = (Part.diner_id == diner_id, Part.created_at >= since)
    is_lost = Part.state.in_([FAILED, DROPPED])
    its_own = Part.extra["purpose"].as_string() == purpose
    found = select(Part.id).where(*of_theirs, not_(is_lost), its_own)
    return session.scalar(found.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A part that is ours to send, and when it was claimed.

    `maybe_sent_since`: an earlier try may have gone out; look for it from then on. The last that
    may have began at `tried_at`, perhaps to one of `other_addresses`: its diner has several.
    `asked_at`: when the first of the messages came in that it answers, where its reply begins.
    """

    id: int
    diner_id: int
    lease: str
    lease_until: datetime
    bubble: Bubble
    address: str
    number: str
    attempt: int
    created_at: datetime
    claimed_at: datetime
    is_last_word: bool  # the diner asked to be forgotten: this tells them, then their row goes
    maybe_sent_since: datetime | None
    tried_at: datetime | None
    other_addresses: tuple[str, ...] = ()
    resends: int = 0  # how often it was taken, and did not arrive
    code: int | None = None  # Twilio's, why it did not go out before
    wrote_at: datetime | None = None  # when its diner's last message came in
    is_opted_out: bool = False
    is_blocked: bool = False  # WhatsApp can't reach its diner, who wrote nothing since
    traceparent: str | None = None
    asked_at: datetime | None = None


_DINER_ID = bindparam("diner_id", type_=Integer)
# Not `until` and `lease`: where a turn closes with its reply, one statement has the turn's too.
_UNTIL = "part_until"
_LEASE = bindparam("part_lease", type_=String)
_TRACEPARENT = bindparam("traceparent", type_=String)


def writing(sql: Spelling, *conditions: Any) -> Any:
    """A new part of the diner's, claimed under `lease` unless it has to wait.

    For one before it; or for whoever claims it to see that its diner has opted out meanwhile.
    """
    before = exists().where(Part.diner_id == _DINER_ID, IS_UNFINISHED)
    opted_out = exists().where(Diner.id == _DINER_ID, Diner.opted_out_at.is_not(None))
    queue = select(or_(before, opted_out).label("has_to_wait")).subquery("queue")
    may_go = ~queue.c.has_to_wait
    columns: dict[str, Any] = {
        "diner_id": _DINER_ID,
        "turn_id": bindparam("turn_id", type_=Integer),
        **{column.key: bindparam(column.key, type_=column.type) for column in BUBBLE},
        "state": case((may_go, fixed(SENDING)), else_=fixed(WAITING)),
        "delivery_rank": literal(0),
        "attempts": case((may_go, 1), else_=0),
        "not_before": sql.now,
        "lease": case((may_go, _LEASE)),
        "lease_until": case((may_go, sql.moment(_UNTIL))),
        "first_tried_at": case((may_go, sql.now)),
        "tried_at": case((may_go, sql.now)),
        "created_at": sql.now,
        "updated_at": sql.now,
        "traceparent": _TRACEPARENT,
    }
    row = sql.insert(Part).from_select(
        list(columns), select(*columns.values()).select_from(queue).where(*conditions)
    )
    return row.returning(Part.id, Part.state)


_WRITE = Statement(lambda sql: writing(sql, true()))


def write(
    connection: Connection,
    diner: Known,
    bubble: Bubble,
    *,
    turn_id: int | None,
    lease: str,
    now: datetime,
    until: datetime,
) -> Outgoing | None:
    """Write a part, of a turn's reply or of nobody's.

    It comes back claimed, unless it has to wait.
    """
    row = connection.one(
        _WRITE,
        diner_id=diner.id,
        turn_id=turn_id,
        **bound(bubble),
        part_lease=lease,
        part_until=until,
        now=now,
        traceparent=tracing.traceparent(),
    )
    return outgoing_part(row, diner, bubble, lease=lease, now=now, until=until)


@Statement
def _put(sql: Spelling) -> Any:
    values = {
        "diner_id": Diner.id,
        "turn_id": bindparam("turn_id", type_=Integer),
        **{column.key: bindparam(column.key, type_=column.type) for column in BUBBLE},
        "state": fixed(WAITING),
        "delivery_rank": literal(0),
        "attempts": literal(0),
        "not_before": sql.now,
        "created_at": sql.now,
        "updated_at": sql.now,
        "traceparent": _TRACEPARENT,
    }
    there = select(*values.values()).where(Diner.id == _DINER_ID)
    return insert(Part).from_select(
        list(values), there.with_for_update(read=True, key_share=True, of=Diner)
    )


def put(
    connection: Connection, diner_id: int, bubble: Bubble, *, turn_id: int | None, now: datetime
) -> None:
    """Write a part for whoever sends this diner's next ones: nobody has it yet.

    Nothing is written for a diner who is gone.
    It is erased with its turn, whoever it is for.
    """
    connection.run(
        _put,
        diner_id=diner_id,
        turn_id=turn_id,
        **bound(bubble),
        now=now,
        traceparent=tracing.traceparent(),
    )


def outgoing_part(
    row: Row | None, diner: Known, bubble: Bubble, *, lease: str, now: datetime, until: datetime
) -> Outgoing | None:
    """A part that was just written, if it came claimed. `row`: its id and state."""
    if row is None or row[1] != SENDING:
        return None
    return Outgoing(
        id=row[0],
        diner_id=diner.id,
        lease=lease,
        lease_until=until,
        bubble=bubble,
        address=diner.answered_at,
        number=diner.number,
        attempt=1,
        created_at=now,
        claimed_at=now,
        is_last_word=diner.is_forgotten,
        maybe_sent_since=None,
        tried_at=None,
        wrote_at=diner.wrote_at,
        traceparent=tracing.traceparent(),
    )
