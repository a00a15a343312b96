"""The drafts that wait for somebody of the staff, and what became of those that did.

It changes none: `models.drafts` does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from models.bubbles import Bubble
from models.database.spelling import fixed
from models.diners import Diner
from models.drafts import OVERTAKEN, REPLACED, Draft, is_overtaken, stored_bubbles
from models.restaurants import Restaurant
from models.turns import DRAFTED, Turn


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that is not decided, and the diner whom it answers; it is named by `turn_id`.

    `is_overtaken`: they have written since, so that it can't be sent.
    """

    turn_id: int
    diner_id: int
    persona: str | None
    words: str
    bubbles: tuple[Bubble, ...]
    begun_at: datetime  # then nothing was looked up yet
    written_at: datetime
    is_overtaken: bool
    before: str | None  # what became of the draft that this diner had before

    def is_news(self, asked_at: datetime, read_within: timedelta) -> bool:
        """Whether who asked for it then may have read the one that it replaced, and not this.

        `asked_at`: by the clock that tells when it was written.
        """
        is_anothers_place = self.before in (REPLACED, OVERTAKEN)
        return is_anothers_place and self.written_at >= asked_at - read_within


def waiting(session: Session, restaurant: Restaurant, diner_id: int | None = None) -> list[Waiting]:
    """A restaurant's that wait, or one diner's; the oldest first."""
    earlier = aliased(Turn)
    before = (
        select(Draft.outcome)
        .join(earlier, earlier.id == Draft.turn_id)
        .where(earlier.diner_id == Turn.diner_id, earlier.id < Turn.id)
        .order_by(earlier.id.desc())
        .limit(1)
        .correlate(Turn)
        .scalar_subquery()
    )
    columns = (
        Turn.id,
        Turn.diner_id,
        Turn.persona,
        Draft.words,
        Draft.bubbles,
        Turn.started_at,
        Draft.written_at,
        is_overtaken(),
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
    rows = sorted(session.execute(found), key=itemgetter(0))
    return [
        Waiting(turn_id, of, persona, words, stored_bubbles(stored), *rest)
        for turn_id, of, persona, words, stored, *rest in rows
    ]


def outcomes(session: Session, restaurant: Restaurant, since: datetime) -> dict[str, int]:
    """How many drafts that were written since then came to what."""
    is_late = and_(Turn.state == fixed(DRAFTED), is_overtaken())
    came_to = case((is_late, fixed(OVERTAKEN)), else_=Draft.outcome).label("came_to")
    each = (
        select(came_to)
        .join(Turn, Turn.id == Draft.turn_id)
        .join(Diner, Diner.id == Turn.diner_id)
        .where(Diner.number == restaurant.number, Draft.written_at >= since)
        .subquery()
    )
    counted = select(each.c.came_to, func.count()).group_by(each.c.came_to)
    return {row.came_to: row[1] for row in session.execute(counted)}
