"""The turns: a diner's waiting messages taken together, under a lease, and the one reply they got.

One turn runs a diner, by a partial unique index; it ends only for whoever still holds its lease.
How one is taken is `models.claiming`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.calls import PhoneCall
from models.database.columns import Address, Base, Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import Known
from models.inbox import Written
from models.tokens import NO_TOKENS, Tokens

# So often it may have been another turn, or nobody, that ended the process.
ALONE_AFTER = 2
RUNNING, DONE, FAILED, DEAD, HUSHED = "running", "done", "failed", "dead", "hushed"
# In human hands: what the diner wrote, and what somebody of the staff said to them.
HELD, HUMAN = "held", "human"
# In shadow mode: the staff has the persona's answer, as a draft, and its diner has none yet.
DRAFTED = "drafted"
# Of a diner who opted out: it is kept, and nobody answers it.
SILENT = "silent"


class Turn(Base):
    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "diner_id", "id"),
        # An id is never used again, also when the row with the highest one was erased.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"))
    # running; done: answered; failed: the diner got an honest sentence instead; dead: given up
    # after too many attempts; hushed: more than the diner's share, not answered; held: for a person
    # to answer; human: a person's own words, as the reply to no message; drafted: `models.drafts`
    # has what a persona would reply; silent: the diner has opted out
    state: Mapped[str] = mapped_column(String(16))
    persona: Mapped[str | None] = mapped_column(String(32))  # none for a keyword's turn
    reply: Mapped[str | None] = mapped_column(Text)
    # Who of the staff said it: of human, and of what was sent of a draft.
    said_by: Mapped[str | None] = mapped_column(Address)
    cause: Mapped[str | None] = mapped_column(String(200))  # of failed and dead
    lease: Mapped[str] = mapped_column(String(64))  # who runs it: a token made for each claim
    lease_until: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    # How often its process died or froze, and nobody could say which of its turns did it.
    losses: Mapped[int] = mapped_column(server_default="0")
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    input_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    # Of input and output, what was sound or a picture.
    audio_input_tokens: Mapped[int] = mapped_column(server_default="0")
    audio_output_tokens: Mapped[int] = mapped_column(server_default="0")
    image_input_tokens: Mapped[int] = mapped_column(server_default="0")
    audio_cached_tokens: Mapped[int] = mapped_column(server_default="0")
    # Of what was said in a call; none: it was written.
    call_id: Mapped[int | None] = mapped_column(ForeignKey(PhoneCall.id))


IS_RUNNING = Turn.state == fixed(RUNNING)
_RUNNING_ROWS = text("state = 'running'")
Index(
    "uq_turns_running",
    Turn.diner_id,
    unique=True,
    postgresql_where=_RUNNING_ROWS,
    sqlite_where=_RUNNING_ROWS,
)
_DRAFTED_ROWS = text("state = 'drafted'")
Index(
    "ix_turns_drafted",
    Turn.diner_id,
    Turn.id,
    postgresql_where=_DRAFTED_ROWS,
    sqlite_where=_DRAFTED_ROWS,
)
_HELD_ROWS = text("state = 'held'")
Index(
    "ix_turns_held",
    Turn.started_at,
    postgresql_where=_HELD_ROWS,
    sqlite_where=_HELD_ROWS,
)
_GIVEN_UP_ROWS = text("state IN ('dead', 'failed')")
Index(
    "ix_turns_given_up",
    Turn.state,
    postgresql_where=_GIVEN_UP_ROWS,
    sqlite_where=_GIVEN_UP_ROWS,
)
_OF_A_CALL_ROWS = text("call_id IS NOT NULL")
Index(
    "ix_turns_call",
    Turn.call_id,
    postgresql_where=_OF_A_CALL_ROWS,
    sqlite_where=_OF_A_CALL_ROWS,
)
WAS_GIVEN_UP = Turn.state.in_([fixed(DEAD), fixed(FAILED)])


@dataclass(frozen=True, slots=True)
class Claimed:
    """A turn that is ours to run: the diner, the messages in order, and which attempt this is.

    An attempt counts that ended by itself, or whose process died while it ran alone.
    """

    id: int
    lease: str
    lease_until: datetime
    attempt: int  # from 1
    diner: Known
    messages: tuple[Written, ...]
    is_more: bool = False  # others waited that this turn could not take: the next one's
    losses: int = 0  # how often a process died or froze with it

    @property
    def is_keyword(self) -> bool:
        return self.messages[0].is_keyword

    @property
    def is_suspect(self) -> bool:
        """Whether it may be what ends its process: it runs without another one of its kind."""
        return self.losses >= ALONE_AFTER


# What a turn's tokens are stored in.
TOKENS = (
    Turn.input_tokens,
    Turn.cached_tokens,
    Turn.output_tokens,
    Turn.audio_input_tokens,
    Turn.audio_output_tokens,
    Turn.image_input_tokens,
    Turn.audio_cached_tokens,
)


@dataclass(frozen=True, slots=True)
class Result:
    """A turn's end, as its table keeps it."""

    state: str
    persona: str | None
    reply: str
    cause: str | None = None
    tokens: Tokens = NO_TOKENS

    def columns(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "persona": self.persona,
            "reply": self.reply,
            "cause": self.cause,
            **{column.key: count for column, count in zip(TOKENS, self.tokens, strict=True)},
        }


