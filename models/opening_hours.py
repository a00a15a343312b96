"""When a restaurant is open and what it serves when: by weekday, and otherwise on some dates.

It never tells whether it is open at a moment: that is `knowledge.hours`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base
from models.database.upsert import Row, upsert

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What a row of the house's own hours is of; anything else is a part of its day, as "breakfast".
HOUSE = ""


class OpeningHours(Base):
    """From `opens` to `closes` on each such weekday, or on that date in the weekday's place.

    One that closes when it opens, or before, closes the day after; a date without times is closed.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        UniqueConstraint("restaurant_id", "what", "day", "opens"),
        CheckConstraint(f"day IN {WEEKDAYS} OR day LIKE '____-__-__'", name="day"),
        CheckConstraint(
            "(opens LIKE '__:__' AND closes LIKE '__:__') OR (opens = '' AND closes = '')",
            name="times",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(40))
    day: Mapped[str] = mapped_column(String(10))  # of WEEKDAYS, or 2026-12-25
    opens: Mapped[str] = mapped_column(String(5))  # 07:00, local
    closes: Mapped[str] = mapped_column(String(5))  # 23:00, or 24:00
    name: Mapped[str] = mapped_column(String(80))  # of a date: Liberation Day


_KEY = ("restaurant_id", "what", "day", "opens")


def store(session: Session, restaurant_id: int, rows: Sequence[Row]) -> None:
    """Make `rows` all of the restaurant's hours; what stays as it is keeps its id."""
    rows = [{"restaurant_id": restaurant_id, **row} for row in rows]
    wanted = {tuple(row[column] for column in _KEY) for row in rows}
    query = select(OpeningHours).where(OpeningHours.restaurant_id == restaurant_id)
    gone = [
        each.id
        for each in session.scalars(query)
        if tuple(getattr(each, column) for column in _KEY) not in wanted
    ]
    session.execute(delete(OpeningHours).where(OpeningHours.id.in_(gone)))
    upsert(session, OpeningHours, _KEY, rows)


def rows_of(session: Session, restaurant_id: int) -> list[dict[str, Any]]:
    """All of its hours as `store` takes them."""
    own = [each for each in OpeningHours.__table__.c if each.key not in ("id", "restaurant_id")]
    query = (
        select(*own).where(OpeningHours.restaurant_id == restaurant_id).order_by(OpeningHours.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]
