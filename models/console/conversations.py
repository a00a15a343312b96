"""A restaurant's conversations as a list: what needs somebody first, then by the last message.

All that need somebody are looked up, some hundreds at most; the others come page by page. To put
those in order a restaurant's diners are walked, tens of thousands in some milliseconds: an index
that spares it would cost every message.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from models.console.attention import STATES, Mark, State, is_here, marks
from models.console.sight import Sight
from models.database.columns import is_id
from models.diners import WINDOW, Diner, is_blocked
from models.inbox import IS_WAITING, Message
from models.restaurants import Restaurant
from models.turns import HUMAN, RUNNING, Turn
from telemetry.masking import VISIBLE_END, masked

PER_PAGE = 30
MOST_WORDS = 300  # characters of what was said last
FEWEST_DIGITS = 3  # to look for a telephone number by
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MICROS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


class Last(NamedTuple):
    """What was said last; `words` are None where whoever looks may not read them."""

    by: Literal["diner", "persona", "person"]
    words: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list. `id` is what the staff names it by; `who` a masked address.

    `marks`: why it needs somebody, the first reason first; none of an answered one.
    `window_until`: until when they may be written to.
    """

    id: int
    name: str | None
    who: str
    marks: tuple[Mark, ...]
    last: Last | None
    last_message_at: datetime
    persona: str | None
    language: str | None
    in_hands_until: datetime | None
    in_hands_of: str | None
    is_opted_out: bool
    is_blocked: bool

    @property
    def state(self) -> State:
        return self.marks[0].state if self.marks else "answered"

    @property
    def window_until(self) -> datetime:
        return self.last_message_at + WINDOW


@dataclass(frozen=True, slots=True)
class Page:
    """`after`: where the next one begins, None on the last. `counts`: how many are in which state.

    Of the answered ones nobody counts.
    """

    conversations: tuple[Listed, ...]
    after: str | None
    counts: Mapping[State, int]


def page(
    session: Session,
    restaurant: Restaurant,
    *,
    now: datetime,
    sight: Sight,
    state: State | None = None,
    words: str = "",
    knows_numbers: bool = False,
    after: str | None = None,
    most: int = PER_PAGE,
) -> Page:
    """Those of one state, or all. `words`: of a name, digits of a number, or `#12`.

    `knows_numbers`: whoever looks may see whole ones. To others a number is the digits that it
    shows at its end, or they could find out the rest one by one.

    Raises ValueError for an `after` that no page gave.
    """
    start = _place_of(after)
    marked = marks(session, restaurant, now)
    counts: dict[State, int] = {each: 0 for each in STATES if each != "answered"}
    for mark in chain.from_iterable(marked.values()):
        counts[mark.state] += 1
    named = _named(words, knows_numbers=knows_numbers)
    found = _marked(session, restaurant, marked, state, named)
    shown = [row for place, row in found if place > start]
    if len(shown) <= most and state in (None, "answered"):
        shown += _others(session, restaurant, marked, named, start, most + 1 - len(shown))
    more = len(shown) > most
    shown = shown[:most]
    listed = _told(session, shown, marked, sight)
    return Page(listed, _written(_place(shown[-1], marked)) if more else None, counts)


class _Place(NamedTuple):
    """Where a conversation stands in the list; they ascend."""

    rank: int
    order: int
    id: int


_COLUMNS = (
    Diner.id,
    Diner.profile_name,
    Diner.address,
    Diner.last_message_at,
    Diner.persona,
    Diner.language,
    Diner.in_hands_until,
    Diner.in_hands_of,
    Diner.opted_out_at,
    is_blocked().label("is_blocked"),
)
_ANSWERED = STATES.index("answered")


def _marked(
    session: Session,
    restaurant: Restaurant,
    marked: Mapping[int, list[Mark]],
    state: State | None,
    named: Collection[ColumnElement[bool]],
) -> list[tuple[_Place, Any]]:
    ids = [
        each
        for each, marks in marked.items()
        if state is None or any(mark.state == state for mark in marks)
    ]
    found = select(*_COLUMNS).where(Diner.id.in_(ids), is_here(restaurant), *named)
    rows = session.execute(found).all() if ids else []
    return sorted((_place(row, marked), row) for row in rows)


