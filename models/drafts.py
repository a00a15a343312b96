"""The drafts of shadow mode: what a persona would have said, and what became of that.

A draft waits for as long as its turn is `drafted`: only then can it be sent or dropped, and that
happens once; sent, only while its diner has written nothing since. Until then nothing of it was
said. Which ones wait, `models.drafts_waiting` reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models import outbox
from models.bubbles import Bubble, bound, bubble_of
from models.database.columns import Address, Base, Instant
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import WINDOW, Diner, is_blocked
from models.inbox import IS_WAITING, SAYS_SOMETHING, Message
from models.turns import DONE, DRAFTED, HELD, Claimed, Turn

# Sent as it was, or in other words; dropped by the staff; replaced by the draft of what the diner
# wrote next, or overtaken by it; answered: a person said something else.
WAITING, SENT, EDITED, DROPPED = "waiting", "sent", "edited", "dropped"
REPLACED, OVERTAKEN, ANSWERED = "replaced", "overtaken", "answered"


class Draft(Base):
    __tablename__ = "drafts"

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    )
    # Its words, as a history keeps them; then its messages, each as the outbox has it.
    words: Mapped[str] = mapped_column(Text)
    bubbles: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(16))
    written_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(Address)  # of the staff


def is_overtaken() -> ColumnElement[bool]:
    """Of a drafted turn: whether its diner has written anything since, answered or not."""
    later = aliased(Turn)
    of_later_turns = (
        select(Message.id)
        .join(later, later.id == Message.turn_id)
        .where(later.diner_id == Turn.diner_id, later.id > Turn.id, SAYS_SOMETHING)
    )
    that_wait = select(Message.id).where(
        Message.diner_id == Turn.diner_id, IS_WAITING, SAYS_SOMETHING
    )
    # Not by EXISTS, of which PostgreSQL makes a join with the whole table.
    return or_(
        *(
            found.correlate(Turn).limit(1).scalar_subquery().is_not(None)
            for found in (of_later_turns, that_wait)
        )
    )


_TURN_ID = bindparam("turn_id", type_=Integer)
_WRITE = Statement(
    lambda sql: insert(Draft).values(
        turn_id=_TURN_ID,
        words=bindparam("words", type_=Text),
        bubbles=bindparam("bubbles", type_=JSON),
        outcome=fixed(WAITING),
        written_at=sql.now,
    )
)


def write(
    connection: Connection, turn: Claimed, words: str, bubbles: Sequence[Bubble], now: datetime
) -> None:
    """With its turn, which ends `drafted`. The one that the diner had before is out of date."""
    settle(connection, turn.diner.id, REPLACED, now=now, but=turn.id)
    stored = [bound(each) for each in bubbles]
    connection.run(_WRITE, turn_id=turn.id, words=words, bubbles=stored, now=now)


_SETTLE_TURNS = Statement(
    update(Turn)
    .where(
        Turn.diner_id == bindparam("diner_id", type_=Integer),
        Turn.state == fixed(DRAFTED),
        Turn.id != bindparam("but", type_=Integer),
    )
    .values(state=fixed(HELD))
    .returning(Turn.id)
)
_SETTLE_DRAFTS = Statement(
    lambda sql: (
        update(Draft)
        .where(sql.is_one_of(Draft.turn_id, "ids"))
        .values(
            outcome=bindparam("outcome", type_=String),
            decided_at=sql.now,
            decided_by=bindparam("by", type_=String),
        )
    )
)


def settle(
    connection: Connection,
    diner_id: int,
    outcome: str,
    *,
    now: datetime,
    by: str | None = None,
    but: int = 0,
) -> None:
    """What waits of this diner's is never sent, but for the turn `but`."""
    # The turns first, as who sends one takes them: else each may wait for the other.
    ids = [turn_id for (turn_id,) in connection.all(_SETTLE_TURNS, diner_id=diner_id, but=but)]
    if ids:
        connection.run(_SETTLE_DRAFTS, ids=ids, outcome=outcome, by=by, now=now)


