"""The staff: who works in which restaurant, in which roles, by the address they write from.

What a role allows is `personas.rights`'s to say.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from addresses import other_spelling
from models import console_accounts, console_links
from models.database.columns import Address, Base
from models.database.engine import Database
from models.database.fresh import Fresh
from models.database.upsert import add_missing
from models.diners import WINDOW, Diner, Known, is_blocked, is_known_by
from models.restaurants import Restaurant

ENGLISH = "en"  # in which a template is said to whom it is not there in theirs
OWNER = "owner"
ROLES = (OWNER, "finance", "manager", "staff", "waiter", "kitchen", "read-only")
MAX_NAME = 80  # characters
# Who is on the staff where diners are played, by what they may be called. No country has 999:
# nobody can have their numbers.
PRACTICE_OWNER = "whatsapp:+9990000002"
PRACTICE = {
    "whatsapp:+9990000001": ("Jean", "manager"),
    PRACTICE_OWNER: ("Grace", OWNER),
}


class StaffRole(Base):
    """One role of one address; who has several has a row for each."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("restaurant_id", "address", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(Address)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(MAX_NAME))  # empty where none is known


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of a restaurant's staff, with all their roles there."""

    address: str
    name: str
    roles: frozenset[str]

    @property
    def addresses(self) -> tuple[str, ...]:
        """In every spelling."""
        other = other_spelling(self.address)
        return (self.address, other) if other else (self.address,)


Staff = Sequence[Colleague]


def of_restaurant(session: Session, restaurant_id: int) -> Staff:
    """In the order in which they came."""
    rows = select(StaffRole).where(StaffRole.restaurant_id == restaurant_id)
    found: dict[str, Colleague] = {}
    for row in session.scalars(rows.order_by(StaffRole.id)):
        before = found.get(row.address)
        roles = before.roles if before else frozenset()
        found[row.address] = Colleague(row.address, row.name, roles | {row.role})
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody's place on the staff of one restaurant."""

    restaurant: Restaurant
    colleague: Colleague


def posts_of(session: Session, address: str) -> list[Post]:
    """Where somebody works, by any spelling of their address, by the restaurants' names."""
    either = [address, other_spelling(address) or address]
    rows = (
        select(Restaurant, StaffRole)
        .join(StaffRole, StaffRole.restaurant_id == Restaurant.id)
        .where(StaffRole.address.in_(either))
        .order_by(Restaurant.name, Restaurant.id, StaffRole.id)
    )
    found: dict[int, Post] = {}
    for restaurant, row in session.execute(rows):
        before = found.get(restaurant.id)
        roles = before.colleague.roles if before else frozenset()
        colleague = Colleague(row.address, row.name, roles | {row.role})
        found[restaurant.id] = Post(restaurant, colleague)
    return list(found.values())


def add(
    session: Session, restaurant_id: int, address: str, roles: Collection[str], name: str | None
) -> None:
    """Give somebody these roles beside those they have. `name` stays as it is where None."""
    address = _known_as(session, restaurant_id, address)
    own = (StaffRole.restaurant_id == restaurant_id, StaffRole.address == address)
    before = session.scalar(select(func.max(StaffRole.name)).where(*own))
    row = {"restaurant_id": restaurant_id, "address": address, "name": name or before or ""}
    add_missing(session, StaffRole, [row | {"role": role} for role in roles])
    if name:
        session.execute(update(StaffRole).where(*own).values(name=name))


def rename(session: Session, restaurant_id: int, address: str, name: str) -> None:
    """An empty name: none is known."""
    own = (StaffRole.restaurant_id == restaurant_id, StaffRole.address == address)
    session.execute(update(StaffRole).where(*own).values(name=name))


def remove(
    session: Session, restaurant_id: int, address: str, roles: Collection[str] = ()
) -> list[str]:
    """Take these roles from somebody, or all where none is named. Returns those that went.

    Whoever works nowhere any more has no way into the console left, nor a password.
    """
    address = _known_as(session, restaurant_id, address)
    own = [StaffRole.restaurant_id == restaurant_id, StaffRole.address == address]
    if roles:
        own.append(StaffRole.role.in_(roles))
    gone = session.scalars(delete(StaffRole).where(*own).returning(StaffRole.role)).all()
    if gone:
        forget_gone(session, [address])
    return sorted(gone, key=ROLES.index)


def forget_gone(session: Session, addresses: Collection[str]) -> None:
    """Of these, whoever works nowhere any more."""
    for address in addresses:
        if not posts_of(session, address):
            console_accounts.forget(session, address)
            console_links.end_all(session, address)


def _known_as(session: Session, restaurant_id: int, address: str) -> str:
    """The spelling in which somebody is on the staff already, if they are."""
    either = [address, other_spelling(address) or address]
    found = select(StaffRole.address).where(
        StaffRole.restaurant_id == restaurant_id, StaffRole.address.in_(either)
    )
    return session.scalar(found) or address


@dataclass(frozen=True, slots=True)
class Chat:
    """Where somebody of the staff writes with us: as which diner, and when they last did.

    WhatsApp lets us write freely only to whoever wrote within the last 24 hours.
    """

    diner_id: int
    wrote_at: datetime
    language: str | None = None
    is_silent: bool = False  # they opted out, or WhatsApp can't reach them: nothing is sent

    def is_open(self, now: datetime) -> bool:
        return now - self.wrote_at < WINDOW and not self.is_silent

    def takes(self, template: Collection[str]) -> bool:
        """Whether they can be told by a template that there is in these languages."""
        has_theirs = self.language in template or ENGLISH in template
        return has_theirs and not self.is_silent


def chats(session: Session, restaurant: Restaurant, staff: Staff) -> dict[str, Chat]:
    """Each one's chat with the restaurant on WhatsApp, by address; who never wrote has none."""
    by_address = {address: each.address for each in staff for address in each.addresses}
    is_silent = or_(Diner.opted_out_at.is_not(None), is_blocked())
    known = select(
        Diner.address,
        Diner.user_id,
        Diner.id,
        Diner.last_message_at,
        Diner.language,
        is_silent,
    ).where(is_known_by(restaurant.number, by_address))
    # Of two that are not known as one yet, the later.
    return {
        by_address.get(address) or by_address[str(user_id)]: Chat(each_id, at, language, bool(no))
        for address, user_id, each_id, at, language, no in session.execute(
            known.order_by(Diner.last_message_at)
        )
    }


class Roster:
    """The staff by restaurant, read again after a second."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._known = Fresh(database, of_restaurant, clock)

    def of(self, restaurant: Restaurant) -> Staff:
        """Raises DatabaseUnavailableError only for those that were never read."""
        return self._known.of(restaurant.id) or ()

    def roles_of(self, diner: Known, restaurant: Restaurant) -> frozenset[str]:
        """The roles of whoever this diner is, by any address they are known by; most have none."""
        staff = self.of(restaurant)
        if not staff:
            return frozenset()
        own = frozenset(diner.addresses)
        return frozenset().union(*(each.roles for each in staff if each.address in own))
