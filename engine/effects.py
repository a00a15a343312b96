"""What a persona's tools have take effect, in the transaction that keeps what was said with it.

The same of what was written and of what was said in a call.
"""

from datetime import datetime

from engine.hands import Hands, write
from models import hands_overdue, kept
from models.database.statements import Connection
from personas.effects import (
    CalledInVain,
    CallStaff,
    OfferChoices,
    PutThrough,
    RememberDiet,
    SendAfterCall,
    SwitchTo,
    ToolEffect,
)
from telemetry.logs import log


def apply(
    connection: Connection,
    hands: Hands,
    effect: ToolEffect,
    diner_id: int,
    turn_id: int,
    now: datetime,
) -> list[int]:
    """The diners beside this one for whom something was written."""
    match effect:
        case SwitchTo(persona):
            kept.set_persona(connection, diner_id, persona)
        case RememberDiet():
            remember(connection, effect, diner_id)
        case CallStaff(notices):
            hands.call(connection, diner_id, now)
            return write(connection, notices, turn_id, now)
        case CalledInVain():
            hands_overdue.ask_in_vain(connection, diner_id, now)
        case OfferChoices() | SendAfterCall() | PutThrough():
            pass  # of the reply, and of the call
    return []


def remember(connection: Connection, said: RememberDiet, diner_id: int) -> None:
    kept_diet = kept.change_diet(connection, diner_id, said.changed)
    if lost := said.added.whole.avoid - kept_diet.whole.avoid:
        log.warning("diet.full", lost=len(lost))
