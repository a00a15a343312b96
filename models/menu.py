"""The menu: what a restaurant serves, what goes well with what, and the queries over both.

It never ranks by a diner's words: that is `knowledge.menu_search`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    event,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models import menu_guard
from models.database.columns import Base, Instant, Money
from models.database.upsert import Row, upsert

# The 14 of Regulation (EU) No 1169/2011, Annex II. What a kitchen calls them, and whom a dish
# fits, `knowledge.allergens` reads; another key here needs a migration of what the table takes.
ALLERGENS = (
    "gluten",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soya",
    "milk",
    "nuts",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
)
DIETS = (
    "vegan",
    "vegetarian",
    "pescatarian",
    "halal",
    "kosher",
    "gluten-free",
    "dairy-free",
    "no-pork",
    "no-alcohol",
    "spicy",
    "contains-alcohol",
    "contains-pork",
)


class MenuItem(Base):
    __tablename__ = "menu_items"
    __table_args__ = (UniqueConstraint("restaurant_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id"))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    price: Mapped[Decimal] = mapped_column(Money)
    description: Mapped[str] = mapped_column(Text)
    image_url: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(80))
    # Whom it fits (DIETS), what it contains (ALLERGENS), and other words diners ask for it by.
    dietary: Mapped[list[str]] = mapped_column(JSON)
    allergens: Mapped[list[str]] = mapped_column(JSON)
    keywords: Mapped[list[str]] = mapped_column(JSON)
    # Of ALLERGENS too; what stands in none of the three lists is not stated. NULL says nothing.
    may_contain: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    free_of: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # False for a dish that left the menu: old turns still name its id, so the row stays.
    available: Mapped[bool]
    # When: parts of the day by their names ("breakfast"), and times ("Sat-Sun 10:00-14:00"), as
    # `knowledge.hours` reads them; none: whenever the house is open.
    served: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    sold_out_until: Mapped[datetime | None] = mapped_column(Instant)
    portion: Mapped[str | None] = mapped_column(String(80))  # how much it is: "for two", "33 cl"


for _dialect, _statements in menu_guard.STATEMENTS.items():
    for _statement in _statements(ALLERGENS, DIETS):
        event.listen(
            MenuItem.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )


class Pairing(Base):
    __tablename__ = "pairings"
    __table_args__ = (UniqueConstraint("item_id", "with_item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("menu_items.id"))
    with_item_id: Mapped[int] = mapped_column(ForeignKey("menu_items.id"), index=True)
    upsell: Mapped[str] = mapped_column(String(300))


@dataclass(frozen=True)
class Paired:
    """An item that goes with another one, and the sentence that sells it."""

    item: MenuItem
    upsell: str


def available_items(session: Session, restaurant_id: int) -> list[MenuItem]:
    """What the restaurant serves today, in the order of its menu."""
    query = (
        select(MenuItem)
        .where(MenuItem.restaurant_id == restaurant_id, MenuItem.available)
        .order_by(MenuItem.id)
    )
    return list(session.scalars(query))


def all_items(session: Session, restaurant_id: int) -> list[MenuItem]:
    """All that it has ever served, what left the menu too."""
    query = select(MenuItem).where(MenuItem.restaurant_id == restaurant_id).order_by(MenuItem.id)
    return list(session.scalars(query))


def written_on(session: Session, restaurant_id: int) -> frozenset[str]:
    """The names of all that it has ever served, and of its menu's parts."""
    query = select(MenuItem.name, MenuItem.category).where(MenuItem.restaurant_id == restaurant_id)
    return frozenset(text for row in session.execute(query) for text in row)


def pairings_of(session: Session, restaurant_id: int, item_id: int) -> list[Paired]:
    """What goes with an item and is served today, in the order of the menu file."""
    query = (
        select(MenuItem, Pairing.upsell)
        .join(Pairing, Pairing.with_item_id == MenuItem.id)
        .where(
            Pairing.item_id == item_id, MenuItem.restaurant_id == restaurant_id, MenuItem.available
        )
        .order_by(Pairing.id)
    )
    return [Paired(item=item, upsell=upsell) for item, upsell in session.execute(query)]


