"""One conversation as the console shows it: whose it is, what is kept of them, and its turns.

What a sight does not have is not read at all: `models.console.exchanges`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import diets
from models.attachments import Attachment
from models.console.attention import is_here
from models.console.exchanges import Exchange, Sending, Wrote, exchanges, notices, waiting
from models.console.rung import Rung, rung
from models.console.sight import EVERYTHING, Sight
from models.database.columns import is_id
from models.diets import KeptDiet
from models.diners import WINDOW, Diner, is_blocked
from models.inbox import Message
from models.restaurants import Restaurant
from models.turns import Turn
from telemetry.masking import masked

PER_PAGE = 20
MOST_PICTURES = 100  # of a message; WhatsApp sends one


@dataclass(frozen=True, slots=True)
class Conversation:
    """`exchanges`: in order; `older` names the page before them. `waiting`: no turn has them yet.

    `who`: their masked address, in which lists show it.
    `notices`: what went to this diner without a turn of theirs, as to one of the staff.
    """

    id: int
    name: str | None
    address: str
    who: str
    persona: str | None
    language: str | None
    diet: KeptDiet
    created_at: datetime
    last_message_at: datetime
    in_hands_until: datetime | None
    in_hands_of: str | None
    asked_in_vain_at: datetime | None
    opted_out_at: datetime | None
    is_blocked: bool
    exchanges: tuple[Exchange, ...]
    waiting: tuple[Wrote, ...]
    notices: tuple[Sending, ...]
    calls: tuple[Rung, ...]
    older: int | None

    @property
    def is_in_hands(self) -> bool:
        return self.in_hands_until is not None

    @property
    def window_until(self) -> datetime:
        return self.last_message_at + WINDOW

    def may_be_written_to(self, now: datetime) -> bool:
        """Freely, as WhatsApp allows it: within 24 hours of their last message."""
        is_silent = self.opted_out_at is not None or self.is_blocked
        return now < self.window_until and not is_silent


def conversation(
    session: Session,
    restaurant: Restaurant,
    diner_id: int,
    *,
    sight: Sight,
    before: int | None = None,
    most: int = PER_PAGE,
) -> Conversation | None:
    """This restaurant's with this number, its last turns or those before one; None without it."""
    if not is_id(diner_id):
        return None
    of_diner = select(Diner, is_blocked().label("is_blocked"))
    row = session.execute(of_diner.where(Diner.id == diner_id, is_here(restaurant))).one_or_none()
    if row is None:
        return None
    diner: Diner = row.Diner
    found = select(Turn).where(Turn.diner_id == diner_id)
    if before is not None and is_id(before):
        found = found.where(Turn.id < before)
    latest = session.scalars(found.order_by(Turn.id.desc()).limit(most + 1)).all()
    turns = latest[:most][::-1]
    older = turns[0].id if len(latest) > most else None
    since = turns[0].started_at if older else None
    until = _began(session, diner_id, before) if before is not None and is_id(before) else None
    return Conversation(
        id=diner.id,
        name=diner.profile_name,
        address=diner.address,
        who=masked(diner.address),
        persona=diner.persona,
        language=diner.language,
        diet=diets.read(diner.diet),
        created_at=diner.created_at,
        last_message_at=diner.last_message_at,
        in_hands_until=diner.in_hands_until,
        in_hands_of=diner.in_hands_of,
        asked_in_vain_at=diner.asked_in_vain_at,
        opted_out_at=diner.opted_out_at,
        is_blocked=bool(row.is_blocked),
        exchanges=exchanges(session, diner_id, turns, sight),
        waiting=waiting(session, diner_id) if before is None else (),
        notices=notices(session, diner_id, since, until, sight),
        calls=rung(session, diner_id, since, until),
        older=older,
    )


def picture(
    session: Session,
    restaurant: Restaurant,
    message_id: int,
    place: int,
    sight: Sight = EVERYTHING,
) -> bytes | None:
    """A picture of a diner's message to this restaurant, a JPEG, by its place from 0, if kept.

    None too where its turn's reply is closed.
    """
    if not (is_id(message_id) and 0 <= place < MOST_PICTURES):
        return None
    kept = (
        select(Attachment.content, Turn.persona)
        .join(Message, Message.id == Attachment.message_id)
        .join(Diner, Diner.id == Message.diner_id)
        .outerjoin(Turn, Turn.id == Message.turn_id)
        .where(Attachment.message_id == message_id, is_here(restaurant))
    )
    row = session.execute(kept.order_by(Attachment.id).offset(place).limit(1)).one_or_none()
    return row.content if row and sight.has_persona(row.persona) else None


def _began(session: Session, diner_id: int, turn_id: int) -> datetime | None:
    began = select(Turn.started_at).where(Turn.id == turn_id, Turn.diner_id == diner_id)
    return session.scalar(began)
