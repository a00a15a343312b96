"""What a restaurant's days took: turns, messages and tokens, summed from the rows they left.

What is erased `models.counted` has counted first. It knows no prices.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Integer, String, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from addresses import spelled
from models.database.columns import MAX_INTEGER, Address, Base, Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import ANYBODYS, API, Diner, Known
from models.inbox import Message
from models.outbox import SENT, Part
from models.tokens import NO_TOKENS, Tokens
from models.turns import DONE, TOKENS, Turn

# Every time zone is a whole number of these off, so that each falls into one day anywhere.
QUARTER = timedelta(minutes=15)
# A row's id is as old as its moment, give or take how far the clocks of processes differ.
SLACK = timedelta(hours=1)
NOBODYS = ""  # of what no persona answered: keywords, and what the staff says


class _Sums:
    turns: Mapped[int]
    messages_in: Mapped[int]
    messages_out: Mapped[int]
    input_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    output_tokens: Mapped[int]
    audio_input_tokens: Mapped[int]
    audio_output_tokens: Mapped[int]
    image_input_tokens: Mapped[int]
    audio_cached_tokens: Mapped[int] = mapped_column(server_default="0")


class ErasedUse(_Sums, Base):
    """What was erased took so much, a quarter of an hour and a persona."""

    __tablename__ = "erased_use"

    number: Mapped[str] = mapped_column(Address, primary_key=True)
    quarter: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    persona: Mapped[str] = mapped_column(String(32), primary_key=True)


class ForgottenUse(_Sums, Base):
    """So much of it was somebody's who asked to be forgotten: that makes them no new day."""

    __tablename__ = "forgotten_use"

    whose: Mapped[str] = mapped_column(String(64), primary_key=True)  # see `whose`
    quarter: Mapped[datetime] = mapped_column(Instant, primary_key=True)


