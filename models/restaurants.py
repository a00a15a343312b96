"""The restaurants: who answers on which number, in which currency, country and time zone."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Double, Index, Integer, String, bindparam, false, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addresses import SCHEME
from models.allowed import Allowed
from models.database.columns import Address, Base
from models.database.engine import Database, DatabaseUnavailableError
from models.database.fresh import FRESH_S, Fresh
from models.database.statements import Connection, Statement
from models.database.upsert import Row, upsert
from models.opening_hours import OpeningHours

# A number that a restaurant gets is known as one of ours after so long.
OURS_FRESH_S = 60.0
# It is looked at before a message is acknowledged: a database that hangs must not hold that up.
OURS_LIMIT_S = 0.5


class Restaurant(Base):
    __tablename__ = "restaurants"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # The number diners write to, as Twilio gives it in `To`: `whatsapp:+250...`.
    number: Mapped[str] = mapped_column(Address, unique=True)
    # Where people answer, who may be put through: `+250...`.
    phone: Mapped[str | None] = mapped_column(Address)
    # The number at which the personas are rung, if it is not that of `number`: `+250...`.
    calls_number: Mapped[str | None] = mapped_column(Address)
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1: RW, MT
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217: RWF, EUR
    locale: Mapped[str] = mapped_column(String(16))  # for prices: en_RW, en_MT
    timezone: Mapped[str] = mapped_column(String(64))  # IANA: Africa/Kigali
    city: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    # Of its door, in degrees north and east; both or neither.
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    # In words, for where there are no `opening_hours`: what is asked is `knowledge.hours`.
    hours: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(1000))
    # The month that its fiscal year begins in, 1 to 12.
    fiscal_year_start: Mapped[int] = mapped_column(default=1, server_default="1")
    # What the owners heard last: of which month's budget, and the percentage.
    budget_told: Mapped[str | None] = mapped_column(String(40))
    # Only who is on its list is answered by a persona; all others are left to the staff.
    is_limited: Mapped[bool] = mapped_column(default=False, server_default=false())
    # What a persona answers goes to the staff, as drafts, and to no diner.
    is_shadowed: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Read with it, so that whoever has it has them.
    opening_hours: Mapped[list[OpeningHours]] = relationship(
        lazy="selectin", order_by=OpeningHours.id, viewonly=True
    )
    # Who is on its list: read by `by_number`, and only where that is asked.
    allowed: Mapped[list[Allowed]] = relationship(order_by=Allowed.id, viewonly=True)

    def __init__(self, **columns: Any) -> None:
        """One that was not read has no hours, and needs no session to say so."""
        super().__init__(**{"opening_hours": [], "allowed": [], **columns})


# Not the column's own: SQLite adds none to a table that there is.
Index("uq_restaurants_calls_number", Restaurant.calls_number, unique=True)


def by_number(session: Session, number: str) -> Restaurant | None:
    """The restaurant that answers on `number`, a whole address (`whatsapp:+14155238886`)."""
    found = session.scalar(select(Restaurant).where(Restaurant.number == number))
    if found and found.is_limited:
        _ = found.allowed  # read with it, so that whoever has it has them
    return found


def rung(session: Session, number: str) -> Restaurant | None:
    """The restaurant that is called at `number`: `+250...`, or `whatsapp:+250...`.

    By telephone its own number for calls goes before another's for WhatsApp, and the reverse.
    """
    plain = number.removeprefix(SCHEME)
    by_phone = select(Restaurant.number).where(Restaurant.calls_number == plain)
    found = [session.scalar(by_phone), f"{SCHEME}{plain}"]
    if number.startswith(SCHEME):
        found.reverse()
    each = (by_number(session, of) for of in found if of)
    return next(filter(None, each), None)


def all_of_them(session: Session) -> list[Restaurant]:
    """Every restaurant, by id."""
    return list(session.scalars(select(Restaurant).order_by(Restaurant.id)))


def names_by_number(session: Session) -> dict[str, str]:
    """Whose each WhatsApp address is; who answers on none is left out."""
    every = all_of_them(session)
    return {each.number: each.name for each in every if each.number.startswith(SCHEME)}


def rung_numbers(session: Session) -> list[str]:
    """At which they may be called: `whatsapp:+...` of those who have one, and those for calls."""
    rows = session.execute(select(Restaurant.number, Restaurant.calls_number))
    every = [each for row in rows for each in row if each]
    return [each for each in every if each.startswith((SCHEME, "+"))]


def slugs_by_calls_number(session: Session) -> dict[str, str]:
    """Which restaurant has which number for calls alone."""
    rows = session.execute(select(Restaurant.calls_number, Restaurant.slug))
    return {number: slug for number, slug in rows if number}


def slugs_by_number(session: Session) -> dict[str, str]:
    """Which restaurant has which number."""
    rows = session.execute(select(Restaurant.number, Restaurant.slug))
    return {row.number: row.slug for row in rows}


def store(session: Session, restaurant: Row) -> int:
    """The id of this restaurant, new or known by its slug, once it is as given."""
    upsert(session, Restaurant, ["slug"], [restaurant])
    return session.scalars(select(Restaurant.id).where(Restaurant.slug == restaurant["slug"])).one()


def hold(session: Session, restaurant_id: int) -> None:
    """Of those who hold it, one at a time goes on; what refers to it may be written meanwhile."""
    query = select(Restaurant.id).where(Restaurant.id == restaurant_id)
    session.execute(query.with_for_update(key_share=True))


def set_telephones(session: Session, slug: str, **numbers: str | None) -> None:
    """Its `phone` and `calls_number`, or one of them; None takes it away."""
    session.execute(update(Restaurant).where(Restaurant.slug == slug).values(**numbers))


def set_number(session: Session, slug: str, number: str) -> None:
    session.execute(update(Restaurant).where(Restaurant.slug == slug).values(number=number))


_BUDGET, _MARK = (bindparam(name, type_=String) for name in ("budget", "mark"))
_MARK_TOLD = Statement(
    update(Restaurant)
    .where(
        Restaurant.id == bindparam("restaurant_id", type_=Integer),
        or_(
            Restaurant.budget_told.is_(None),
            func.substr(Restaurant.budget_told, 1, func.length(_BUDGET)) != _BUDGET,
            Restaurant.budget_told < _BUDGET + _MARK,
        ),
    )
    .values(budget_told=_BUDGET + _MARK)
)


def mark_told(connection: Connection, restaurant_id: int, budget: str, mark: str) -> bool:
    """Note what the owners hear of their budget now; False where they heard it, or more, before.

    `budget`: which one, as "2026-11 20 ". `mark`: "080" comes before "100".
    """
    told = connection.run(_MARK_TOLD, restaurant_id=restaurant_id, budget=budget, mark=mark)
    return told > 0


class Directory:
    """The restaurants by number, read again after a second."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known = Fresh(database, by_number, clock)
        self._rung = Fresh(database, rung, clock)
        self._ours: frozenset[str] = frozenset()
        self._ours_until = float("-inf")

    def by_number(self, number: str) -> Restaurant | None:
        """The restaurant that answers on `number`, if any.

        Raises DatabaseUnavailableError only for one that was never seen.
        """
        return self._known.of(number)

    def rung(self, number: str) -> Restaurant | None:
        """The restaurant that is called at `number`, by telephone or over WhatsApp, if any.

        Raises as above.
        """
        return self._rung.of(number)

    def has(self, number: str) -> bool:
        """Whether a restaurant answers on `number`, as far as was known a minute ago."""
        now = self._clock()
        if now >= self._ours_until:
            self._ours_until = now + OURS_FRESH_S  # the others need not all ask at once
            try:
                with self._database.transaction(OURS_LIMIT_S) as session:
                    self._ours = frozenset(slugs_by_number(session))
            except DatabaseUnavailableError:
                self._ours_until = now + FRESH_S
        return number in self._ours