# Locked before the turn, as who takes a diner over locks them.
_DINER = Statement(
    select(Diner.id, Diner.last_message_at, Diner.opted_out_at, is_blocked())
    .join(Turn, Turn.diner_id == Diner.id)
    .where(
        Turn.id == _TURN_ID,
        Diner.number == bindparam("number", type_=String),
        ~Diner.is_forgotten,
    )
    .with_for_update(read=True, of=Diner)
)
_WAITS = and_(Turn.id == _TURN_ID, Turn.state == fixed(DRAFTED))
_DROP = Statement(
    update(Turn).where(_WAITS).values(state=fixed(HELD), reply=fixed("")).returning(Turn.id)
)
# A message that comes in meanwhile wants its diner's row, which is locked: it is behind this.
_SAY = Statement(
    update(Turn)
    .where(_WAITS, ~is_overtaken())
    .values(
        state=fixed(DONE),
        reply=bindparam("reply", type_=Text),
        said_by=bindparam("by", type_=String),
    )
    .returning(Turn.id)
)
_IS_WAITING = Statement(select(Turn.id).where(_WAITS))
_DECIDE = Statement(
    lambda sql: (
        update(Draft)
        .where(Draft.turn_id == _TURN_ID)
        .values(
            outcome=bindparam("outcome", type_=String),
            decided_at=sql.now,
            decided_by=bindparam("by", type_=String),
        )
        .returning(Draft.words, Draft.bubbles)
    )
)
# `gone`: it was sent, dropped or replaced before, or its diner was forgotten. `overtaken`: they
# have written since. `too_late`: their 24 hours are over. `silent`: they want no messages, or
# WhatsApp can't reach them.
Sending = Literal["sent", "gone", "overtaken", "too_late", "silent"]


@dataclass(frozen=True, slots=True)
class Said:
    """Words, as a history keeps them, and the messages that they become."""

    words: str
    bubbles: tuple[Bubble, ...]


def send(
    connection: Connection,
    turn_id: int,
    *,
    number: str,
    by: str,
    now: datetime,
    said: Said | None = None,
) -> tuple[Sending, int]:
    """Say a draft to its diner, or this in its place; what came of it, and the diner's id.

    `number`: the restaurant's. Its parts go out with those that wait for the diner already.
    """
    found = connection.one(_DINER, turn_id=turn_id, number=number)
    if found is None:
        return "gone", 0
    diner_id, wrote_at, opted_out_at, is_out_of_reach = found
    if opted_out_at or is_out_of_reach:
        return "silent", diner_id
    if now - wrote_at >= WINDOW:
        return "too_late", diner_id
    is_edited = said is not None
    said = said or _drafted(connection, turn_id)
    if connection.one(_SAY, turn_id=turn_id, reply=said.words, by=by) is None:
        still_waits = connection.one(_IS_WAITING, turn_id=turn_id) is not None
        return "overtaken" if still_waits else "gone", diner_id
    outcome = EDITED if is_edited else SENT
    connection.run(_DECIDE, turn_id=turn_id, outcome=outcome, by=by, now=now)
    for bubble in said.bubbles:
        outbox.put(connection, diner_id, bubble, turn_id=turn_id, now=now)
    return "sent", diner_id


_DRAFTED = Statement(select(Draft.words, Draft.bubbles).where(Draft.turn_id == _TURN_ID))


def _drafted(connection: Connection, turn_id: int) -> Said:
    row = connection.one(_DRAFTED, turn_id=turn_id)
    return Said(row[0], stored_bubbles(row[1])) if row else Said("", ())


def drop(connection: Connection, turn_id: int, *, number: str, by: str, now: datetime) -> bool:
    """A draft is not said: its diner waits for a person. False where it does not wait any more."""
    if connection.one(_DINER, turn_id=turn_id, number=number) is None:
        return False
    if connection.one(_DROP, turn_id=turn_id) is None:
        return False
    connection.run(_DECIDE, turn_id=turn_id, outcome=DROPPED, by=by, now=now)
    return True


def stored_bubbles(stored: Sequence[dict[str, Any]]) -> tuple[Bubble, ...]:
    return tuple(bubble_of(each["body"], each["extra"]) for each in stored)
