"""Takes a restaurant out of the tables, with its menu, its books and its staff.

Diners belong to a number, not to a restaurant: their conversations are models/erasure.py's.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.accounts import AccountKind
from models.covers import Covers
from models.ledger import LedgerEntry
from models.menu import MenuItem, Pairing
from models.menu_changes import MenuChange
from models.opening_hours import OpeningHours
from models.restaurants import Restaurant
from models.staff import StaffRole, forget_gone
from models.synonyms import Synonym


@dataclass(frozen=True)
class Removal:
    """What would go."""

    name: str
    number: str
    dishes: int
    entries: int


def of(session: Session, restaurant: Restaurant) -> Removal:
    dishes, entries = (
        session.scalar(
            select(func.count()).select_from(table).where(table.restaurant_id == restaurant.id)
        )
        or 0
        for table in (MenuItem, LedgerEntry)
    )
    return Removal(restaurant.name, restaurant.number, dishes, entries)


def remove(session: Session, slug: str) -> None:
    """The restaurant of this slug, with all that is only its own."""
    own = select(Restaurant.id).where(Restaurant.slug == slug).scalar_subquery()
    items = select(MenuItem.id).where(MenuItem.restaurant_id == own)
    staff = session.scalars(select(StaffRole.address).where(StaffRole.restaurant_id == own)).all()
    for goes in (
        delete(Synonym).where(Synonym.restaurant == slug),
        delete(Pairing).where(Pairing.item_id.in_(items) | Pairing.with_item_id.in_(items)),
        delete(MenuItem).where(MenuItem.restaurant_id == own),
        *(
            delete(table).where(table.restaurant_id == own)
            for table in (LedgerEntry, AccountKind, Covers, OpeningHours, StaffRole, MenuChange)
        ),
        delete(Restaurant).where(Restaurant.slug == slug),
    ):
        session.execute(goes, execution_options={"synchronize_session": False})
    forget_gone(session, set(staff))
