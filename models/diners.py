"""The diners: one for each address that writes to one number over one channel, with the persona they talk to."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint, exists, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Address, Base, Instant
from models.inbox import Message
from models.restaurants import Restaurant
from models.upsert import insert

WHATSAPP, API = "whatsapp", "api"  # channels


class Diner(Base):
    __tablename__ = "diners"
    __table_args__ = (UniqueConstraint("channel", "address", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    # Opaque: since 2026 a WhatsApp sender need not have a phone number. The whole `From` on the whole `To` is one diner.
    address: Mapped[str] = mapped_column(Address)
    number: Mapped[str] = mapped_column(Address)
    profile_name: Mapped[str | None] = mapped_column(String(200))
    persona: Mapped[str | None] = mapped_column(String(32))  # none: the default persona
    # `/reset`: turns up to this one are no longer part of the conversation.
    forgotten_turn_id: Mapped[int] = mapped_column(default=0)
    # `/forget`: everything else is erased, and this row goes once the confirmation is sent, unless they write again.
    is_forgotten: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_message_at: Mapped[datetime] = mapped_column(Instant)


def upsert(session: Session, *, channel: str, address: str, number: str, profile_name: str | None, now: datetime) -> int:
    """The id of this diner, new or known. Its row stays locked to the end of the transaction: messages keep their order."""
    row = insert(session, Diner).values(
        channel=channel, address=address, number=number, profile_name=profile_name, created_at=now, last_message_at=now
    )
    row = row.on_conflict_do_update(
        index_elements=["channel", "address", "number"],
        set_={
            "last_message_at": now,
            "is_forgotten": False,
            "profile_name": func.coalesce(row.excluded.profile_name, Diner.profile_name),
        },
    )
    return int(session.execute(row.returning(Diner.id)).scalar_one())


def find(session: Session, *, channel: str, address: str, number: str) -> Diner | None:
    return session.scalar(select(Diner).where(Diner.channel == channel, Diner.address == address, Diner.number == number))


def with_restaurant(session: Session, diner_id: int) -> tuple[Diner, Restaurant | None, bool]:
    """A diner, the restaurant that answers on the number they write to, if any, and whether a message waits for its turn."""
    waits = exists().where(Message.diner_id == Diner.id, Message.turn_id.is_(None))
    found = session.execute(
        select(Diner, Restaurant, waits).outerjoin(Restaurant, Restaurant.number == Diner.number).where(Diner.id == diner_id)
    ).one()
    return found[0], found[1], found[2]


def set_persona(session: Session, diner_id: int, persona: str) -> None:
    session.execute(update(Diner).where(Diner.id == diner_id).values(persona=persona))


def forget_conversation(session: Session, diner_id: int, up_to_turn_id: int) -> None:
    session.execute(update(Diner).where(Diner.id == diner_id).values(forgotten_turn_id=up_to_turn_id))
