"""A conversation's turns, one by one: what was written, looked up, answered and delivered.

Whose conversation it is, `models.console.conversation` has made sure of.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, false, func, select, true
from sqlalchemy.orm import Session

from models.attachments import Attachment
from models.bubbles import Bubble, bubble_of
from models.console.sight import Sight
from models.drafts import Draft
from models.inbox import IS_WAITING, Medium, Message, media_in
from models.meter import Use
from models.outbox import BUBBLE, SENT, Part
from models.tokens import Tokens
from models.tool_calls import Missed, ToolCall
from models.turns import DONE, HUMAN, TOKENS, Turn

# Of a page; five parts a turn are the most of a reply.
MOST_MESSAGES, MOST_PARTS = 500, 200
_ARRIVED = {"delivered": "delivered", "read": "read", "played": "read"}


@dataclass(frozen=True, slots=True)
class Wrote:
    """A diner's message, its notes in brackets behind its words. `pictures`: so many are kept.

    `text` is None where it is closed: it may quote what was replied.
    """

    id: int
    at: datetime
    text: str | None
    is_keyword: bool
    media: tuple[Medium, ...]
    pictures: int


@dataclass(frozen=True, slots=True)
class Sending:
    """A message to the diner, and how far it came; `code` is Twilio's, where it told one.

    `at`: when that was heard last. `bubble` is None where whoever looks may not read it.
    """

    id: int
    bubble: Bubble | None
    state: str  # the outbox's own
    delivery: str | None  # Twilio's last status
    code: int | None
    attempts: int
    resends: int
    written_at: datetime
    at: datetime

    @property
    def tick(self) -> str:
        """waiting, sending, maybe, sent, delivered, read, failed or dropped."""
        return _ARRIVED.get(self.delivery or "", "sent") if self.state == SENT else self.state


@dataclass(frozen=True, slots=True)
class Called:
    """A tool's call; of a closed one no more than that it was made."""

    tool: str
    took_ms: int
    is_error: bool
    arguments: str | None
    result: str | None
    missed: tuple[Missed, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn. `reply`: as the diner got it, a person's own words where it is `is_persons`.

    `said_by`: the address of whoever of the staff wrote it, or sent its draft, if it is kept.
    `use`: what it took, to be priced. `is_closed`: its reply is not for whoever looks.
    `draft`: what became of its draft, if it had one. `call_id`: of the call that it was said in.
    """

    id: int
    state: str
    persona: str | None
    cause: str | None
    attempts: int
    started_at: datetime
    ended_at: datetime | None
    wrote: tuple[Wrote, ...]
    reply: str | None
    said_by: str | None
    calls: tuple[Called, ...]
    sent: tuple[Sending, ...]
    use: Use
    is_closed: bool
    draft: str | None
    call_id: int | None

    @property
    def is_persons(self) -> bool:
        return self.state == HUMAN


def exchanges(
    session: Session, diner_id: int, turns: Sequence[Turn], sight: Sight
) -> tuple[Exchange, ...]:
    """These turns of this diner's."""
    ids = [turn.id for turn in turns]
    wrote: defaultdict[int | None, list[Wrote]] = defaultdict(list)
    for turn_id, message in _wrote(session, Message.turn_id.in_(ids)):
        wrote[turn_id].append(message)
    sent: defaultdict[int | None, list[Sending]] = defaultdict(list)
    for turn_id, part in _sent(session, Part.turn_id.in_(ids), Part.diner_id == diner_id):
        sent[turn_id].append(part)
    calls = _calls(session, ids, sight)
    had_drafts = select(Draft.turn_id, Draft.outcome).where(Draft.turn_id.in_(ids))
    drafts = {each.turn_id: each.outcome for each in session.execute(had_drafts)}
    return tuple(
        _exchange(turn, wrote[turn.id], calls[turn.id], sent[turn.id], drafts.get(turn.id), sight)
        for turn in turns
    )


def _exchange(
    turn: Turn,
    wrote: list[Wrote],
    calls: list[Called],
    sent: list[Sending],
    draft: str | None,
    sight: Sight,
) -> Exchange:
    is_closed = not sight.has_persona(turn.persona)
    return Exchange(
        id=turn.id,
        state=turn.state,
        persona=turn.persona,
        cause=turn.cause,
        attempts=turn.attempts,
        started_at=turn.started_at,
        ended_at=turn.ended_at,
        wrote=tuple(replace(each, text=None) for each in wrote) if is_closed else tuple(wrote),
        reply=None if is_closed else turn.reply,
        said_by=turn.said_by,
        calls=tuple(calls),
        sent=tuple(replace(each, bubble=None) for each in sent) if is_closed else tuple(sent),
        use=_use(turn, len(wrote), sent),
        is_closed=is_closed,
        draft=draft,
        call_id=turn.call_id,
    )


def waiting(session: Session, diner_id: int) -> tuple[Wrote, ...]:
    """What this diner wrote and no turn has yet."""
    found = _wrote(session, and_(IS_WAITING, Message.diner_id == diner_id))
    return tuple(message for _, message in found)


def notices(
    session: Session,
    diner_id: int,
    since: datetime | None,
    until: datetime | None,
    sight: Sight,
) -> tuple[Sending, ...]:
    """The last that went to this diner within that time, and is of no turn of theirs."""
    is_own = exists().where(Turn.id == Part.turn_id, Turn.diner_id == Part.diner_id)
    span = [
        *([Part.created_at >= since] if since else []),
        *([Part.created_at < until] if until else []),
    ]
    found = [part for _, part in _sent(session, Part.diner_id == diner_id, ~is_own, *span)]
    return tuple(
        each
        if each.bubble and sight.has_purpose(each.bubble.purpose)
        else replace(each, bubble=None)
        for each in found
    )


def words_of(session: Session, part_ids: Collection[int], sight: Sight) -> dict[int, str]:
    """What each of these parts says, by its id; without those that are not for whoever looks."""
    is_own = func.coalesce(Turn.diner_id == Part.diner_id, false())
    columns = (Part.id, is_own, Turn.persona, *BUBBLE)
    found = select(*columns).outerjoin(Turn, Turn.id == Part.turn_id).where(Part.id.in_(part_ids))
    words = {}
    for part_id, is_of_turn, persona, body, extra in session.execute(found):
        bubble = bubble_of(body, extra)
        is_open = sight.has_persona(persona) or not is_of_turn
        if is_open and sight.has_purpose(bubble.purpose):
            words[part_id] = str(bubble.text)
    return words


def _wrote(session: Session, which: Any) -> Iterator[tuple[int | None, Wrote]]:
    kept = select(func.count()).where(Attachment.message_id == Message.id).correlate(Message)
    columns = (
        Message.turn_id,
        Message.id,
        Message.received_at,
        Message.text,
        Message.is_keyword,
        Message.media,
        kept.scalar_subquery(),
    )
    latest_first = select(*columns).where(which).order_by(Message.id.desc()).limit(MOST_MESSAGES)
    for turn_id, message_id, at, text, is_keyword, media, pictures in reversed(
        session.execute(latest_first).all()
    ):
        yield turn_id, Wrote(message_id, at, text, is_keyword, media_in(media), pictures)


def _sent(session: Session, *which: Any) -> Iterator[tuple[int | None, Sending]]:
    columns = (
        Part.turn_id,
        Part.id,
        Part.state,
        Part.delivery,
        Part.error_code,
        Part.attempts,
        Part.resends,
        Part.created_at,
        Part.updated_at,
        *BUBBLE,
    )
    found = select(*columns).where(*which).order_by(Part.id.desc()).limit(MOST_PARTS)
    for turn_id, part_id, *known, body, extra in reversed(session.execute(found).all()):
        yield turn_id, Sending(part_id, bubble_of(body, extra), *known)


def _calls(session: Session, ids: Sequence[int], sight: Sight) -> defaultdict[int, list[Called]]:
    found: defaultdict[int, list[Called]] = defaultdict(list)
    is_open = _is_open(sight)
    columns = (
        ToolCall.turn_id,
        ToolCall.tool,
        ToolCall.took_ms,
        ToolCall.is_error,
        case((is_open, ToolCall.arguments)),
        case((is_open, ToolCall.result)),
        ToolCall.missed,
    )
    rows = select(*columns).where(ToolCall.turn_id.in_(ids))
    for turn_id, tool, took_ms, is_error, arguments, result, missed in session.execute(
        rows.order_by(ToolCall.turn_id, ToolCall.place)
    ):
        noted = tuple(Missed(kind, words) for kind, words in missed or ())
        found[turn_id].append(
            Called(tool, took_ms, is_error, arguments, result, noted, result is None)
        )
    return found


def _is_open(sight: Sight) -> Any:
    return true() if sight.tools is None else ToolCall.tool.in_(sight.tools)


def _use(turn: Turn, messages_in: int, sent: Sequence[Sending]) -> Use:
    tokens = Tokens(*(getattr(turn, column.key) for column in TOKENS))
    if turn.call_id is not None:
        messages_in = 0  # what is said is no message
    messages_out = sum(each.state == SENT for each in sent)
    return Use(int(turn.state == DONE), messages_in, messages_out, tokens)
