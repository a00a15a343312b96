"""Which of a restaurant's conversations need somebody: unanswered, in human hands, or gone wrong.

Each is found by an index of what is open, which is little; what went wrong, or was left to people,
is told for two weeks.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from models.database.spelling import fixed
from models.diners import API, WINDOW, Diner
from models.inbox import IS_WAITING, Message
from models.outbox import HAS_FAILED, IS_TRIED_AGAIN, SENT, Part
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

    `cause`: why its turn failed, if it did. `code`: Twilio's, of what did not arrive. `is_in_vain`:
    they asked for a person, and none could be called.
    """

    state: State
    since: datetime
    cause: str | None = None
    code: int | None = None
    is_in_vain: bool = False


def marks(session: Session, restaurant: Restaurant, now: datetime) -> dict[int, list[Mark]]:
    """By the diner's id; of each state the oldest, in the order of `STATES`.

    Whose are not among them, are answered.
    """
    oldest: defaultdict[int, dict[State, Mark]] = defaultdict(dict)
    for diner_id, mark in _every(session, restaurant, now):
        found = oldest[diner_id]
        before = found.get(mark.state)
        if before is None or mark.since < before.since:
            found[mark.state] = mark
    return {each: sorted(found.values(), key=_place) for each, found in oldest.items()}


def is_here(restaurant: Restaurant) -> Any:
    """Of a diner: whether they write to this restaurant on WhatsApp.

    Told by what their channel is not: SQLite would begin each look with all of a channel.
    """
    return and_(Diner.number == restaurant.number, Diner.channel != API, ~Diner.is_forgotten)


def _place(mark: Mark) -> int:
    return STATES.index(mark.state)


def _every(session: Session, restaurant: Restaurant, now: datetime) -> Iterator[tuple[int, Mark]]:
    here, since_then = is_here(restaurant), now - TOLD_FOR
    for found in (_waiting(here), _running(here), _drafted(here)):
        for diner_id, since in session.execute(found):
            yield diner_id, Mark("unanswered", since)
    for diner_id, has_come, since in session.execute(_in_hands(here)):
        yield diner_id, Mark("handed_over", since)
        if not has_come:
            yield diner_id, Mark("unanswered", since)
    for diner_id, since in session.execute(_held(here, since_then)):
        yield diner_id, Mark("unanswered", since)
    for diner_id, since in session.execute(_in_vain(here, since_then)):
        # They can be written to for a day; what is left then is to call them.
        state: State = "unanswered" if now - since < WINDOW else "failed"
        yield diner_id, Mark(state, since, is_in_vain=True)
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


def _held(here: Any, since: datetime) -> Any:
    """What was left to people, in whosever hands its diner is by now, and nobody has answered."""
    is_held = and_(Turn.state == fixed(HELD), Turn.reply == fixed(""), Turn.started_at >= since)
    found = select(Turn.diner_id, Turn.started_at)
    found = found.where(is_held, _of(Turn.diner_id, here), _is_unanswered())
    return _latest(found, Turn.id)


def _in_vain(here: Any, since: datetime) -> Any:
    """Who asked for a person that there was not."""
    found = select(Diner.id, Diner.asked_in_vain_at)
    found = found.where(Diner.asked_in_vain_at >= since, here)
    return found.order_by(Diner.asked_in_vain_at.desc()).limit(MOST)


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
    found = select(Part.diner_id, Part.error_code, Part.created_at)
    return _latest(found.where(IS_TRIED_AGAIN, _of(Part.diner_id, here)), Part.id)
