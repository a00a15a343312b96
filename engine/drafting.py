"""Drafts of shadow mode on their way out: sent as they are, in other words, or dropped; each once.

The staff does so from their own telephone, and in the console.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from conversation.draft_by_phone import OVERTAKEN
from conversation.ending import SendDraft
from engine.hands import note_change, write
from knowledge.clock import Clock
from knowledge.phrases import later, phrase
from models import drafts, drafts_waiting, said_once
from models.bubbles import Bubble
from models.database.engine import Database
from models.database.statements import Connection
from models.drafts import Said, Sending
from models.drafts_waiting import Waiting
from models.restaurants import Restaurant
from models.turns import Claimed
from personas.effects import Notice
from whatsapp.bubbles import fitting

TOLD: Mapping[Sending, str] = {
    "sent": later("Sent to {number}."),
    "gone": later("Nothing was sent to {number}: a colleague has answered meanwhile."),
    "overtaken": OVERTAKEN,
    **dict.fromkeys(
        ("too_late", "silent"), later("Nothing was sent to {number}: nothing can be sent to them.")
    ),
}


class Drafting:
    """For the console. `go_on`: lets this diner's parts be sent, where that is here."""

    def __init__(self, database: Database, clock: Clock, go_on: Callable[[int], object]) -> None:
        self._database = database
        self._clock = clock
        self._go_on = go_on

    def waiting(self, restaurant: Restaurant, diner_id: int | None = None) -> list[Waiting]:
        """A restaurant's drafts that wait, or one diner's; the oldest first.

        Raises DatabaseUnavailableError.
        """
        with self._database.transaction() as session:
            return drafts_waiting.waiting(session, restaurant, diner_id)

    def was_said(self, key: str, words: str, diner_id: int) -> bool:
        """Whether a draft was sent to this diner in these words from this form.

        Raises DatabaseUnavailableError.
        """
        with self._database.alone() as connection:
            return said_once.was_said(connection, said_once.of(key, words, diner_id))

    def send(
        self,
        restaurant: Restaurant,
        draft: Waiting,
        *,
        by: str,
        words: str | None = None,
        key: str = "",
    ) -> Sending:
        """Say a draft to its diner, in other `words` where there are some; what came of it.

        In other words it is those and its picture: no voice note, and nothing to tap, which they
        may have put right. `by`: the address of whoever does so. `key`: the form's; sent from it
        twice at once, the draft was sent both times. Raises DatabaseUnavailableError.
        """
        said = (
            None if words is None or words.split() == draft.words.split() else _edited(draft, words)
        )
        own = said_once.of(key, words, draft.diner_id) if key and words else None
        now = self._clock.steady()
        with self._database.connection() as connection:
            outcome, diner_id = drafts.send(
                connection,
                draft.turn_id,
                number=restaurant.number,
                by=by,
                now=now,
                said=said,
            )
            if outcome == "gone" and own and said_once.was_said(connection, own):
                return "sent"
            if outcome == "sent":
                if own:
                    said_once.keep(connection, own, draft.turn_id)
                what = "draft.sent" if said is None else "draft.changed"
                note_change(
                    connection, what, draft.diner_id, number=restaurant.number, by=by, now=now
                )
        if outcome == "sent":
            self._go_on(diner_id)
        return outcome

    def drop(self, restaurant: Restaurant, draft: Waiting, *, by: str) -> bool:
        """A draft is not said: its diner waits for a person. False where it waits no more.

        Raises DatabaseUnavailableError.
        """
        with self._database.connection() as connection:
            now = self._clock.steady()
            was_dropped = drafts.drop(
                connection, draft.turn_id, number=restaurant.number, by=by, now=now
            )
            if was_dropped:
                what = "draft.dropped"
                note_change(
                    connection, what, draft.diner_id, number=restaurant.number, by=by, now=now
                )
        return was_dropped


def send(connection: Connection, turn: Claimed, effect: SendDraft, now: datetime) -> list[int]:
    """Within the transaction that closes the turn of whoever says so, who is told what came of it.

    The diners for whom something was written.
    """
    outcome, diner_id = drafts.send(
        connection, effect.turn_id, number=turn.diner.number, by=effect.by, now=now
    )
    if outcome == "sent":
        number = turn.diner.number
        note_change(connection, "draft.sent", diner_id, number=number, by=effect.by, now=now)
    told = phrase(TOLD[outcome], turn.diner.language, number=effect.diner_id)
    others = write(connection, [Notice(turn.diner.id, told)], turn.id, now)
    return [diner_id, *others] if outcome == "sent" else others


def _edited(draft: Waiting, words: str) -> Said:
    picture = next((each.picture for each in draft.bubbles if each.picture), None)
    kept, parts = fitting((Bubble(words, picture=picture),))
    return Said("\n\n".join(each.text for each in kept), tuple(parts))
