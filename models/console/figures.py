"""A restaurant's day in figures, counted from the rows that it left.

What is erased is in none of them: `models.meter` keeps what that took. It knows no prices.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, bindparam, case, exists, func, select
from sqlalchemy.orm import Session

from models.database.columns import Instant
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import API, Diner
from models.drafts import Draft
from models.inbox import Message
from models.menu import MenuItem
from models.meter import Ids
from models.outbox import SENT, Part
from models.tool_calls import ToolCall
from models.turns import DONE, HELD, HUMAN, Turn

# Of one day. More are not told apart any better, and to look at them takes time.
MOST_ANSWERS = 1_000
MOST_CALLS = 20_000
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Day:
    """`answered_s`, `sent_s`: seconds from the first message that a turn answers to its reply's
    writing, and to the try that Twilio took its first part in; of no more than the day's last
    1,000 answers, drafts and calls left out. `parts`: how many came to which end (delivered,
    read, failed, ...) with which code of Twilio's. `dishes`: in how many turns a dish was looked
    up by its name, or what goes with it: ids of the menu. `in_hands`: conversations in which a
    person wrote, or had to.
    """

    answered_s: "array[float]" = field(default_factory=lambda: array("f"))
    sent_s: "array[float]" = field(default_factory=lambda: array("f"))
    parts: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    dishes: Counter[int] = field(default_factory=Counter)
    in_hands: set[int] = field(default_factory=set)

    def add(self, other: "Day") -> None:
        self.answered_s.extend(other.answered_s)
        self.sent_s.extend(other.sent_s)
        self.parts += other.parts
        self.dishes += other.dishes
        self.in_hands |= other.in_hands


_NUMBER = bindparam("number", type_=String)
_SINCE, _UNTIL = bindparam("since", type_=Instant), bindparam("until", type_=Instant)


def _is_within(table: Any, at: Any) -> tuple[Any, ...]:
    """Among the ids that the day's rows can have."""
    name = table.__tablename__
    first, last = (bindparam(f"{end}_{name}", type_=Integer) for end in ("first", "last"))
    # By what it is not: SQLite would begin with all diners of a channel.
    is_on_whatsapp = Diner.channel != fixed(API)
    return (
        *(table.id >= first, table.id < last, at >= _SINCE, at < _UNTIL),
        *(Diner.number == _NUMBER, is_on_whatsapp),
    )