def _others(
    session: Session,
    restaurant: Restaurant,
    marked: Mapping[int, list[Mark]],
    named: Collection[ColumnElement[bool]],
    start: _Place,
    most: int,
) -> Sequence[Any]:
    found = select(*_COLUMNS).where(is_here(restaurant), Diner.id.not_in(list(marked)), *named)
    if start.rank == _ANSWERED:
        at = _EPOCH + timedelta(microseconds=-start.order)
        is_behind = or_(
            Diner.last_message_at < at, and_(Diner.last_message_at == at, Diner.id > start.id)
        )
        found = found.where(is_behind)
    return session.execute(found.order_by(Diner.last_message_at.desc(), Diner.id).limit(most)).all()


def _place(row: Any, marked: Mapping[int, list[Mark]]) -> _Place:
    """Who waits, waits longest first; of all others the latest comes first."""
    mark = next(iter(marked.get(row.id, ())), None)
    if mark is None:
        return _Place(_ANSWERED, -_micros(row.last_message_at), row.id)
    since = _micros(mark.since)
    return _Place(STATES.index(mark.state), since if mark.state == "unanswered" else -since, row.id)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _written(place: _Place) -> str:
    return ".".join(map(str, place))


def _place_of(written: str | None) -> _Place:
    if written is None:
        return _Place(-1, 0, 0)
    parts = written.split(".")
    place = _Place(*map(int, parts)) if len(parts) == len(_Place._fields) else None
    if place is None or not (is_id(place.id) and -_LAST_MICROS <= place.order <= _LAST_MICROS):
        raise ValueError("no page of the list begins there")
    if place.rank == _ANSWERED and place.order > 0:  # before any of them
        raise ValueError("no page of the list begins there")
    return place


def _named(words: str, *, knows_numbers: bool) -> list[ColumnElement[bool]]:
    """By what a conversation is looked for; nothing for no words."""
    words = words.strip()
    if words.startswith("#") and words[1:].isdecimal():
        return [Diner.id == int(words[1:])] if is_id(int(words[1:])) else [false()]
    if not words:
        return []
    by_name = Diner.profile_name.icontains(words, autoescape=True)
    digits = "".join(each for each in words if each.isascii() and each.isdecimal())
    if len(digits) < FEWEST_DIGITS or any(each.isalpha() for each in words):
        return [by_name]
    if knows_numbers:
        return [or_(by_name, Diner.address.contains(digits))]
    return [or_(by_name, Diner.address.endswith(digits)) if len(digits) == VISIBLE_END else by_name]


def _told(
    session: Session, rows: Sequence[Any], marked: Mapping[int, list[Mark]], sight: Sight
) -> tuple[Listed, ...]:
    last = _last_said(session, rows, sight)
    return tuple(
        Listed(
            id=row.id,
            name=row.profile_name,
            who=masked(row.address),
            marks=tuple(marked.get(row.id, ())),
            last=last.get(row.id),
            last_message_at=row.last_message_at,
            persona=row.persona,
            language=row.language,
            in_hands_until=row.in_hands_until,
            in_hands_of=row.in_hands_of,
            is_opted_out=row.opted_out_at is not None,
            is_blocked=bool(row.is_blocked),
        )
        for row in rows
    )


def _last_said(session: Session, rows: Sequence[Any], sight: Sight) -> dict[int, Last]:
    """By the diner's id: what they wrote, unless they got a reply to it."""
    ids = [row.id for row in rows]
    closed = {row.id for row in rows if not sight.has_persona(row.persona)}
    last = select(Turn.id).where(Turn.diner_id == Diner.id).order_by(Turn.id.desc()).limit(1)
    turns = session.execute(
        select(Turn.id, Turn.diner_id, Turn.state, Turn.persona, Turn.reply, Turn.started_at).where(
            Turn.id.in_(select(last.scalar_subquery()).select_from(Diner).where(Diner.id.in_(ids)))
        )
    ).all()
    of_turns = Message.turn_id.in_([turn.id for turn in turns])
    is_asked = or_(of_turns, and_(IS_WAITING, Message.diner_id.in_(ids)))
    wrote = select(Message.diner_id, Message.turn_id, Message.text, Message.received_at)
    messages = session.execute(wrote.where(is_asked).order_by(Message.id)).all()
    said = {
        row.diner_id: Last(
            "diner", None if row.diner_id in closed else row.text[:MOST_WORDS], row.received_at
        )
        for row in messages
    }
    waits = {row.diner_id for row in messages if row.turn_id is None}
    for turn in turns:
        if turn.reply and turn.state != RUNNING and turn.diner_id not in waits:
            words = turn.reply[:MOST_WORDS] if sight.has_persona(turn.persona) else None
            by: Literal["persona", "person"] = "person" if turn.state == HUMAN else "persona"
            said[turn.diner_id] = Last(by, words, turn.started_at)
    return said