def beginning(sql: Spelling, diner_id: Any, *conditions: Any) -> Any:
    """A new turn of this diner under `lease`, where none is running and the conditions hold."""
    columns: dict[str, Any] = {
        "diner_id": diner_id,
        "state": fixed(RUNNING),
        "lease": bindparam("lease", type_=String),
        "lease_until": sql.moment("until"),
        "attempts": literal(1),
        "started_at": sql.now,
        "input_tokens": literal(0),
        "cached_tokens": literal(0),
        "output_tokens": literal(0),
    }
    row = sql.insert(Turn).from_select(list(columns), select(*columns.values()).where(*conditions))
    return row.on_conflict_do_nothing().returning(Turn.id)


# The running turn `turn_id`, for as long as it is under `lease`.
_STILL_OURS = and_(
    Turn.id == bindparam("turn_id", type_=Integer),
    Turn.lease == bindparam("lease", type_=String),
    IS_RUNNING,
)
# Locked: whoever takes the turn over meanwhile must find its messages with it,
# or nobody would answer them.
_LOCK = Statement(select(Turn.id).where(_STILL_OURS).with_for_update())


def is_ours(connection: Connection, turn: Claimed) -> bool:
    """Whether a running turn is still ours; to the end of the transaction nobody takes it over."""
    return connection.one(_LOCK, turn_id=turn.id, lease=turn.lease) is not None


def ending(sql: Spelling) -> Any:
    """A running turn of ours ends: its `reply`, and what became of it."""
    values = {
        "state": bindparam("state", type_=String),
        "persona": bindparam("persona", type_=String),
        "reply": bindparam("reply", type_=Text),
        "cause": bindparam("cause", type_=String),
        "ended_at": sql.now,
        **{column.key: bindparam(column.key, type_=Integer) for column in TOKENS},
    }
    return update(Turn).where(_STILL_OURS).values(values).returning(Turn.id)


_END = Statement(ending)


def end(connection: Connection, turn: Claimed, result: Result, now: datetime) -> bool:
    """Close a turn with its reply; False, and nothing written, if another has its lease."""
    columns = result.columns()
    ended = connection.one(_END, turn_id=turn.id, lease=turn.lease, now=now, **columns)
    return ended is not None


_ENDED = Statement(
    select(Turn.id).where(
        Turn.id == bindparam("turn_id", type_=Integer),
        Turn.lease == bindparam("lease", type_=String),
        ~IS_RUNNING,
    )
)


def was_ended(connection: Connection, turn: Claimed) -> bool:
    """Whether it was ended under our lease."""
    return connection.one(_ENDED, turn_id=turn.id, lease=turn.lease) is not None


_RELEASE = Statement(
    lambda sql: update(Turn).where(_STILL_OURS).values(lease=fixed(""), lease_until=sql.now)
)


def release(connection: Connection, turn: Claimed, now: datetime) -> bool:
    """An attempt broke off: let the next one begin at once. The attempt counts.

    Whether it was still ours.
    """
    return bool(connection.run(_RELEASE, turn_id=turn.id, lease=turn.lease, now=now))
