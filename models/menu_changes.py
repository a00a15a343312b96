"""What the staff changed on the menu from their phones: applied, on record, and taken back.

Who may, and what is said about it, stands elsewhere.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, bindparam, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.database.columns import Address, Base, Instant
from models.database.statements import Connection, Statement
from models.menu import MenuItem
from models.restaurants import Restaurant

Kind = Literal["86", "back", "price"]
# A price, or until when it is sold out; None: it is not.
Value = Decimal | datetime | None
# A value as the audit tells it; None where there is nothing to tell.
Noted = Callable[[Value], str | None]
PRICE: Kind = "price"


class MenuChange(Base):
    """`dishes`: the id and the name of each, and its price or `sold_out_until` as text."""

    __tablename__ = "menu_changes"
    __table_args__ = (Index(None, "restaurant_id", "made_by", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    made_by: Mapped[str] = mapped_column(Address)
    made_at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(8))
    dishes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class DishChange:
    item_id: int
    name: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Change:
    """What one command changes. `id`: of one that was made; None for one to come."""

    restaurant: Restaurant
    kind: Kind
    dishes: tuple[DishChange, ...]
    id: int | None = None


def value_of(item: MenuItem, kind: Kind) -> Value:
    """What a change of this kind changes."""
    return item.price if kind == PRICE else item.sold_out_until


_SET_PRICE = Statement(
    update(MenuItem)
    .where(MenuItem.id == bindparam("item_id"))
    .values(price=bindparam("value", type_=MenuItem.price.type))
)
_SELL_OUT = Statement(
    update(MenuItem)
    .where(MenuItem.id == bindparam("item_id"))
    .values(sold_out_until=bindparam("value", type_=Instant))
)
_RECORD = Statement(
    insert(MenuChange).values(
        restaurant_id=bindparam("restaurant_id"),
        made_by=bindparam("made_by"),
        made_at=bindparam("made_at", type_=Instant),
        kind=bindparam("kind"),
        dishes=bindparam("dishes", type_=JSON),
    )
)
_UNDO = Statement(
    update(MenuChange)
    .where(MenuChange.id == bindparam("change_id"), MenuChange.undone_at.is_(None))
    .values(undone_at=bindparam("undone_at", type_=Instant))
    .returning(MenuChange.made_by)
)


def make(
    connection: Connection, change: Change, noted: Noted, *, made_by: str, now: datetime
) -> None:
    """Change the dishes, and keep what they were before. `made_by`: the address of who said so."""
    for dish in change.dishes:
        connection.run(_setting(change), item_id=dish.item_id, value=dish.after)
    connection.run(_RECORD, **_record(change, made_by, now))
    for note in _notes(change, change.dishes, noted):
        audit.keep(connection, at=now, restaurant=change.restaurant.id, by=made_by, **note)


def make_in(session: Session, change: Change, noted: Noted, *, made_by: str, now: datetime) -> None:
    """The same, in a transaction that does more, on rows that it holds."""
    for dish in change.dishes:
        item = session.get_one(MenuItem, dish.item_id)
        if isinstance(dish.after, Decimal):
            item.price = dish.after
        else:
            item.sold_out_until = dish.after
    session.add(MenuChange(**_record(change, made_by, now)))
    for note in _notes(change, change.dishes, noted):
        audit.note(session, at=now, restaurant_id=change.restaurant.id, by=made_by, **note)


def undo(connection: Connection, change: Change, noted: Noted, *, now: datetime) -> None:
    """Once: a change that was taken back already stays so."""
    undone = connection.one(_UNDO, change_id=change.id, undone_at=now)
    if undone is None:
        return
    back = [replace(dish, before=dish.after, after=dish.before) for dish in change.dishes]
    for dish in back:
        connection.run(_setting(change), item_id=dish.item_id, value=dish.after)
    for note in _notes(change, back, noted):
        audit.keep(connection, at=now, restaurant=change.restaurant.id, by=undone[0], **note)


def last_made(
    session: Session, restaurant: Restaurant, made_by: Collection[str], since: datetime
) -> Change | None:
    """What somebody, by any of their addresses, changed last and has not taken back."""
    query = (
        select(MenuChange)
        .where(
            MenuChange.restaurant_id == restaurant.id,
            MenuChange.made_by.in_(made_by),
            MenuChange.made_at >= since,
            MenuChange.undone_at.is_(None),
        )
        .order_by(MenuChange.made_at.desc(), MenuChange.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    if row is None:
        return None
    kind: Kind = row.kind  # type: ignore[assignment]
    dishes = tuple(_read(dish, kind) for dish in row.dishes)
    return Change(restaurant, kind, dishes, row.id)


def changed_since(session: Session, restaurant_id: int, since: datetime) -> set[str]:
    """The names of the dishes that were changed, or changed back, from then on."""
    rows = session.scalars(
        select(MenuChange.dishes).where(
            MenuChange.restaurant_id == restaurant_id,
            or_(MenuChange.made_at >= since, MenuChange.undone_at >= since),
        )
    )
    return {dish["name"] for dishes in rows for dish in dishes}


def _setting(change: Change) -> Statement:
    return _SET_PRICE if change.kind == PRICE else _SELL_OUT


def _written(dish: DishChange) -> dict[str, Any]:
    return {
        "item_id": dish.item_id,
        "name": dish.name,
        "before": _as_text(dish.before),
        "after": _as_text(dish.after),
    }


def _record(change: Change, made_by: str, now: datetime) -> dict[str, Any]:
    return {
        "restaurant_id": change.restaurant.id,
        "made_by": made_by,
        "made_at": now,
        "kind": change.kind,
        "dishes": [_written(dish) for dish in change.dishes],
    }


def _notes(change: Change, dishes: Iterable[DishChange], noted: Noted) -> Iterator[dict[str, Any]]:
    """What the audit keeps of each dish."""
    is_price = change.kind == PRICE
    field = "price" if is_price else "sold out"
    for dish in dishes:
        before, after = noted(dish.before), noted(dish.after)
        what = "price_changed" if is_price else "sold_out" if after else "back"
        yield {
            "what": f"menu.{what}",
            "subject": dish.name,
            "before": {field: before} if before else None,
            "after": {field: after} if after else None,
        }


def _as_text(value: Value) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(dish: Mapping[str, Any], kind: Kind) -> DishChange:
    before, after = (_value(dish[each], kind) for each in ("before", "after"))
    return DishChange(dish["item_id"], dish["name"], before, after)


def _value(text: str | None, kind: Kind) -> Value:
    if text is None:
        return None
    return Decimal(text) if kind == PRICE else datetime.fromisoformat(text)
