"""Which of a restaurant's conversations need somebody: unanswered, in human hands, or gone wrong.

Each is found by an index of what is open, which is little; what went wrong is told for two weeks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.database.spelling import fixed
from models.diners import API, Diner
from models.inbox import IS_WAITING, Message
from models.outbox import HAS_FAILED, IS_UNFINISHED, MAYBE, SENT, Part
from models.restaurants import Restaurant
from models.turns import DONE, DRAFTED, HELD, HUMAN, IS_RUNNING, WAS_GIVEN_UP, Turn

State = Literal["unanswered", "handed_over", "failed", "answered"]
# In this order they stand on the page.
STATES: tuple[State, ...] = ("unanswered", "handed_over", "failed", "answered")
TOLD_FOR = timedelta(days=14)
MOST = 300  # of each kind


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a conversation needs somebody, and since when.

    `cause`: why its turn failed, if it did. `code`: Twilio's, of what did not arrive.
    """

    state: State
    since: datetime
    cause: str | None = None
    code: int | None = None


def marks(session: Session, restaurant: Restaurant, now: datetime) -> dict[int, Mark]:
    """By the diner's id; of several reasons the first in the order of `STATES`, the oldest of it.

    Whose are not among them, are answered.
    """
    found: dict[int, Mark] = {}
    for diner_id, mark in _every(session, restaurant, now):
        before = found.get(diner_id)
        if before is None or _place(mark) < _place(before):
            found[diner_id] = mark
    return found


def is_here(restaurant: Restaurant) -> Any:
    """Of a diner: whether they write to this restaurant on WhatsApp.

    Told by what their channel is not: SQLite would begin each look with all of a channel.
    """
    return and_(Diner.number == restaurant.number, Diner.channel != API, ~Diner.is_forgotten)


def _place(mark: Mark) -> tuple[int, datetime]:
    return STATES.index(mark.state), mark.since


def _every(session: Session, restaurant: Restaurant, now: datetime) -> Iterator[tuple[int, Mark]]:
    here, since_then = is_here(restaurant), now - TOLD_FOR
    for found in (_waiting(here), _running(here), _drafted(here)):
        for diner_id, since in session.execute(found):
            yield diner_id, Mark("unanswered", since)
    held = session.execute(_in_hands(here)).all()
    for diner_id, has_come, since in held:
        yield diner_id, Mark("handed_over" if has_come else "unanswered", since)
    for diner_id, since in session.execute(_held([row[0] for row in held])):
        yield diner_id, Mark("unanswered", since)
    for diner_id, cause, since in session.execute(_given_up(here, since_then)):
        yield diner_id, Mark("failed", since, cause)
    for found in (_not_arrived(here, since_then), _in_trouble(here)):
        for diner_id, code, since in session.execute(found):
            yield diner_id, Mark("failed", since, code=code)


def _of(diner_id: Any, here: Any) -> Any:
    """Row by row, not by a join or EXISTS: both databases may begin with all diners then."""
    return select(Diner.id).where(Diner.id == diner_id, here).scalar_subquery().is_not(None)


def _latest(found: Any, row_id: Any) -> Any:
    # Added to: else SQLite would walk the table in this order, past an index of what is open.
    return found.order_by((row_id + 0).desc()).limit(MOST)


def _waiting(here: Any) -> Any:
    since = func.min(Message.received_at)
    found = select(Message.diner_id, since).where(IS_WAITING, _of(Message.diner_id, here))
    return found.group_by(Message.diner_id).order_by(since).limit(MOST)


def _running(here: Any) -> Any:
    asked = select(func.min(Message.received_at)).where(Message.turn_id == Turn.id)
    since = func.coalesce(asked.correlate(Turn).scalar_subquery(), Turn.started_at)
    found = select(Turn.diner_id, since).where(IS_RUNNING, _of(Turn.diner_id, here))
    return _latest(found, Turn.id)


def _in_hands(here: Any) -> Any:
    """Also whether somebody has come."""
    found = select(Diner.id, Diner.in_hands_of.is_not(None), Diner.last_message_at)
    is_held = Diner.in_hands_until.is_not(None)
    return found.where(is_held, here).order_by(Diner.in_hands_until).limit(MOST)


def _held(diner_ids: Sequence[int]) -> Any:
    """Of what these wrote in human hands, that no person has answered yet."""
    is_held = and_(Turn.state == fixed(HELD), Turn.reply == fixed(""))
    found = select(Turn.diner_id, func.min(Turn.started_at)).where(is_held, _is_unanswered())
    return found.where(Turn.diner_id.in_(diner_ids)).group_by(Turn.diner_id)


def _drafted(here: Any) -> Any:
    """Answers that wait for somebody of the staff to send them."""
    is_drafted = and_(Turn.state == fixed(DRAFTED), _is_unanswered())
    found = select(Turn.diner_id, Turn.started_at).where(is_drafted, _of(Turn.diner_id, here))
    return _latest(found, Turn.id)


def _given_up(here: Any, since: datetime) -> Any:
    found = select(Turn.diner_id, Turn.cause, Turn.started_at)
    is_lately = and_(WAS_GIVEN_UP, Turn.started_at >= since)
    found = found.where(is_lately, _of(Turn.diner_id, here), _is_unanswered())
    return _latest(found, Turn.id)


def _is_last(later: Any, *conditions: Any) -> Any:
    """Whether there is no such row of the diner's behind it.

    Not by NOT EXISTS, of which PostgreSQL makes a join with the whole table.
    """
    found = select(later.id).where(*conditions).limit(1)
    return found.scalar_subquery().is_(None)


def _is_unanswered() -> Any:
    """Of a turn: whether its diner has had no answer since, a persona's or a person's."""
    later = aliased(Turn)
    return _is_last(
        later,
        later.diner_id == Turn.diner_id,
        later.id > Turn.id,
        later.state.in_([fixed(DONE), fixed(HUMAN)]),
        later.reply != fixed(""),
    )


def _not_arrived(here: Any, since: datetime) -> Any:
    """Parts that did not arrive, after which none was taken."""
    later = aliased(Part)
    is_last = _is_last(
        later,
        *(later.diner_id == Part.diner_id, later.id > Part.id, later.state == fixed(SENT)),
    )
    found = select(Part.diner_id, Part.error_code, Part.created_at)
    is_lately = and_(HAS_FAILED, Part.created_at >= since)
    return _latest(found.where(is_lately, _of(Part.diner_id, here), is_last), Part.id)


def _in_trouble(here: Any) -> Any:
    """Parts that were refused, and are tried again."""
    is_refused = or_(Part.error_code.is_not(None), Part.state == MAYBE)
    found = select(Part.diner_id, Part.error_code, Part.created_at)
    is_tried = and_(IS_UNFINISHED, Part.attempts > 0, is_refused)
    return _latest(found.where(is_tried, _of(Part.diner_id, here)), Part.id)
