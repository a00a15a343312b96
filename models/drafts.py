"""The drafts of shadow mode: what a persona would have said, and what became of that.

A draft waits for as long as its turn is `drafted`: only then can it be sent or dropped, and that
happens once. Until it is sent, nothing of it was said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    ForeignKey,
    Integer,
    String,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import outbox
from models.bubbles import Bubble, bound, bubble_of
from models.database.columns import Address, Base, Instant
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import WINDOW, Diner, is_blocked
from models.restaurants import Restaurant
from models.turns import DONE, DRAFTED, HELD, Claimed, Turn

# Sent as it was, or in other words; dropped by the staff; replaced by the draft of what the diner
# wrote next; answered: a person said something else.
WAITING, SENT, EDITED, DROPPED = "waiting", "sent", "edited", "dropped"
REPLACED, ANSWERED = "replaced", "answered"


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that can be sent, and the diner whom it answers. `turn_id` is what it is named by."""

    turn_id: int
    diner_id: int
    persona: str | None
    words: str
    bubbles: tuple[Bubble, ...]
    written_at: datetime
    wrote_at: datetime  # the diner, last
    # When the one before it was replaced: whoever read that one may not have seen this.
    replaced_at: datetime | None

    def is_news(self, since: datetime) -> bool:
        """Whether it has come since then, in the place of one that was being read."""
        return self.replaced_at is not None and self.replaced_at >= max(since, self.written_at)


def waiting(session: Session, restaurant: Restaurant, diner_id: int | None = None) -> list[Waiting]:
    """A restaurant's that wait, or one diner's; the oldest first."""
    before = (
        select(func.max(Draft.decided_at))
        .join(Turn, Turn.id == Draft.turn_id)
        .where(Turn.diner_id == Diner.id, Draft.outcome == REPLACED)
        .correlate(Diner)
        .scalar_subquery()
    )
    columns = (
        Turn.id,
        Turn.diner_id,
        Turn.persona,
        Draft.words,
        Draft.bubbles,
        Draft.written_at,
        Diner.last_message_at,
        before,
    )
    found = (
        select(*columns)
        .join(Draft, Draft.turn_id == Turn.id)
        .join(Diner, Diner.id == Turn.diner_id)
        .where(Turn.state == fixed(DRAFTED), Diner.number == restaurant.number)
    )
    if diner_id is not None:
        found = found.where(Turn.diner_id == diner_id)
    # Sorted here: by their ids SQLite would walk all turns.
    return [
        Waiting(turn_id, of, persona, words, _bubbles(stored), *moments)
        for turn_id, of, persona, words, stored, *moments in sorted(
            session.execute(found), key=itemgetter(0)
        )
    ]


def outcomes(session: Session, restaurant: Restaurant, since: datetime) -> dict[str, int]:
    """How many drafts that were written since then came to what."""
    counted = (
        select(Draft.outcome, func.count())
        .join(Turn, Turn.id == Draft.turn_id)
        .join(Diner, Diner.id == Turn.diner_id)
        .where(Diner.number == restaurant.number, Draft.written_at >= since)
        .group_by(Draft.outcome)
    )
    return {row.outcome: row[1] for row in session.execute(counted)}


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
_END = Statement(
    update(Turn)
    .where(Turn.id == _TURN_ID, Turn.state == fixed(DRAFTED))
    .values(
        state=bindparam("state", type_=String),
        reply=bindparam("reply", type_=Text),
        said_by=bindparam("by", type_=String),
    )
    .returning(Turn.diner_id)
)
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
# `gone`: it was sent, dropped or replaced before, or its diner was forgotten. `too_late`: their
# 24 hours are over. `silent`: they want no messages, or WhatsApp can't reach them.
Sending = Literal["sent", "gone", "too_late", "silent"]


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
    if connection.one(_END, turn_id=turn_id, state=DONE, reply=said.words, by=by) is None:
        return "gone", diner_id
    outcome = EDITED if is_edited else SENT
    connection.run(_DECIDE, turn_id=turn_id, outcome=outcome, by=by, now=now)
    for bubble in said.bubbles:
        outbox.put(connection, diner_id, bubble, turn_id=turn_id, now=now)
    return "sent", diner_id


_DRAFTED = Statement(select(Draft.words, Draft.bubbles).where(Draft.turn_id == _TURN_ID))


def _drafted(connection: Connection, turn_id: int) -> Said:
    row = connection.one(_DRAFTED, turn_id=turn_id)
    return Said(row[0], _bubbles(row[1])) if row else Said("", ())


def drop(connection: Connection, turn_id: int, *, number: str, by: str, now: datetime) -> bool:
    """A draft is not said: its diner waits for a person. False where it does not wait any more."""
    if connection.one(_DINER, turn_id=turn_id, number=number) is None:
        return False
    if connection.one(_END, turn_id=turn_id, state=HELD, reply="", by=None) is None:
        return False
    connection.run(_DECIDE, turn_id=turn_id, outcome=DROPPED, by=by, now=now)
    return True


def _bubbles(stored: Sequence[dict[str, Any]]) -> tuple[Bubble, ...]:
    return tuple(bubble_of(each["body"], each["extra"]) for each in stored)
