"""Who holds the calls under way: a process renews its leases, and ends what nobody holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, case, select, update

from models.calls import IS_UNDER_WAY, LIVE, LOST, NOT_TAKEN, OVER, RINGING, PhoneCall
from models.database.spelling import fixed
from models.database.statements import Connection, Statement

_PROCESS = bindparam("process", type_=String)

# Also where its lease ran out: a live call is nobody else's, as long as nobody has ended it.
_RENEW = Statement(
    lambda sql: (
        update(PhoneCall)
        .where(
            sql.is_one_of(PhoneCall.id, "ids"),
            PhoneCall.process == _PROCESS,
            PhoneCall.state == fixed(LIVE),
        )
        .values(lease_until=sql.moment("until"))
        .returning(PhoneCall.id)
    )
)


def renew(
    connection: Connection, ids: list[int], *, process: str, now: datetime, until: datetime
) -> set[int]:
    """The live ones of these that are still `process`'s, until then; the others are lost to it."""
    rows = connection.all(_RENEW, ids=ids, process=process, now=now, until=until)
    return {call_id for (call_id,) in rows}


_RINGING_HERE = Statement(
    lambda sql: select(PhoneCall.sid).where(
        sql.is_one_of(PhoneCall.sid, "sids"),
        PhoneCall.process == _PROCESS,
        PhoneCall.state == fixed(RINGING),
        PhoneCall.lease_until > sql.now,
    )
)


def ringing_here(
    connection: Connection, sids: list[str], *, process: str, now: datetime
) -> set[str]:
    """Those of these calls whose stream may still come to `process`."""
    rows = connection.all(_RINGING_HERE, sids=sids, process=process, now=now)
    return {sid for (sid,) in rows}


@dataclass(frozen=True, slots=True)
class RanOut:
    """A call whose lease ran out. `was_live`: it was lost with its process."""

    id: int
    was_live: bool


_RAN_OUT = Statement(
    lambda sql: (
        update(PhoneCall)
        .where(IS_UNDER_WAY, PhoneCall.lease_until <= sql.now)
        .values(
            state=fixed(OVER),
            ended_at=sql.now,
            why=case((PhoneCall.began_at.is_(None), fixed(NOT_TAKEN)), else_=fixed(LOST)),
        )
        .returning(PhoneCall.id, PhoneCall.why)
    )
)


def sweep(connection: Connection, now: datetime) -> list[RanOut]:
    """End what nobody holds any more, whoever held it."""
    return [RanOut(call_id, why == LOST) for call_id, why in connection.all(_RAN_OUT, now=now)]
