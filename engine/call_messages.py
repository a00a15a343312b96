"""What a caller gets to read: what they asked for once a call is over, or that it was not taken.

Only who may be written to freely is written to, and once an hour that we could not take a call.
"""

from datetime import timedelta

from knowledge.clock import Clock
from knowledge.phrases import Phrase, phrase
from models import call_turns, calls, diners, outbox
from models.bubbles import Bubble
from models.calls import CALL_MISSED
from models.database.engine import Database
from models.database.statements import Connection
from models.diners import WHATSAPP, WINDOW, Known
from models.tokens import NO_TOKENS
from whatsapp.bubbles import fitting

MISSED_AGAIN_AFTER = timedelta(hours=1)


class CallMessages:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def may_write(self, diner: Known) -> bool:
        """Whether WhatsApp lets us write to them now, and they do."""
        if diner.channel != WHATSAPP or diner.is_opted_out or diner.wrote_at is None:
            return False
        return self._clock.steady() - diner.wrote_at < WINDOW

    def missed(self, diner: Known, language: str) -> bool:
        """Tell a caller that we could not take their call, unless they were told so lately.

        Whether something is to be sent. Raises DatabaseUnavailableError.
        """
        if not self.may_write(diner):
            return False
        now = self._clock.steady()
        text = phrase(
            "Sorry, I could not take your call just now. Write to me here, and I answer you.",
            language,
        )
        with self._database.transaction() as session:
            if outbox.was_sent(session, diner.id, CALL_MISSED, now - MISSED_AGAIN_AFTER):
                return False
        with self._database.alone() as connection:
            bubble = Bubble(text, purpose=CALL_MISSED)
            outbox.put(connection, diner.id, bubble, turn_id=None, now=now)
        return True

    def end(
        self,
        call_id: int,
        sid: str,
        *,
        why: str,
        seconds: int,
        after: str,
        persona: str | None,
        before: int,
    ) -> int | None:
        """A call is over; `after`: what the caller wants to be sent, in the words of `persona`.

        The diner to whom something is to be sent, if anything is. To try it again is safe.
        Raises DatabaseUnavailableError.
        """
        now = self._clock.steady()
        kept, parts = fitting((Bubble(Phrase(after)),)) if after else ((), [])
        with self._database.connection() as connection:
            if not calls.end(connection, sid, why, seconds=seconds, now=now) or not parts:
                return None
            diner = self._caller(connection, call_id)
            if diner is None:
                return None
            turn = call_turns.write(
                connection,
                call_id,
                before=before,
                texts=(),
                reply="\n\n".join(each.text for each in kept),
                persona=persona,
                tokens=NO_TOKENS,
                calls=(),
                now=now,
            )
            if turn is None:
                return None
            for part in parts:
                outbox.put(connection, turn.diner_id, part, turn_id=turn.turn_id, now=now)
        return turn.diner_id

    def _caller(self, connection: Connection, call_id: int) -> Known | None:
        """Who is still to be written to."""
        diner_id = calls.diner_of(connection, call_id)
        if diner_id is None:
            return None
        diner = diners.known(connection, diner_id)
        return diner if self.may_write(diner) else None
