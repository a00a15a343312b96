"""The calls: who rang which number, which process has them under a lease, and how they ended.

One is ringing until its stream comes with its token, then live, then over. What was said in it
stands in turns, as `models.call_turns` writes them. Nobody's words, and no token, are kept here.
How they are held is `models.calls_held`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    bindparam,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Address, Base, Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import PHONE, Diner

# A token is good for so long: Twilio connects within seconds.
TOKEN_LASTS = timedelta(seconds=60)
# Any number will do, as long as it stays the same and is nobody else's: whoever counts calls to
# add one holds it, or two processes would both find the last place free.
COUNTING = 7_242_003
RINGING, LIVE, OVER = "ringing", "live", "over"
LOST = "lost"  # its process died, or froze
NOT_TAKEN = "not_taken"  # its stream never came
Way = Literal["phone", "whatsapp"]
MOST_SECONDS = 24 * 3600
# The purpose of what tells a caller that we could not take their call.
CALL_MISSED = "call_missed"


class CallerMovedError(Exception):
    """Its diner is gone this very moment, or one with another: who calls is to be asked anew."""


class PhoneCall(Base):
    __tablename__ = "calls"
    # An id is never used again, also when the row with the highest one was erased.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(64), unique=True)  # Twilio's
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(Address)  # the restaurant's, as its diners have it
    way: Mapped[str] = mapped_column(String(16))  # phone, whatsapp
    state: Mapped[str] = mapped_column(String(16))  # ringing, live, over
    token: Mapped[str] = mapped_column(String(64), unique=True)  # a hash of it
    stream_sid: Mapped[str | None] = mapped_column(String(64))
    process: Mapped[str] = mapped_column(String(64))  # whose it is
    lease_until: Mapped[datetime] = mapped_column(Instant)
    rang_at: Mapped[datetime] = mapped_column(Instant)
    began_at: Mapped[datetime | None] = mapped_column(Instant)  # when its stream came
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str | None] = mapped_column(String(32))  # it ended
    seconds: Mapped[int | None]  # from its beginning to its end, or as Twilio bills them
    messages: Mapped[int] = mapped_column(default=0, server_default="0")  # places that they took


_UNDER_WAY_ROWS = text("state <> 'over'")
Index(
    "ix_calls_under_way",
    PhoneCall.lease_until,
    postgresql_where=_UNDER_WAY_ROWS,
    sqlite_where=_UNDER_WAY_ROWS,
)
IS_UNDER_WAY = PhoneCall.state != fixed(OVER)
_SID = bindparam("sid", type_=String)
_PROCESS = bindparam("process", type_=String)


def hashed(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()


@Statement
def _count_alone(sql: Spelling) -> Any:
    # SQLite has one writer at a time, and the transaction is it.
    return select(literal(1) if sql.is_sqlite else func.pg_advisory_xact_lock(COUNTING))


def _ring(sql: Spelling, is_theirs: Any) -> Any:
    """Where fewer are under way than `most`, and fewer than `most_of_theirs` of whoever it is.

    One that rings again keeps its place; never another diner's: what is said would be kept as
    theirs.
    """
    others = select(func.count()).where(
        IS_UNDER_WAY, PhoneCall.lease_until > sql.now, PhoneCall.sid != _SID
    )
    most, most_of_theirs = (bindparam(name, type_=Integer) for name in ("most", "most_of_theirs"))
    columns: dict[str, Any] = {
        "sid": _SID,
        "diner_id": bindparam("diner_id", type_=Integer),
        "number": bindparam("number", type_=String),
        "way": bindparam("way", type_=String),
        "state": fixed(RINGING),
        "token": bindparam("token", type_=String),
        "process": _PROCESS,
        "lease_until": sql.moment("until"),
        "rang_at": sql.now,
        "messages": literal(0),
    }
    row = sql.insert(PhoneCall).from_select(
        list(columns),
        select(*columns.values()).where(
            others.scalar_subquery() < most,
            others.where(is_theirs).scalar_subquery() < most_of_theirs,
        ),
    )
    again = {name: row.excluded[name] for name in ("token", "process", "lease_until", "rang_at")}
    is_same = and_(PhoneCall.state == fixed(RINGING), PhoneCall.diner_id == row.excluded.diner_id)
    return row.on_conflict_do_update(index_elements=["sid"], set_=again, where=is_same).returning(
        PhoneCall.id
    )


_IS_ANONYMOUS = (
    select(Diner.id).where(Diner.id == PhoneCall.diner_id, Diner.channel == fixed(PHONE)).exists()
)
_RING = Statement(
    lambda sql: _ring(sql, PhoneCall.diner_id == bindparam("diner_id", type_=Integer))
)
_RING_ANONYMOUS = Statement(lambda sql: _ring(sql, _IS_ANONYMOUS))
# To the end of the transaction nobody makes one diner of them and another.
_KEEP_DINER = Statement(
    select(Diner.id)
    .where(Diner.id == bindparam("diner_id", type_=Integer))
    .with_for_update(read=True, key_share=True)
)


def ring(
    connection: Connection,
    *,
    sid: str,
    diner_id: int,
    number: str,
    way: Way,
    token: str,
    process: str,
    most: int,
    most_of_theirs: int,
    is_anonymous: bool,
    now: datetime,
) -> int | None:
    """A call rings here: its id, where fewer than `most` are under way, in all processes.

    And fewer than `most_of_theirs` of this diner; or, as nobody knows who it is, of all such.

    None where there are too many, and for one that was taken before. In a transaction. Raises
    CallerMovedError.
    """
    if connection.one(_KEEP_DINER, diner_id=diner_id) is None:
        raise CallerMovedError(diner_id)
    connection.all(_count_alone)
    row = connection.one(
        _RING_ANONYMOUS if is_anonymous else _RING,
        sid=sid,
        diner_id=diner_id,
        number=number,
        way=way,
        token=hashed(token),
        process=process,
        most=most,
        most_of_theirs=most_of_theirs,
        now=now,
        until=now + TOKEN_LASTS,
    )
    return int(row[0]) if row else None


_IS_HERE = Statement(select(PhoneCall.id).where(PhoneCall.sid == _SID))


def is_here(connection: Connection, sid: str) -> bool:
    """Whether it rang before."""
    return connection.one(_IS_HERE, sid=sid) is not None


_DINER_OF = Statement(
    select(PhoneCall.diner_id).where(PhoneCall.id == bindparam("call_id", type_=Integer))
)


def diner_of(connection: Connection, call_id: int) -> int | None:
    """The id of who calls; None of one that was erased."""
    row = connection.one(_DINER_OF, call_id=call_id)
    return int(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class TakenCall:
    id: int
    diner_id: int
    number: str
    way: Way


@Statement
def _take(sql: Spelling) -> Any:
    taken = update(PhoneCall).where(
        PhoneCall.sid == _SID,
        PhoneCall.token == bindparam("token", type_=String),
        PhoneCall.state == fixed(RINGING),
        PhoneCall.lease_until > sql.now,
    )
    taken = taken.values(
        state=fixed(LIVE),
        stream_sid=bindparam("stream_sid", type_=String),
        process=_PROCESS,
        lease_until=sql.moment("until"),
        began_at=sql.now,
    )
    return taken.returning(PhoneCall.id, PhoneCall.diner_id, PhoneCall.number, PhoneCall.way)


def take(
    connection: Connection,
    *,
    sid: str,
    token: str,
    stream_sid: str,
    process: str,
    now: datetime,
    until: datetime,
) -> TakenCall | None:
    """The call of this token, which is good once and not for long, is `process`'s from now on."""
    row = connection.one(
        _take,
        sid=sid,
        token=hashed(token),
        stream_sid=stream_sid[:64],
        process=process,
        now=now,
        until=until,
    )
    return TakenCall(*row) if row else None


