"""What is known of a restaurant's accounts: which there are, and which are of food, drink or work.

The lines that are booked on them are models/ledger.py's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base
from models.database.upsert import upsert
from models.ledger import LedgerEntry, Section

# Of revenue and of its cost: what is eaten, what is drunk. Of expenses: what people cost.
Kind = Literal["food", "beverage", "labour"]


class AccountKind(Base):
    """What an account is of, for the ratios of the trade. One without a row is of nothing."""

    __tablename__ = "account_kinds"

    restaurant_id: Mapped[int] = mapped_column(
        ForeignKey("restaurants.id", ondelete="CASCADE"), primary_key=True
    )
    account_code: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(16))


@dataclass(frozen=True)
class Account:
    """An account that something is booked on, with its first and its last booked day."""

    code: str
    name: str
    section: Section
    kind: Kind | None
    first: date
    last: date


def accounts_of(session: Session, restaurant_id: int) -> list[Account]:
    """A restaurant's accounts, by code."""
    entry = LedgerEntry
    query = (
        select(
            entry.account_code,
            entry.account_name,
            entry.section,
            func.min(entry.entry_date),
            func.max(entry.entry_date),
        )
        .where(entry.restaurant_id == restaurant_id)
        .group_by(entry.account_code, entry.account_name, entry.section)
        .order_by(entry.account_code, entry.account_name)
    )
    kinds = kinds_of(session, restaurant_id)
    return [
        Account(code, name, section, kinds.get(code), first, last)
        for code, name, section, first, last in session.execute(query)
    ]


def kinds_of(session: Session, restaurant_id: int) -> dict[str, Kind]:
    """By account code."""
    query = select(AccountKind.account_code, AccountKind.kind)
    rows = session.execute(query.where(AccountKind.restaurant_id == restaurant_id))
    return {row.account_code: row.kind for row in rows}


def set_kinds(session: Session, restaurant_id: int, kinds: Mapping[str, Kind]) -> None:
    """Say what accounts are of, by code; the others stay as they are."""
    rows = [
        {"restaurant_id": restaurant_id, "account_code": code, "kind": kind}
        for code, kind in kinds.items()
    ]
    upsert(session, AccountKind, ["restaurant_id", "account_code"], rows)
