"""How a turn closes: its ending's effects and the parts of its reply, in one transaction.

What is stored as its reply is what the diner got: a few messages of it, if it was longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from conversation import keywords
from conversation.ending import (
    ChangeMenu,
    Effect,
    Ending,
    Forget,
    Forward,
    HandBack,
    OptIn,
    OptOut,
    RecallDrafts,
    Reset,
    SendDraft,
    SpeakIn,
    TakeOver,
    TellStaff,
    UndoChange,
    said,
)
from engine import drafting, effects
from engine.hands import Hands, write
from engine.leases import Leases
from knowledge.clock import Clock
from knowledge.menu_noted import noted
from models import (
    counted,
    diners,
    drafts,
    erasure,
    hands,
    identities,
    kept,
    menu_changes,
    opting,
    tool_calls,
    turn_end,
    turns,
)
from models.bubbles import Bubble
from models.database.engine import Database
from models.database.statements import Connection
from models.outbox import Outgoing
from models.tokens import NO_TOKENS
from models.turns import Claimed, Result
from personas.effects import CalledInVain, CallStaff, OfferChoices, RememberDiet, SwitchTo
from whatsapp.bubbles import bounded, fitting


@dataclass(frozen=True, slots=True)
class Closed:
    """`ending` as it was written; if the turn was not ours any more, only what it took is counted.

    `outgoing` is the first part of the reply, unless earlier ones are still to go out. `others`:
    the diners beside this one for whom something was written.
    """

    is_ours: bool
    ending: Ending
    outgoing: Outgoing | None
    others: tuple[int, ...] = ()


class Closing:
    """Closes turns, each in one transaction of its own."""

    def __init__(self, database: Database, leases: Leases, hands: Hands, clock: Clock) -> None:
        self._database = database
        self._leases = leases
        self._hands = hands
        self._clock = clock

    def close(self, turn: Claimed, ending: Ending) -> Closed:
        """Raises DatabaseUnavailableError."""
        if Forget() in ending.effects:
            ending = self._erased(turn, ending)
            # What is sent next is the last word.
            turn = replace(turn, diner=replace(turn.diner, is_forgotten=True))
        diner = turn.diner
        # All of its text is made before the transaction: in there are queries, and nothing else.
        ending, parts = _as_told(ending, diner.channel)
        parts, drafted = ([], parts) if ending.is_drafted else (parts, [])
        reply = "" if drafted else ending.text
        result = Result(ending.state, ending.persona, reply, ending.cause, ending.tokens)
        calls = tool_calls.bound(ending.calls)
        is_one = len(parts) < 2 and not (ending.effects or drafted)
        now = self._clock.steady()
        others: list[int] = []
        with self._leases.claiming() as lease:
            with self._database.alone() if is_one else self._database.connection() as connection:
                _lock(connection, turn, ending.effects)
                is_ours, outgoing = turn_end.write(
                    connection,
                    turn,
                    result,
                    parts,
                    calls,
                    lease=lease,
                    now=now,
                    until=self._leases.until(now),
                )
                if is_ours and drafted:
                    drafts.write(connection, turn, ending.text, drafted, now)
                if is_ours:
                    for effect in ending.effects:
                        others += self._apply(connection, turn, effect, now)
            self._database.settle()  # else a power cut might have it answered once more
        if is_ours:
            self._hands.tell(ending.effects, turn.diner.id)
        is_ours = is_ours or self._was_closed(turn)
        if not is_ours and result.tokens != NO_TOKENS:
            with self._database.alone() as connection:
                counted.keep_lost(connection, diner.number, result.persona, result.tokens, now)
        return Closed(is_ours, ending, outgoing, tuple(others))

    def _erased(self, turn: Claimed, ending: Ending) -> Ending:
        erased = erasure.forget(self._database, turn, self._clock.steady(), self._clock.sleep)
        if turn.diner.is_opted_out:
            return ending
        text = keywords.forgotten_text(erased.messages, erased.replies, turn.diner.language)
        return replace(ending, bubbles=said(text))

    def _apply(
        self, connection: Connection, turn: Claimed, effect: Effect, now: datetime
    ) -> list[int]:
        """The diners beside this one for whom something was written."""
        diner_id = turn.diner.id
        match effect:
            case SwitchTo() | RememberDiet() | CallStaff() | CalledInVain() | OfferChoices():
                return effects.apply(connection, self._hands, effect, diner_id, turn.id, now)
            case ChangeMenu(change, made_by):
                menu_changes.make(
                    connection, change, noted(change.restaurant, now), made_by=made_by, now=now
                )
            case UndoChange(change):
                menu_changes.undo(connection, change, noted(change.restaurant, now), now=now)
            case SpeakIn(language, is_chosen):
                kept.set_language(connection, diner_id, language, is_chosen=is_chosen)
            case Reset():
                kept.reset_conversation(connection, diner_id, turn.id)
            case OptOut():
                opting.stop(connection, diner_id, turn_id=turn.id, now=now)
            case OptIn():
                opting.start(connection, diner_id)
            case Forget():
                erasure.begin_forgetting(connection, turn, now)
                if turn.diner.channel != diners.WHATSAPP or turn.diner.is_opted_out:
                    erasure.finish_forgetting(connection, diner_id)  # nothing is left to be sent
            case TellStaff(notices):
                return write(connection, notices, turn.id, now)
            case RecallDrafts():
                drafts.settle(connection, diner_id, drafts.OVERTAKEN, now=now)
            case SendDraft():
                return drafting.send(connection, turn, effect, now)
            case Forward() | TakeOver() | HandBack():
                return self._hands.apply(connection, turn, effect, now)
        return []

    def _was_closed(self, turn: Claimed) -> bool:
        """Whether an earlier try of ours did it, though we never heard so."""
        with self._database.alone() as connection:
            was_closed = turns.was_ended(connection, turn)
        if was_closed:
            self._leases.hand_back_doubtful()  # the delivery takes its first part up at once
        return was_closed


def _lock(connection: Connection, turn: Claimed, ending_in: Sequence[Effect]) -> None:
    """First of all and in order, what more than this turn is about: else each waits for another."""
    for effect in ending_in:
        match effect:
            case Forget():
                identities.every_row(connection, turn.diner)  # as who unites them
            case TakeOver(other_id):
                hands.lock_turns(connection, turn.diner.id, other_id)


def _as_told(ending: Ending, channel: str) -> tuple[Ending, list[Bubble]]:
    """As much of its reply as the diner gets, and the messages that it takes on WhatsApp."""
    if channel != diners.WHATSAPP:
        return replace(ending, bubbles=bounded(ending.bubbles)), []
    bubbles, parts = fitting(ending.bubbles)
    return replace(ending, bubbles=bubbles), parts