def _over(sql: Spelling, why: Any, seconds: Any, *conditions: Any) -> Any:
    ended = update(PhoneCall).where(IS_UNDER_WAY, *conditions)
    # What Twilio bills stands.
    lasted = func.coalesce(PhoneCall.seconds, seconds)
    return ended.values(state=fixed(OVER), why=why, seconds=lasted, ended_at=sql.now)


_THIS = PhoneCall.sid == _SID
_WHY, _SECONDS = bindparam("why", type_=String), bindparam("seconds", type_=Integer)
_END = Statement(lambda sql: _over(sql, _WHY, _SECONDS, _THIS))
_GIVE_UP = Statement(lambda sql: _over(sql, _WHY, None, _THIS, PhoneCall.state == fixed(RINGING)))
_BILLED = Statement(update(PhoneCall).where(_THIS).values(seconds=_SECONDS))


def end(connection: Connection, sid: str, why: str, *, seconds: int | None, now: datetime) -> bool:
    """A call is over; False where it was before, or is not here."""
    return bool(connection.run(_END, sid=sid, why=why, seconds=_bounded(seconds), now=now))


def give_up(connection: Connection, sid: str, why: str, now: datetime) -> bool:
    """The same, of one that is still ringing: whose stream came tells its end by itself."""
    return bool(connection.run(_GIVE_UP, sid=sid, why=why, now=now))


def keep_billed(connection: Connection, sid: str, seconds: int) -> None:
    """So long it was, as Twilio says."""
    connection.run(_BILLED, sid=sid, seconds=_bounded(seconds))


def _bounded(seconds: int | None) -> int | None:
    return None if seconds is None else max(0, min(seconds, MOST_SECONDS))
