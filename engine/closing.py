"""How a turn closes: all that takes effect with its ending, and the parts of its reply, in one
transaction.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from conversation import keywords
from conversation.turn import Ending
from engine.leases import Leases
from models import closing, diners, erasure
from models.database.engine import Database
from models.database.statements import Connection
from models.outbox import Outgoing
from models.turns import Claimed, Result
from whatsapp.markup import to_whatsapp
from whatsapp.split import split


class Closing:
    def __init__(self, database: Database, leases: Leases, now: Callable[[], datetime]) -> None:
        self._database = database
        self._leases = leases
        self._now = now

    def close(self, turn: Claimed, ending: Ending) -> tuple[bool, Ending, Outgoing | None]:
        """Whether the turn was still ours (if not, nothing is written), its ending as written, and
        the first part, if claimed.

        Raises DatabaseUnavailableError.
        """
        diner = turn.diner
        if ending.forget:
            erased = erasure.forget(self._database, turn)
            ending = replace(ending, reply=keywords.forgotten_text(erased.messages, erased.replies))
            diner = replace(diner, is_forgotten=True)  # what is sent next is the last word
        bodies = split(to_whatsapp(ending.reply)) if diner.channel == diners.WHATSAPP else []
        is_one = len(bodies) < 2 and not ending.has_effects
        now = self._now()
        with self._database.alone() if is_one else self._database.connection() as connection:
            is_ours, outgoing = closing.close(
                connection,
                replace(turn, diner=diner),
                Result(ending.state, ending.persona, ending.reply, ending.cause, ending.tokens),
                bodies,
                lease=uuid4().hex,
                now=now,
                until=self._leases.until(now),
            )
            if is_ours and ending.has_effects:
                _take_effect(connection, turn, ending)
        return is_ours, ending, outgoing


def _take_effect(connection: Connection, turn: Claimed, ending: Ending) -> None:
    diner_id = turn.diner.id
    if ending.forget:
        erasure.begin_forgetting(connection, diner_id, turn.id)
        if turn.diner.channel != diners.WHATSAPP:
            erasure.finish_forgetting(connection, diner_id)  # nothing is left to be sent
    if ending.switch_to:
        diners.set_persona(connection, diner_id, ending.switch_to)
    if ending.reset:
        diners.forget_conversation(connection, diner_id, turn.id)
