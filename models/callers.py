"""Who calls: the diner that they are on WhatsApp already, by any of their numbers, or a new one.

A call by telephone opens no 24 hours to write in; one over WhatsApp does, as a message would. Who
shows no number is a diner of that one call.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, case, false, func, literal, update

from addresses import is_number, other_spelling
from models import diners, identities
from models.database.columns import storable
from models.database.spelling import Spelling
from models.database.statements import Connection, Statement
from models.diners import PHONE, WHATSAPP, WINDOW, Diner, Known
from models.inbox import Incoming

MOST_OF_A_NAME = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls which restaurant, by its diners' `number`. `sid`: of the call.

    `address`: as on WhatsApp; None where none is shown.
    """

    sid: str
    address: str | None
    number: str
    is_on_whatsapp: bool  # calls over it
    name: str | None


_KNOWN_AS = Statement(identities.known_as())
_OVER_WHATSAPP = bindparam("is_on_whatsapp", type_=Integer) == 1


@Statement
def _calls_again(sql: Spelling) -> Any:
    """A name that WhatsApp tells is newer than what is known, one that a telephone shows is not."""
    name = bindparam("profile_name", type_=Diner.profile_name.type)
    known = update(Diner).where(Diner.id == bindparam("diner_id", type_=Integer))
    return known.values(
        is_forgotten=false(),
        last_message_at=case((_OVER_WHATSAPP, sql.now), else_=Diner.last_message_at),
        profile_name=case(
            (_OVER_WHATSAPP, func.coalesce(name, Diner.profile_name)),
            else_=func.coalesce(Diner.profile_name, name),
        ),
    )


@Statement
def _calls_first(sql: Spelling) -> Any:
    own = (Diner.channel, Diner.number, Diner.address, Diner.profile_name, Diner.user_id)
    columns: dict[str, Any] = {
        **{column.key: bindparam(column.key, type_=column.type) for column in own},
        "created_at": sql.now,
        "last_message_at": sql.moment("wrote_at"),
        "forgotten_turn_id": literal(0),
        "is_forgotten": false(),
        "arrivals": literal(0),
        "lively": literal(0),
    }
    row = sql.insert(Diner).values(columns)
    # Another call of theirs, or a message, came in this very moment.
    return row.on_conflict_do_update(
        index_elements=["channel", "address", "number"], set_={"is_forgotten": false()}
    ).returning(Diner.id)


def upsert(connection: Connection, caller: Caller, now: datetime) -> Known:
    """The diner who calls, in a transaction."""
    address = caller.address or f"{PHONE}:{caller.sid}"
    user_id = None if caller.address is None or is_number(address) else address
    who = Incoming(
        WHATSAPP if caller.address else PHONE,
        address,
        caller.number,
        caller.sid,
        "",
        user_id=user_id,
        other_spelling=other_spelling(address),
    )
    name = storable(caller.name)[:MOST_OF_A_NAME] if caller.name else None
    found = connection.one(_KNOWN_AS, **identities.names(who))
    if found:
        diner_id = found[0]
        over = int(caller.is_on_whatsapp)
        given = {"diner_id": diner_id, "profile_name": name, "is_on_whatsapp": over, "now": now}
        connection.run(_calls_again, **given)
        return diners.known(connection, diner_id)
    row = connection.one(
        _calls_first,
        channel=who.channel,
        number=who.number,
        address=address,
        profile_name=name,
        user_id=user_id,
        now=now,
        wrote_at=now if caller.is_on_whatsapp and caller.address else now - WINDOW,
    )
    assert row is not None, "an upsert has its row"
    return diners.known(connection, int(row[0]))
