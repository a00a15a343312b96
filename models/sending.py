"""How the outbox's parts go out: claimed in a diner's order, marked as sent, put off or given up.

Only the lowest unfinished part of a diner can be claimed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    select,
    update,
)
from sqlalchemy.orm import aliased

from addresses import other_spelling
from models.asked_at import asked_at
from models.bubbles import bubble_of
from models.database.columns import Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Chain, Connection, Statement, Steps
from models.diners import Diner, is_blocked
from models.hands import is_overtaken
from models.outbox import (
    BUBBLE,
    DROPPED,
    FAILED,
    IS_UNFINISHED,
    MAYBE,
    SENDING,
    SENT,
    TRIED_SINCE,
    WAITING,
    Outgoing,
    Part,
    due_since,
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
        func.coalesce(Part.tried_at, Part.first_tried_at).label("tried_at"),
        Diner.reply_to,
        Diner.address,
        Diner.user_id,
        Diner.number,
        Diner.is_forgotten,
        Diner.last_message_at,
        Diner.opted_out_at,
        is_blocked().label("is_blocked"),
        Part.error_code,
        asked_at().label("asked_at"),
    )
    lowest = (
        select(*columns)
        .join(Diner, Diner.id == Part.diner_id)
        .where(Part.diner_id == _DINER_ID, IS_UNFINISHED)
    )
    first = steps.add("first", lowest.order_by(Part.id).limit(1).with_for_update(of=Part))
    now = steps.sql.now
    is_new = Part.state == fixed(WAITING)
    values = {
        "state": fixed(SENDING),
        "lease": _LEASE,
        "lease_until": steps.sql.moment("part_until"),
        "attempts": Part.attempts + 1,
        "first_tried_at": func.coalesce(Part.first_tried_at, now),
        "tried_at": case((is_new, now), else_=Part.tried_at),
    }
    taken = update(Part).where(Part.id == first("id"), IS_UNFINISHED, due_since() <= now)
    claimed_at = now.label("claimed_at")
    returned = (Part.id, Part.attempts, Part.resends, TRIED_SINCE, claimed_at, Part.traceparent)
    steps.add("part", taken.values(values).returning(*returned, *BUBBLE))


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
    _, state, first_tried_at, tried_at, reply_to, known_as, user_id, number, *more = first
    is_forgotten, wrote_at, opted_out_at, is_blocked_now, code, first_asked_at = more
    part_id, attempt, resends, created_at, claimed_at, traceparent, *bubble = part
    # A try whose process died, or whose outcome nobody knows, may have gone out.
    is_maybe = state in (SENDING, MAYBE)
    return Outgoing(
        id=part_id,
        diner_id=diner_id,
        lease=lease,
        lease_until=until,
        bubble=bubble_of(*bubble),
        address=reply_to or known_as,
        number=number,
        attempt=attempt,
        created_at=created_at,
        claimed_at=claimed_at,
        is_last_word=is_forgotten,
        maybe_sent_since=first_tried_at if is_maybe else None,
        tried_at=tried_at if is_maybe else None,
        other_addresses=_others(reply_to, known_as, user_id) if is_maybe else (),
        resends=resends,
        code=code,
        wrote_at=wrote_at,
        is_opted_out=opted_out_at is not None,
        is_blocked=bool(is_blocked_now),
        traceparent=traceparent,
        asked_at=None if resends else first_asked_at,
    )


def _others(reply_to: str | None, known_as: str, user_id: str | None) -> tuple[str, ...]:
    """All that a diner may have been answered at, but where they are now."""
    others = (known_as, other_spelling(known_as), user_id)
    return tuple(each for each in others if each and each != (reply_to or known_as))


@Statement
def _sent(sql: Spelling) -> Any:
    other = aliased(Part)
    is_more = exists().where(
        other.diner_id == _DINER_ID, other.id != _PART_ID, is_unfinished(other)
    )
    sid = bindparam("sid", type_=String)
    # Where a status callback has recorded it before, what became of it is told already.
    is_news = func.coalesce(Part.sid, "") != sid
    taken = update(Part).where(Part.id == _PART_ID, IS_UNFINISHED, is_news)
    return taken.values(
        state=fixed(SENT),
        sid=sid,
        # What is told there is of the message before, which did not arrive.
        delivery=null(),
        delivery_rank=0,
        error_code=null(),
        updated_at=sql.now,
    ).returning(is_more)


def mark_sent(connection: Connection, outgoing: Outgoing, sid: str, now: datetime) -> bool:
    """Twilio took it: that holds whoever has its lease by now.

    Returns False when no other part of this diner is to go out.
    """
    row = connection.one(_sent, part_id=outgoing.id, diner_id=outgoing.diner_id, sid=sid, now=now)
    # Without a row a status callback was first, and nothing is known of the others.
    return row is None or bool(row[0])


def _next_part() -> Any:
    """The diner's next part, if it waits for the one before alone."""
    other = aliased(Part)
    lowest = select(func.min(other.id)).where(other.diner_id == _DINER_ID, is_unfinished(other))
    is_next = Part.id == lowest.scalar_subquery()
    return update(Part).where(is_next, Part.state == fixed(WAITING), Part.attempts == 0)