def whose(address: str, number: str) -> str:
    """A hash that tells a diner again, and not who they are. Of ANYBODYS: of the channel."""
    return sha256(f"{spelled(address)} {number}".encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Use:
    """`turns`: those that were answered. Messages are WhatsApp's, out those that Twilio took."""

    turns: int = 0
    messages_in: int = 0
    messages_out: int = 0
    tokens: Tokens = NO_TOKENS

    def __add__(self, other: "Use") -> "Use":
        return Use(
            self.turns + other.turns,
            self.messages_in + other.messages_in,
            self.messages_out + other.messages_out,
            Tokens(*map(sum, zip(self.tokens, other.tokens, strict=True))),
        )

    def columns(self) -> dict[str, int]:
        values = (self.turns, self.messages_in, self.messages_out, *self.tokens)
        return dict(zip(SUMS, values, strict=True))


SUMS = ("turns", "messages_in", "messages_out", *(column.key for column in TOKENS))
ByPersona = dict[str, Use]  # NOBODYS for none


def use_of(values: Iterable[Any]) -> Use:
    turns, messages_in, messages_out, *tokens = (int(each or 0) for each in values)
    return Use(turns, messages_in, messages_out, Tokens(*tokens))


def _row(at: Any, *values: Any) -> Any:
    """A row as all of these have it: whose number, when, by which persona, and so much."""
    persona = func.coalesce(Turn.persona, fixed(NOBODYS))
    padded = (*values, *(literal(0),) * (len(SUMS) - len(values)))
    named = (value.label(name) for name, value in zip(SUMS, padded, strict=True))
    return select(Diner.number, at.label("at"), persona.label("persona"), *named)


def of_turns(*conditions: Any) -> Any:
    was_answered = case((Turn.state == fixed(DONE), 1), else_=0)
    row = _row(Turn.started_at, was_answered, literal(0), literal(0), *TOKENS)
    return row.select_from(Turn).join(Diner, Diner.id == Turn.diner_id).where(*conditions)


def of_messages(*conditions: Any) -> Any:
    row = _row(Message.received_at, literal(0), literal(1))
    found = row.select_from(Message).join(Diner, Diner.id == Message.diner_id)
    found = found.outerjoin(Turn, Turn.id == Message.turn_id)
    # What was said in a call is no message of WhatsApp's.
    was_written = Turn.call_id.is_(None)
    # By what their channel is not: SQLite would begin with all diners of a channel.
    return found.where(Diner.channel != fixed(API), was_written, *conditions)


def of_parts(*conditions: Any) -> Any:
    row = _row(Part.created_at, literal(0), literal(0), literal(1))
    found = row.select_from(Part).join(Diner, Diner.id == Part.diner_id)
    found = found.outerjoin(Turn, Turn.id == Part.turn_id)
    return found.where(Part.state == fixed(SENT), *conditions)


def _together(told: Any, *conditions: Any) -> Any:
    sums = (func.sum(told.c[name]) for name in SUMS)
    return select(told.c.persona, *sums).where(*conditions).group_by(told.c.persona)


_NUMBER = bindparam("number", type_=String)
_SINCE, _UNTIL = bindparam("since", type_=Instant), bindparam("until", type_=Instant)
_DINER_ID = bindparam("diner_id", type_=Integer)


def _between(table: type[Base], at: Any) -> tuple[Any, ...]:
    """Of this number within the span, and among the ids that its rows can have."""
    last = bindparam(f"last_{table.__tablename__}", type_=Integer)
    is_among = (*_from(table), table.__table__.c.id < last)
    return (*is_among, at >= _SINCE, at < _UNTIL, Diner.number == _NUMBER)


def _from(table: type[Base]) -> tuple[Any, ...]:
    return (table.__table__.c.id >= bindparam(f"first_{table.__tablename__}", type_=Integer),)


@Statement
def _within(_: Spelling) -> Any:
    erased = select(
        ErasedUse.number,
        ErasedUse.quarter.label("at"),
        ErasedUse.persona,
        *(getattr(ErasedUse, name) for name in SUMS),
    ).where(ErasedUse.number == _NUMBER, ErasedUse.quarter >= _SINCE, ErasedUse.quarter < _UNTIL)
    told = union_all(
        of_turns(*_between(Turn, Turn.started_at)),
        of_messages(*_between(Message, Message.received_at)),
        of_parts(*_between(Part, Part.created_at)),
        erased,
    ).subquery()
    return _together(told)


_AT: dict[Any, Any] = {Turn: Turn.started_at, Message: Message.received_at, Part: Part.created_at}
_NEXT = {
    table: Statement(
        select(table.id, at)
        .where(table.id >= bindparam("first", type_=Integer))
        .order_by(table.id)
        .limit(1)
    )
    for table, at in _AT.items()
}
_LAST = {table: Statement(select(func.max(table.id))) for table in _AT}


@dataclass(frozen=True, slots=True)
class Ids:
    """The first id of each table that a row of a moment, or a later one, can have."""

    turns: int
    messages: int
    outbox: int


# Beyond all that any row can have.
TO_THE_END = Ids(*(MAX_INTEGER,) * 3)


def first_ids(connection: Connection, moment: datetime) -> Ids:
    """Found by halves, as ids grow with time: some sixty looks, which an index would spare.

    That index would cost every message. What was found once holds for good.
    """
    return Ids(*(_first_id(connection, table, moment - SLACK) for table in _AT))


def within(
    connection: Connection, number: str, since: datetime, until: datetime, first: Ids, last: Ids
) -> ByPersona:
    """What was taken on this number from `since` to before `until`.

    `first`: the ids of `since`. `last`: of a moment two SLACKs behind `until`, or TO_THE_END.
    """
    ids = {
        f"{end}_{table.__tablename__}": getattr(of, table.__tablename__)
        for end, of in (("first", first), ("last", last))
        for table in _AT
    }
    rows = connection.all(_within, number=number, since=since, until=until, **ids)
    return {persona: use_of(values) for persona, *values in rows}


def _first_id(connection: Connection, table: Any, moment: datetime) -> int:
    last = connection.one(_LAST[table])
    first, end = 0, int(last[0] or 0) + 1 if last else 1
    while first < end:
        middle = (first + end) // 2
        found = connection.one(_NEXT[table], first=middle)
        if found is None or found[1] >= moment:
            end = middle
        else:
            first = found[0] + 1
    return first


@Statement
def _of_one_diner(sql: Spelling) -> Any:
    forgotten = select(
        ForgottenUse.whose.label("number"),
        ForgottenUse.quarter.label("at"),
        fixed(NOBODYS).label("persona"),
        *(getattr(ForgottenUse, name) for name in SUMS),
    ).where(sql.is_one_of(ForgottenUse.whose, "known_as"), ForgottenUse.quarter >= _SINCE)
    told = union_all(
        of_turns(Turn.diner_id == _DINER_ID, Turn.started_at >= _SINCE, *_from(Turn)),
        of_messages(Message.diner_id == _DINER_ID, Message.received_at >= _SINCE, *_from(Message)),
        of_parts(Part.diner_id == _DINER_ID, Part.created_at >= _SINCE, *_from(Part)),
        forgotten,
    ).subquery()
    return _together(told)


def _of_channel(channel: str) -> Any:
    forgotten = select(
        ForgottenUse.whose.label("number"),
        ForgottenUse.quarter.label("at"),
        fixed(NOBODYS).label("persona"),
        *(getattr(ForgottenUse, name) for name in SUMS),
    ).where(ForgottenUse.whose == bindparam("whose", type_=String), ForgottenUse.quarter >= _SINCE)
    theirs = (Diner.channel == fixed(channel), Diner.number == _NUMBER)
    told = union_all(of_turns(*theirs, Turn.started_at >= _SINCE, *_from(Turn)), forgotten)
    return _together(told.subquery())


_OF_CHANNEL = {each: Statement(_of_channel(each)) for each in ANYBODYS}


def of_channel(
    connection: Connection, channel: str, number: str, since: datetime, first: Ids
) -> Use:
    """What all of one of ANYBODYS took since then, also those who were forgotten.

    `first`: the ids of that moment.
    """
    given = {"number": number, "whose": whose(channel, number), "since": since}
    rows = connection.all(_OF_CHANNEL[channel], **given, first_turns=first.turns)
    return sum((use_of(values) for _, *values in rows), Use())


def of_diner(connection: Connection, diner: Known, since: datetime, first: Ids) -> Use:
    """What one diner took since then, whoever answered, also before they were forgotten.

    `first`: the ids of that moment.
    """
    total = Use()
    known_as = [whose(each, diner.number) for each in diner.addresses]
    ids = {f"first_{table.__tablename__}": getattr(first, table.__tablename__) for table in _AT}
    given = {"diner_id": diner.id, "known_as": known_as, "since": since, **ids}
    for _, *values in connection.all(_of_one_diner, **given):
        total += use_of(values)
    return total
