"""What is kept of a diner, as their turns change it: their persona, language, diet, conversation.

The columns are `models.diners`'.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Boolean, Integer, bindparam, or_, select, update

from models import diets
from models.calls import LIVE, PhoneCall
from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diets import NOTHING_KEPT, KeptDiet
from models.diners import Diner

_SET_PERSONA = Statement(
    update(Diner).where(Diner.id == bindparam("diner_id")).values(persona=bindparam("persona"))
)
_RESET_CONVERSATION = Statement(
    update(Diner)
    .where(Diner.id == bindparam("diner_id"))
    .values(forgotten_turn_id=bindparam("forgotten_turn_id"))
)
# Locked: whoever unites this diner with another one adds to it.
_DIET = Statement(
    select(Diner.diet).where(Diner.id == bindparam("diner_id")).with_for_update(key_share=True)
)
_SET_DIET = Statement(
    update(Diner).where(Diner.id == bindparam("diner_id")).values(diet=bindparam("diet"))
)
_DINER_ID = bindparam("diner_id", type_=Integer)
_HEALTH = Statement(
    lambda sql: select(
        Diner.diet,
        select(PhoneCall.id)
        .where(
            PhoneCall.diner_id == Diner.id,
            PhoneCall.state == fixed(LIVE),
            PhoneCall.lease_until > sql.now,
        )
        .exists(),
    ).where(Diner.id == _DINER_ID)
)
_IS_CHOSEN = bindparam("is_chosen", type_=Boolean)
_SET_LANGUAGE = Statement(
    update(Diner)
    .where(Diner.id == bindparam("diner_id"), or_(_IS_CHOSEN, ~Diner.has_chosen_language))
    .values(
        language=bindparam("language"),
        has_chosen_language=bindparam("stays", type_=Boolean),
    )
)


def set_persona(connection: Connection, diner_id: int, persona: str) -> None:
    connection.run(_SET_PERSONA, diner_id=diner_id, persona=persona)


def set_language(
    connection: Connection, diner_id: int, language: str | None, *, is_chosen: bool
) -> None:
    """None, chosen: that none is chosen any more."""
    connection.run(
        _SET_LANGUAGE,
        diner_id=diner_id,
        language=language,
        is_chosen=is_chosen,
        stays=is_chosen and language is not None,
    )


def reset_conversation(connection: Connection, diner_id: int, up_to_turn_id: int) -> None:
    """The conversation begins anew behind this turn; what the table must not have was of it."""
    connection.run(_RESET_CONVERSATION, diner_id=diner_id, forgotten_turn_id=up_to_turn_id)
    change_diet(connection, diner_id, KeptDiet.alone)


def health(connection: Connection, diner_id: int, now: datetime) -> tuple[KeptDiet, bool]:
    """What is kept by now that they must not have, and whether they are in a call.

    Then they may have said more, which is written once its words are there.
    """
    row = connection.one(_HEALTH, diner_id=diner_id, now=now)
    if row is None:
        return NOTHING_KEPT, False
    diet, is_in_call = row
    return diets.read(diet), bool(is_in_call)


def change_diet(
    connection: Connection, diner_id: int, changed: Callable[[KeptDiet], KeptDiet]
) -> KeptDiet:
    """Keep of what is kept what `changed` makes of it, and return that."""
    row = connection.one(_DIET, diner_id=diner_id)
    before = row[0] if row else None
    kept = changed(diets.read(before))
    after = diets.written(kept)
    if after != before:
        connection.run(_SET_DIET, diner_id=diner_id, diet=after)
    return kept
