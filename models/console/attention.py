"""Which of a restaurant's conversations need somebody: unanswered, in human hands, or gone wrong.

Each is found by an index of what is open, which is little; what went wrong is told for two weeks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.database.spelling import fixed
from models.diners import WHATSAPP, Diner
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
    """Of a diner: whether they write to this restaurant on WhatsApp."""
    return and_(Diner.number == restaurant.number, Diner.channel == WHATSAPP, ~Diner.is_forgotten)


def _place(mark: Mark) -> tuple[int, datetime]:
    return STATES.index(mark.state), mark.since


def _every(session: Session, restaurant: Restaurant, now: datetime) -> Iterator[tuple[int, Mark]]:
    here = is_here(restaurant)
    for diner_id, since in session.execute(_unanswered(here)):
        yield diner_id, Mark("unanswered", since)
    for diner_id, since in session.execute(_being_answered(here)):
        yield diner_id, Mark("unanswered", since)
    for diner_id, has_come, since in session.execute(_in_hands(here)):
        yield diner_id, Mark("handed_over" if has_come else "unanswered", since)
    for diner_id, since in session.execute(_held(here)):
        yield diner_id, Mark("unanswered", since)
    for diner_id, since in session.execute(_drafted(here)):
        yield diner_id, Mark("unanswered", since)
    for diner_id, cause, since in session.execute(_given_up(here, now - TOLD_FOR)):
        yield diner_id, Mark("failed", since, cause)
    for diner_id, code, since in session.execute(_not_arrived(here, now - TOLD_FOR)):
        yield diner_id, Mark("failed", since, code=code)
    for diner_id, code, since in session.execute(_in_trouble(here)):
        yield diner_id, Mark("failed", since, code=code)


def _unanswered(here: Any) -> Any:
    since = func.min(Message.received_at)
    found = select(Message.diner_id, since).join(Diner, Diner.id == Message.diner_id)
    return found.where(IS_WAITING, here).group_by(Message.diner_id).order_by(since).limit(MOST)


def _being_answered(here: Any) -> Any:
    found = (
        select(Turn.diner_id, func.coalesce(func.min(Message.received_at), Turn.started_at))
        .join(Diner, Diner.id == Turn.diner_id)
        .outerjoin(Message, Message.turn_id == Turn.id)
    )
    return found.where(IS_RUNNING, here).group_by(Turn.id).order_by(Turn.id).limit(MOST)


def _in_hands(here: Any) -> Any:
    """Also whether somebody has come."""
    found = select(Diner.id, Diner.in_hands_of.is_not(None), Diner.last_message_at)
    is_held = Diner.in_hands_until.is_not(None)
    return found.where(is_held, here).order_by(Diner.in_hands_until).limit(MOST)


def _held(here: Any) -> Any:
    """What was written in human hands, and no person has answered yet."""
    found = select(Turn.diner_id, func.min(Turn.started_at)).join(Diner, Diner.id == Turn.diner_id)
    is_in_hands = Diner.in_hands_until.is_not(None)
    is_held = and_(Turn.state == fixed(HELD), Turn.reply == fixed(""))
    return found.where(is_in_hands, is_held, ~_was_answered(), here).group_by(Turn.diner_id)


def _drafted(here: Any) -> Any:
    """Answers that wait for somebody of the staff to send them."""
    found = select(Turn.diner_id, Turn.started_at).join(Diner, Diner.id == Turn.diner_id)
    is_drafted = Turn.state == fixed(DRAFTED)
    return found.where(is_drafted, ~_was_answered(), here).order_by(Turn.id.desc()).limit(MOST)


def _given_up(here: Any, since: datetime) -> Any:
    found = select(Turn.diner_id, Turn.cause, Turn.started_at)
    return (
        found.join(Diner, Diner.id == Turn.diner_id)
        .where(WAS_GIVEN_UP, Turn.started_at >= since, ~_was_answered(), here)
        .order_by(Turn.id.desc())
        .limit(MOST)
    )


def _was_answered() -> Any:
    """Of a turn: whether its diner has got an answer since, a persona's or a person's."""
    later = aliased(Turn)
    return exists().where(
        later.diner_id == Turn.diner_id,
        later.id > Turn.id,
        later.state.in_([fixed(DONE), fixed(HUMAN)]),
        later.reply != fixed(""),
    )


def _not_arrived(here: Any, since: datetime) -> Any:
    """Parts that did not arrive, after which none was taken."""
    later = aliased(Part)
    went_on = exists().where(
        later.diner_id == Part.diner_id, later.id > Part.id, later.state == fixed(SENT)
    )
    found = select(Part.diner_id, Part.error_code, Part.created_at)
    return (
        found.join(Diner, Diner.id == Part.diner_id)
        .where(HAS_FAILED, Part.created_at >= since, ~went_on, here)
        .order_by(Part.id.desc())
        .limit(MOST)
    )


def _in_trouble(here: Any) -> Any:
    """Parts that were refused, and are tried again."""
    is_refused = or_(Part.error_code.is_not(None), Part.state == MAYBE)
    found = select(Part.diner_id, Part.error_code, Part.created_at)
    return (
        found.join(Diner, Diner.id == Part.diner_id)
        .where(IS_UNFINISHED, Part.attempts > 0, is_refused, here)
        .order_by(Part.id)
        .limit(MOST)
    )
