"""What the staff changed on the menu from their phones: applied, on record, and taken back.

Who may, and what is said about it, stands elsewhere.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, String, bindparam, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.database.columns import Address, Base, Instant
from models.database.statements import Connection, Statement
from models.menu import MenuItem

Kind = Literal["86", "back", "price"]
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
    """A price, or until when it is sold out; None: it is not."""

    item_id: int
    name: str
    before: Decimal | datetime | None
    after: Decimal | datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one command changes. `id`: of one that was made; None for one to come."""

    restaurant_id: int
    kind: Kind
    dishes: tuple[DishChange, ...]
    id: int | None = None


def value_of(item: MenuItem, kind: Kind) -> Decimal | datetime | None:
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


def make(connection: Connection, change: Change, *, made_by: str, now: datetime) -> None:
    """Change the dishes, and keep what they were before. `made_by`: the address of who said so."""
    for dish in change.dishes:
        connection.run(_setting(change), item_id=dish.item_id, value=dish.after)
    connection.run(
        _RECORD,
        restaurant_id=change.restaurant_id,
        made_by=made_by,
        made_at=now,
        kind=change.kind,
        dishes=[_written(dish) for dish in change.dishes],
    )
    for dish in change.dishes:
        _note(connection, change, dish.name, dish.before, dish.after, made_by, now)


def make_in(session: Session, change: Change, *, made_by: str, now: datetime) -> None:
    """The same, in a transaction that does more, on rows that it holds, and is noted there."""
    for dish in change.dishes:
        item = session.get_one(MenuItem, dish.item_id)
        if isinstance(dish.after, Decimal):
            item.price = dish.after
        else:
            item.sold_out_until = dish.after
    session.add(
        MenuChange(
            restaurant_id=change.restaurant_id,
            made_by=made_by,
            made_at=now,
            kind=change.kind,
            dishes=[_written(dish) for dish in change.dishes],
        )
    )


def undo(connection: Connection, change: Change, *, now: datetime) -> None:
    """Once: a change that was taken back already stays so."""
    undone = connection.one(_UNDO, change_id=change.id, undone_at=now)
    if undone is None:
        return
    for dish in change.dishes:
        connection.run(_setting(change), item_id=dish.item_id, value=dish.before)
        _note(connection, change, dish.name, dish.after, dish.before, undone[0], now)


def last_made(
    session: Session, restaurant_id: int, made_by: Collection[str], since: datetime
) -> Change | None:
    """What somebody, by any of their addresses, changed last and has not taken back."""
    query = (
        select(MenuChange)
        .where(
            MenuChange.restaurant_id == restaurant_id,
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
    return Change(row.restaurant_id, kind, dishes, row.id)


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


def _note(
    connection: Connection,
    change: Change,
    dish: str,
    before: Decimal | datetime | None,
    after: Decimal | datetime | None,
    by: str,
    now: datetime,
) -> None:
    is_price = change.kind == PRICE
    what = "price_changed" if is_price else "sold_out" if after else "back"
    field = "price" if is_price else "sold out"
    audit.keep(
        connection,
        at=now,
        restaurant_id=change.restaurant_id,
        by=by,
        what=f"menu.{what}",
        subject=dish,
        before={field: _shown(before)} if before else None,
        after={field: _shown(after)} if after else None,
    )


def _shown(value: Decimal | datetime) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if value.year == MAXYEAR:
        return "until further notice"
    return f"until {value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _as_text(value: Decimal | datetime | None) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(dish: Mapping[str, Any], kind: Kind) -> DishChange:
    before, after = (_value(dish[each], kind) for each in ("before", "after"))
    return DishChange(dish["item_id"], dish["name"], before, after)


def _value(text: str | None, kind: Kind) -> Decimal | datetime | None:
    if text is None:
        return None
    return Decimal(text) if kind == PRICE else datetime.fromisoformat(text)