def store(session: Session, restaurant_id: int, dishes: Sequence[Row]) -> dict[str, int]:
    """Make `dishes` the restaurant's menu; returns its items' ids by slug.

    A dish that is no longer among them leaves the menu, but its row and its id stay. Where it does
    not say `sold_out_until`, a dish stays as its kitchen said.
    """
    rows = [{"restaurant_id": restaurant_id, **dish} for dish in dishes]
    sold_out = {row["slug"]: row.pop("sold_out_until", None) for row in rows}
    upsert(session, MenuItem, ["restaurant_id", "slug"], rows)
    for slug, until in sold_out.items():
        if until is not None:
            here = and_(MenuItem.restaurant_id == restaurant_id, MenuItem.slug == slug)
            session.execute(update(MenuItem).where(here).values(sold_out_until=until))
    ids = ids_of(session, restaurant_id)
    gone = [ids[slug] for slug in set(ids) - {dish["slug"] for dish in dishes}]
    session.execute(update(MenuItem).where(MenuItem.id.in_(gone)).values(available=False))
    return ids


def store_pairings(session: Session, item_ids: Collection[int], pairings: Sequence[Row]) -> None:
    """Make `pairings` all that goes with any of these items."""
    wanted = {(row["item_id"], row["with_item_id"]) for row in pairings}
    there = session.scalars(select(Pairing).where(Pairing.item_id.in_(item_ids)))
    stale = [
        pairing.id for pairing in there if (pairing.item_id, pairing.with_item_id) not in wanted
    ]
    session.execute(delete(Pairing).where(Pairing.id.in_(stale)))
    upsert(session, Pairing, ["item_id", "with_item_id"], pairings)


def one(
    session: Session, restaurant_id: int, item_id: int, *, held: bool = False
) -> MenuItem | None:
    """One of its dishes, on the menu or not.

    `held`: nobody else changes it while the transaction lasts.
    """
    query = select(MenuItem).where(MenuItem.restaurant_id == restaurant_id, MenuItem.id == item_id)
    return session.scalar(query.with_for_update(key_share=True) if held else query)


def put(session: Session, restaurant_id: int, dish: Row, item: MenuItem | None = None) -> MenuItem:
    """Make `item`, which is held, or a new one, as `dish` says, and leave all others alone."""
    if item is None:
        item = MenuItem(restaurant_id=restaurant_id)
        session.add(item)
    for column, value in dish.items():
        setattr(item, column, value)
    session.flush()
    return item


def put_pairing(session: Session, item_id: int, with_item_id: int, upsell: str) -> None:
    row = {"item_id": item_id, "with_item_id": with_item_id, "upsell": upsell}
    upsert(session, Pairing, ["item_id", "with_item_id"], [row])


def drop_pairing(session: Session, item_id: int, with_item_id: int) -> None:
    is_it = and_(Pairing.item_id == item_id, Pairing.with_item_id == with_item_id)
    session.execute(delete(Pairing).where(is_it))


def ids_of(session: Session, restaurant_id: int) -> dict[str, int]:
    """The ids of all of its dishes by slug, those too that left the menu."""
    query = select(MenuItem.slug, MenuItem.id).where(MenuItem.restaurant_id == restaurant_id)
    return {row.slug: row.id for row in session.execute(query)}


def rows_of(
    session: Session, restaurant_id: int, item_id: int | None = None
) -> list[dict[str, Any]]:
    """All of its dishes as `store` takes them, those too that left the menu; or one."""
    own = [column for column in MenuItem.__table__.c if column.key not in ("id", "restaurant_id")]
    query = select(*own).where(MenuItem.restaurant_id == restaurant_id).order_by(MenuItem.id)
    if item_id is not None:
        query = query.where(MenuItem.id == item_id)
    return [dict(row) for row in session.execute(query).mappings()]


def pairing_rows_of(session: Session, restaurant_id: int) -> list[dict[str, Any]]:
    """All of its pairings: `item` and `with_item` by slug, `upsell`."""
    item, with_item = aliased(MenuItem), aliased(MenuItem)
    query = (
        select(item.slug.label("item"), with_item.slug.label("with_item"), Pairing.upsell)
        .join(item, Pairing.item_id == item.id)
        .join(with_item, Pairing.with_item_id == with_item.id)
        .where(item.restaurant_id == restaurant_id)
        .order_by(Pairing.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]