@Statement
def _hold_next(sql: Spelling) -> Any:
    before = aliased(Part)
    is_under_way = exists().where(
        before.id == _PART_ID, before.delivery_rank < bindparam("rank", type_=Integer)
    )
    return _next_part().where(is_under_way).values(not_before=sql.moment("until"))


@Statement
def _go_on(sql: Spelling) -> Any:
    later = aliased(Part)
    has_left = (later.diner_id == _DINER_ID, later.id > _PART_ID, later.state == fixed(SENT))
    return _next_part().where(~exists().where(*has_left)).values(not_before=sql.now)


def hold_next(
    connection: Connection, outgoing: Outgoing, *, rank: int, now: datetime, until: datetime
) -> None:
    """The part behind one that Twilio took waits until then, unless that one is at `rank` by now.

    `go_on` lets it go before.
    """
    connection.run(
        _hold_next,
        diner_id=outgoing.diner_id,
        part_id=outgoing.id,
        rank=rank,
        now=now,
        until=until,
    )


def go_on(connection: Connection, diner_id: int, part_id: int, now: datetime) -> None:
    """This part is on its way: the next one may go at once, if it was the last that left."""
    connection.run(_go_on, diner_id=diner_id, part_id=part_id, now=now)


_STILL_LEASED = and_(Part.id == _PART_ID, Part.lease == _LEASE, Part.state == fixed(SENDING))
_ERROR_CODE = bindparam("error_code", type_=Integer)
_BEGIN_AGAIN = Statement(
    lambda sql: (
        update(Part)
        .where(_STILL_LEASED, ~is_overtaken())
        .values(tried_at=sql.now)
        .returning(Part.id)
    )
)
_TRY_LATER = Statement(
    lambda sql: (
        update(Part)
        .where(_STILL_LEASED)
        .values(
            state=case((is_overtaken(), fixed(DROPPED)), else_=bindparam("state", type_=String)),
            not_before=sql.moment("not_before"),
            tried_at=func.coalesce(bindparam("tried_at", type_=Instant), Part.tried_at),
            error_code=_ERROR_CODE,
            updated_at=sql.now,
        )
    )
)
_FAIL = Statement(
    lambda sql: (
        update(Part)
        .where(_STILL_LEASED)
        .values(state=fixed(FAILED), error_code=_ERROR_CODE, updated_at=sql.now)
        .returning(Part.id)
    )
)


def begin_again(connection: Connection, outgoing: Outgoing, now: datetime) -> bool:
    """It goes out once more; False if it isn't ours, or if Twilio told meanwhile that it is out.

    So it is where somebody of the staff has taken the diner over since.
    """
    begun = connection.one(_BEGIN_AGAIN, part_id=outgoing.id, part_lease=outgoing.lease, now=now)
    return begun is not None


def try_later(
    connection: Connection,
    outgoing: Outgoing,
    *,
    maybe_sent: bool,
    not_before: datetime,
    now: datetime,
    tried_at: datetime | None = None,
    error_code: int | None = None,
) -> None:
    """`tried_at`: when the last try began that may have gone out, if this one has not.

    It is dropped in place of that where somebody of the staff has taken the diner over since.
    """
    state = MAYBE if maybe_sent else WAITING
    connection.run(
        _TRY_LATER,
        part_id=outgoing.id,
        part_lease=outgoing.lease,
        state=state,
        not_before=not_before,
        tried_at=tried_at,
        error_code=error_code,
        now=now,
    )


def mark_failed(
    connection: Connection, outgoing: Outgoing, error_code: int | None, now: datetime
) -> bool:
    """It can't be sent as it is; what comes after it may. False if it isn't ours any more."""
    failed = connection.one(
        _FAIL, part_id=outgoing.id, part_lease=outgoing.lease, error_code=error_code, now=now
    )
    return failed is not None