_TRIED_AT = func.coalesce(Part.tried_at, Part.first_tried_at)
_FIRST_MESSAGE = (
    select(func.min(Message.received_at)).where(Message.turn_id == Turn.id).correlate(Turn)
)
_FIRST_PART = (
    select(func.min(_TRIED_AT))
    .where(Part.turn_id == Turn.id, Part.diner_id == Turn.diner_id, Part.sid.is_not(None))
    .correlate(Turn)
)
_ANSWERS = Statement(
    select(_FIRST_MESSAGE.scalar_subquery(), Turn.ended_at, _FIRST_PART.scalar_subquery())
    .join(Diner, Diner.id == Turn.diner_id)
    .where(*_is_within(Turn, Turn.started_at), Turn.state == fixed(DONE))
    # What the staff read first took as long as they did; what is said in a call is written later.
    .where(Turn.call_id.is_(None))
    .where(Turn.persona.is_not(None), ~exists().where(Draft.turn_id == Turn.id))
    .order_by(Turn.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_END = case((Part.state == fixed(SENT), func.coalesce(Part.delivery, Part.state)), else_=Part.state)
_PARTS = Statement(
    select(_END.label("end"), Part.error_code, func.count().label("parts"))
    .join(Diner, Diner.id == Part.diner_id)
    .where(*_is_within(Part, Part.created_at))
    .group_by(_END, Part.error_code)
)
_DISHES = Statement(
    select(ToolCall.turn_id, ToolCall.dishes)
    .join(Turn, Turn.id == ToolCall.turn_id)
    .join(Diner, Diner.id == Turn.diner_id)
    .where(*_is_within(Turn, Turn.started_at), ToolCall.dishes.is_not(None))
    .limit(bindparam("most", type_=Integer))
)
_IN_HANDS = Statement(
    select(Turn.diner_id)
    .distinct()
    .join(Diner, Diner.id == Turn.diner_id)
    .where(*_is_within(Turn, Turn.started_at), Turn.state.in_([fixed(HELD), fixed(HUMAN)]))
    # What came of a draft is no hand-over: whoever answers in its place has a turn of their own.
    .where(~exists().where(Draft.turn_id == Turn.id))
)


def day(
    connection: Connection, number: str, since: datetime, until: datetime, first: Ids, last: Ids
) -> Day:
    """What was from `since` to before `until`; the ids are as `models.meter.within` takes them."""
    ids = {
        f"{end}_{name}": getattr(of, name)
        for end, of in (("first", first), ("last", last))
        for name in ("turns", "messages", "outbox")
    }
    given = {"number": number, "since": since, "until": until, **ids}
    answers = connection.all(_ANSWERS, **given, most=MOST_ANSWERS)
    dishes: set[tuple[int, int]] = set()
    for turn_id, looked_up in connection.all(_DISHES, **given, most=MOST_CALLS):
        dishes.update((turn_id, each) for each in looked_up)
    return Day(
        answered_s=_seconds((asked, ended) for asked, ended, _ in answers),
        sent_s=_seconds((asked, sent) for asked, _, sent in answers),
        parts=Counter({(end, code): n for end, code, n in connection.all(_PARTS, **given)}),
        dishes=Counter(dish for _, dish in dishes),
        in_hands={diner_id for (diner_id,) in connection.all(_IN_HANDS, **given)},
    )


def _seconds(spans: Iterable[tuple[datetime | None, datetime | None]]) -> "array[float]":
    """A clock that was set back between makes none of them less than nothing."""
    return array(
        "f", (max(0.0, (end - start).total_seconds()) for start, end in spans if start and end)
    )


def names_of(session: Session, restaurant_id: int, dish_ids: Collection[int]) -> dict[int, str]:
    """Of a restaurant's own dishes, those that left its menu too, by id."""
    own = select(MenuItem.id, MenuItem.name).where(MenuItem.restaurant_id == restaurant_id)
    return {row.id: row.name for row in session.execute(own.where(MenuItem.id.in_(dish_ids)))}


def opted_out(session: Session, number: str, since: datetime, until: datetime) -> int:
    """How many wrote STOP from `since` to before `until`, and have not come back."""
    is_between = (Diner.opted_out_at >= since, Diner.opted_out_at < until)
    found = select(func.count()).select_from(Diner).where(Diner.number == number, *is_between)
    return session.scalar(found) or 0


_WRITTEN = Statement(
    select(Message.received_at)
    .join(Diner, Diner.id == Message.diner_id)
    .outerjoin(Turn, Turn.id == Message.turn_id)
    # What is said in a call is no message.
    .where(*_is_within(Message, Message.received_at), Turn.call_id.is_(None))
    .limit(bindparam("most", type_=Integer))
)
_SENT = Statement(
    select(Part.created_at)
    .join(Diner, Diner.id == Part.diner_id)
    .where(*_is_within(Part, Part.created_at), Part.state == fixed(SENT))
    .limit(bindparam("most", type_=Integer))
)


def hours(
    connection: Connection, number: str, since: datetime, until: datetime, first: Ids, last: Ids
) -> list[tuple[int, int]]:
    """Messages in, and out, in each hour from `since` on; of no more than 20,000 of a kind."""
    ids = {
        f"{end}_{name}": getattr(of, name)
        for end, of in (("first", first), ("last", last))
        for name in ("messages", "outbox")
    }
    given = {"number": number, "since": since, "until": until, **ids, "most": MOST_CALLS}
    counted = [[0, 0] for _ in range(-((since - until) // HOUR))]
    for place, statement in enumerate((_WRITTEN, _SENT)):
        for (at,) in connection.all(statement, **given):
            counted[(at - since) // HOUR][place] += 1
    return [(came, went) for came, went in counted]
