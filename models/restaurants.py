"""The restaurants: who answers on which WhatsApp number, in which currency, country and time zone."""

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Address, Base


class Restaurant(Base):
    __tablename__ = "restaurants"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # The number diners write to, as Twilio gives it in `To`: `whatsapp:+250...`.
    number: Mapped[str] = mapped_column(Address, unique=True)
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1: RW, MT
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217: RWF, EUR
    locale: Mapped[str] = mapped_column(String(16))  # for prices: en_RW, en_MT
    timezone: Mapped[str] = mapped_column(String(64))  # IANA: Africa/Kigali
    city: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    hours: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(1000))


def by_number(session: Session, number: str) -> Restaurant | None:
    """The restaurant that answers on `number`, a whole address (`whatsapp:+14155238886`)."""
    return session.scalar(select(Restaurant).where(Restaurant.number == number))


def all_of_them(session: Session) -> list[Restaurant]:
    """Every restaurant, by id."""
    return list(session.scalars(select(Restaurant).order_by(Restaurant.id)))
