"""A conversation as a chat shows it: what was said by whom, moment by moment, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from models.console.conversation import Conversation
from models.console.exchanges import Exchange, Sending, Wrote
from models.console.rung import Rung
from models.drafts_waiting import Waiting
from models.turns import DRAFTED

MOST_SAID = 160  # characters of what a screen reader says of what is new


@dataclass(frozen=True, slots=True)
class Line:
    """One moment: a message of the diner's, what a turn came to, a call, or what else went to them.

    `day`: given where it begins one. `draft`: what the turn would have said, if it still waits.
    """

    at: datetime
    kind: Literal["wrote", "turn", "notice", "call"]
    wrote: Wrote | None = None
    turn: Exchange | None = None
    notice: Sending | None = None
    draft: Waiting | None = None
    day: date | None = None
    call: Rung | None = None
    is_said: bool = False  # in a call, where nothing is written


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last, to be said aloud where it is new. `mark`: tells one from another."""

    mark: str
    words: str


def lines(conversation: Conversation, drafts: dict[int, Waiting], timezone: str) -> Iterator[Line]:
    """Oldest first."""
    zone = ZoneInfo(timezone)
    before: date | None = None
    for line in sorted(_lines(conversation, drafts), key=lambda each: each.at):
        day = line.at.astimezone(zone).date()
        is_new = day != before
        before = day
        yield replace(line, day=day) if is_new else line


def said_last(conversation: Conversation, found: list[Line]) -> Said:
    """The diner's last words, or what they were told last."""
    who = conversation.name or "The diner"
    for line in reversed(found):
        if line.wrote:
            return Said(f"m{line.wrote.id}", f"{who}: {(line.wrote.text or '')[:MOST_SAID]}")
        if line.turn and (line.turn.reply or line.draft):
            words = line.turn.reply or "A draft waits."
            return Said(f"t{line.turn.id}", words[:MOST_SAID])
    return Said("", "")


def _lines(conversation: Conversation, drafts: dict[int, Waiting]) -> Iterator[Line]:
    for message in conversation.waiting:
        yield Line(message.at, "wrote", wrote=message)
    for notice in conversation.notices:
        yield Line(notice.written_at, "notice", notice=notice)
    for call in conversation.calls:
        yield Line(call.at, "call", call=call)
    for turn in conversation.exchanges:
        is_said = turn.call_id is not None
        for message in turn.wrote:
            yield Line(message.at, "wrote", wrote=message, is_said=is_said)
        draft = drafts.get(turn.id) if turn.state == DRAFTED else None
        yield Line(_came(turn), "turn", turn=turn, draft=draft, is_said=is_said)


def _came(turn: Exchange) -> datetime:
    """When it came to something: behind all that it answers, however the clocks of two differ."""
    came = turn.sent[0].written_at if turn.sent else turn.ended_at or turn.started_at
    return max([came, *(message.at for message in turn.wrote)])
