"""The turns: a diner's waiting messages taken together, under a lease, and the one reply they got.

One running turn a diner, by a partial unique index; a turn ends only for whoever still holds its lease.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, delete, exists, func, literal, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import diners
from models.base import Base, Instant
from models.diners import Diner
from models.inbox import Message
from models.restaurants import Restaurant
from models.upsert import insert

RUNNING, DONE, FAILED, DEAD = "running", "done", "failed", "dead"


class Turn(Base):
    __tablename__ = "turns"
    # An id is never used again, also when the row with the highest one was erased.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's own form)

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"), index=True)
    # running; done: answered; failed: the diner got an honest sentence instead; dead: given up after too many attempts
    state: Mapped[str] = mapped_column(String(16))
    persona: Mapped[str | None] = mapped_column(String(32))  # none for a keyword's turn
    reply: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(String(200))  # of failed and dead
    lease: Mapped[str] = mapped_column(String(64))  # who runs it: a token made for each claim
    lease_until: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    input_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)


_IS_RUNNING = text("state = 'running'")
Index("uq_turns_running", Turn.diner_id, unique=True, postgresql_where=_IS_RUNNING, sqlite_where=_IS_RUNNING)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One past turn: what the diner wrote, message by message, and the reply."""

    texts: tuple[str, ...]
    reply: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A turn that is ours to run: the diner, the messages in order, and which attempt at it this is (from 1)."""

    id: int
    lease: str
    lease_until: datetime
    attempt: int
    diner: Diner
    restaurant: Restaurant | None
    messages: tuple[Message, ...]
    is_more: bool = False  # others waited that this turn could not take: the next one's

    @property
    def is_keyword(self) -> bool:
        return self.messages[0].is_keyword


def claim(session: Session, diner_id: int, *, lease: str, now: datetime, until: datetime) -> Claimed | None:
    """Take the diner's next turn: a new one of the messages that wait, else one whose lease ran out, else None."""
    attempt = 1
    turn_id = _begin(session, diner_id, lease, now, until)
    if turn_id is not None:
        messages = _take_messages(session, diner_id, turn_id)
        if not messages:
            # Another process took them between our look and our insert, and was done before it.
            session.execute(delete(Turn).where(Turn.id == turn_id))
            return None
    else:
        taken_over = _take_over(session, diner_id, lease, now, until)
        if taken_over is None:
            return None
        turn_id, attempt = taken_over
        messages = list(session.scalars(select(Message).where(Message.turn_id == turn_id)))
    diner, restaurant, is_more = diners.with_restaurant(session, diner_id)
    in_order = tuple(sorted(messages, key=lambda each: each.id))
    return Claimed(turn_id, lease, until, attempt, diner, restaurant, in_order, is_more)


def _begin(session: Session, diner_id: int, lease: str, now: datetime, until: datetime) -> int | None:
    waits = exists().where(Message.diner_id == diner_id, Message.turn_id.is_(None))
    columns: dict[str, Any] = {
        "diner_id": literal(diner_id),
        "state": literal(RUNNING),
        "lease": literal(lease),
        "lease_until": literal(until, Instant),
        "attempts": literal(1),
        "started_at": literal(now, Instant),
        "input_tokens": literal(0),
        "cached_tokens": literal(0),
        "output_tokens": literal(0),
    }
    row = insert(session, Turn).from_select(list(columns), select(*columns.values()).where(waits))
    begun = session.execute(row.on_conflict_do_nothing().returning(Turn.id)).scalar()
    return None if begun is None else int(begun)


def _take_messages(session: Session, diner_id: int, turn_id: int) -> list[Message]:
    """All that wait up to the first keyword; the keyword alone when it comes first."""
    waiting = select(func.min(Message.id)).where(Message.diner_id == diner_id, Message.turn_id.is_(None))
    first_keyword = waiting.where(Message.is_keyword).scalar_subquery()
    taken = (
        update(Message)
        .where(Message.diner_id == diner_id, Message.turn_id.is_(None))
        .where(or_(first_keyword.is_(None), Message.id < first_keyword, Message.id == waiting.scalar_subquery()))
        .values(turn_id=turn_id)
        .returning(Message)
    )
    return list(session.scalars(taken, execution_options={"synchronize_session": False}))


