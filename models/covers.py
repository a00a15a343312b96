"""How many guests a restaurant served, by day: what an average cheque is reckoned with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base
from models.database.upsert import upsert
from models.ledger import LedgerEntry


class Covers(Base):
    __tablename__ = "covers"

    restaurant_id: Mapped[int] = mapped_column(
        ForeignKey("restaurants.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    covers: Mapped[int]


@dataclass(frozen=True)
class Served:
    """The covers of the days on which they were counted, and what these days brought in."""

    days: int
    covers: int
    revenue: Decimal


def served(session: Session, restaurant_id: int, start: date, end: date) -> Served:
    """From `start` to `end`, both included."""
    counted = (
        Covers.restaurant_id == restaurant_id,
        Covers.day.between(start, end),
        Covers.covers > 0,
    )
    days, covers = session.execute(
        select(func.count(), func.sum(Covers.covers)).where(*counted)
    ).one()
    entry = LedgerEntry
    credit, debit = session.execute(
        select(func.sum(entry.credit), func.sum(entry.debit)).where(
            entry.restaurant_id == restaurant_id,
            entry.entry_date.in_(select(Covers.day).where(*counted)),
            entry.section == "revenue",
        )
    ).one()
    return Served(days, covers or 0, (credit or Decimal(0)) - (debit or Decimal(0)))


def last_day(session: Session, restaurant_id: int) -> date | None:
    """The last day whose covers are counted."""
    query = select(func.max(Covers.day)).where(Covers.restaurant_id == restaurant_id)
    return session.scalar(query)


def store(session: Session, restaurant_id: int, covers: Mapping[date, int]) -> None:
    """Keep the covers of days, or put them right."""
    rows = [
        {"restaurant_id": restaurant_id, "day": day, "covers": count}
        for day, count in covers.items()
    ]
    upsert(session, Covers, ["restaurant_id", "day"], rows)


def by_day(session: Session, restaurant_id: int) -> dict[date, int]:
    """All that are counted."""
    query = select(Covers.day, Covers.covers).where(Covers.restaurant_id == restaurant_id)
    return {row.day: row.covers for row in session.execute(query.order_by(Covers.day))}
