"""Who changed what, and when: one row a change, from the console, the command line or the chat.

It never holds a diner's words, nor a secret.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, bindparam, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Address, Base, Instant
from models.database.statements import Connection, Statement
from models.restaurants import Restaurant

# Who it was, where nobody signed in.
COMMAND_LINE = "command line"
STRANGER = "not signed in"
MAX_SUBJECT = 200  # characters

Small = Mapping[str, Any]  # a few fields, as JSON has them


class Change(Base):
    __tablename__ = "audit"
    __table_args__ = (Index(None, "restaurant_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    by: Mapped[str] = mapped_column(Address)
    what: Mapped[str] = mapped_column(String(64))  # a dotted name: menu.price_changed
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))  # of what: a dish, a number
    before: Mapped[Small | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[Small | None] = mapped_column(JSON(none_as_null=True))


def note(
    session: Session,
    *,
    at: datetime,
    restaurant_id: int,
    by: str,
    what: str,
    subject: str = "",
    before: Small | None = None,
    after: Small | None = None,
) -> None:
    """Within the transaction that makes the change. `by`: an address of the staff's."""
    session.add(
        Change(
            at=at,
            restaurant_id=restaurant_id,
            by=by,
            what=what,
            subject=subject[:MAX_SUBJECT],
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
        )
    )


def _keeping(which: Any) -> Statement:
    row = {
        Change.at: bindparam("at", type_=Instant),
        Change.restaurant_id: Restaurant.id,
        Change.by: bindparam("by", type_=Address),
        Change.what: bindparam("what", type_=String),
        Change.subject: bindparam("subject", type_=String),
        Change.before: bindparam("before", type_=Change.before.type),
        Change.after: bindparam("after", type_=Change.after.type),
    }
    here = which == bindparam("restaurant", type_=which.type)
    return Statement(insert(Change).from_select([*row], select(*row.values()).where(here)))


_KEEP: Mapping[type, Statement] = {
    int: _keeping(Restaurant.id),
    str: _keeping(Restaurant.number),
}


def keep(
    connection: Connection,
    *,
    at: datetime,
    restaurant: int | str,
    by: str,
    what: str,
    subject: str,
    before: Small | None = None,
    after: Small | None = None,
) -> None:
    """As `note`, where the change is made on a connection. `restaurant`: its id, or its number."""
    connection.run(
        _KEEP[type(restaurant)],
        at=at,
        restaurant=restaurant,
        by=by,
        what=what,
        subject=subject[:MAX_SUBJECT],
        before=before,
        after=after,
    )


def conversations(diner_ids: Collection[int]) -> str:
    """A subject: as the console calls them, `#18, #20`."""
    return ", ".join(f"#{each}" for each in diner_ids)


def has_menu_of_its_own(session: Session, restaurant_id: int) -> bool:
    """Whether somebody, and no command, changed what a restaurant serves, or when."""
    of_the_menu = or_(*(Change.what.startswith(each) for each in ("menu.", "pairing.", "hours.")))
    found = select(Change.id).where(
        Change.restaurant_id == restaurant_id, Change.by != COMMAND_LINE, of_the_menu
    )
    return session.scalar(found.limit(1)) is not None


def latest(
    session: Session, restaurant_id: int, limit: int, *, before_id: int | None = None
) -> Sequence[Change]:
    """Newest first. `before_id`: those older than this one."""
    found = select(Change).where(Change.restaurant_id == restaurant_id)
    if before_id is not None:
        found = found.where(Change.id < before_id)
    return session.scalars(found.order_by(Change.id.desc()).limit(limit)).all()