def _take_over(session: Session, diner_id: int, lease: str, now: datetime, until: datetime) -> tuple[int, int] | None:
    row = session.execute(
        update(Turn)
        .where(Turn.diner_id == diner_id, Turn.state == RUNNING, Turn.lease_until <= now)
        .values(lease=lease, lease_until=until, attempts=Turn.attempts + 1)
        .returning(Turn.id, Turn.attempts)
    ).one_or_none()
    return None if row is None else (int(row[0]), int(row[1]))


def absorb(session: Session, turn: Claimed) -> list[Message]:
    """Take what came in meanwhile (up to a keyword) into a running turn that is still ours; in order. A keyword stays alone."""
    if turn.is_keyword:
        return []
    still_ours = select(Turn.id).where(Turn.id == turn.id, Turn.lease == turn.lease, Turn.state == RUNNING)
    # Locked: whoever takes the turn over meanwhile must find these messages with it, or nobody would answer them.
    if session.scalar(still_ours.with_for_update()) is None:
        return []
    first = session.scalar(
        select(Message.is_keyword)
        .where(Message.diner_id == turn.diner.id, Message.turn_id.is_(None))
        .order_by(Message.id)
        .limit(1)
    )
    if first is not False:  # nothing waits, or a keyword comes first: that is the next turn's
        return []
    return sorted(_take_messages(session, turn.diner.id, turn.id), key=lambda each: each.id)


def history(session: Session, diner: Diner, persona: str, limit: int) -> list[Exchange]:
    """The diner's last `limit` answered turns with this persona since `/reset`, oldest first."""
    last = (
        select(Turn.id, Turn.reply)
        .where(Turn.diner_id == diner.id, Turn.state == DONE, Turn.persona == persona, Turn.id > diner.forgotten_turn_id)
        .order_by(Turn.id.desc())
        .limit(limit)
        .subquery()
    )
    rows = session.execute(
        select(last.c.id, last.c.reply, Message.text).join(Message, Message.turn_id == last.c.id).order_by(last.c.id, Message.id)
    )
    exchanges: dict[int, Exchange] = {}
    for turn_id, reply, words in rows:
        before = exchanges.get(turn_id, Exchange((), reply))
        exchanges[turn_id] = Exchange((*before.texts, words), reply)
    return list(exchanges.values())


def end(
    session: Session,
    turn: Claimed,
    *,
    state: str,
    persona: str | None,
    reply: str,
    now: datetime,
    cause: str | None = None,
    tokens: tuple[int, int, int] = (0, 0, 0),
) -> bool:
    """Close a turn with its reply; False, and nothing is written, when its lease has gone to somebody else."""
    input_tokens, cached_tokens, output_tokens = tokens
    ended = session.execute(
        update(Turn)
        .where(Turn.id == turn.id, Turn.lease == turn.lease, Turn.state == RUNNING)
        .values(
            state=state,
            persona=persona,
            reply=reply,
            cause=cause,
            ended_at=now,
            input_tokens=input_tokens,
            cached_tokens=cached_tokens,
            output_tokens=output_tokens,
        )
        .returning(Turn.id)
    ).scalar()
    return ended is not None


def renew(session: Session, leases: list[str], until: datetime) -> set[str]:
    """The heartbeat: the running turns under these leases are still worked on. Returns those leases that are still held."""
    held = update(Turn).where(Turn.lease.in_(leases), Turn.state == RUNNING).values(lease_until=until)
    return set(session.scalars(held.returning(Turn.lease)))


def release(session: Session, turn: Claimed, now: datetime) -> None:
    """An attempt broke off: let the next one begin at once. The attempt counts."""
    mine = update(Turn).where(Turn.id == turn.id, Turn.lease == turn.lease, Turn.state == RUNNING)
    session.execute(mine.values(lease="", lease_until=now))


def hand_back(session: Session, leases: list[str], now: datetime) -> None:
    """Give these leases up, so that another process takes their turns at once and nothing more is written under them."""
    free = {"lease": "", "lease_until": now, "attempts": Turn.attempts - 1}
    session.execute(update(Turn).where(Turn.lease.in_(leases), Turn.state == RUNNING).values(free))


def expired_diners(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of diners whose running turn has lost its process."""
    expired = select(Turn.diner_id).where(Turn.state == RUNNING, Turn.lease_until <= now).order_by(Turn.lease_until)
    return list(session.scalars(expired.limit(limit)))


def of_message(session: Session, message_id: int) -> Turn | None:
    """The turn that took a message, if one has."""
    return session.scalar(select(Turn).join(Message, Message.turn_id == Turn.id).where(Message.id == message_id))
