"""The books: double-entry ledger lines, and the profit and loss that SQL sums up from them.

It never changes a booked line, and it takes no view on who may see the figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import (
    ColumnExpressionArgument,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    distinct,
    extract,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.database.columns import Base, Money
from models.database.upsert import Row, add_missing

Section = Literal[
    "revenue",
    "cost_of_goods_sold",
    "operating_expense",
    "depreciation",
    "interest",
    "income_tax",
    "asset",
    "liability",
    "equity",
]
# The sections of a profit and loss, in the order it is read.
RESULT_SECTIONS: tuple[Section, ...] = (
    "revenue",
    "cost_of_goods_sold",
    "operating_expense",
    "depreciation",
    "interest",
    "income_tax",
)


class LedgerEntry(Base):
    """One line of a journal. The lines of a journal balance: as much debit as credit."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("restaurant_id", "journal", "line"),
        Index(None, "restaurant_id", "entry_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id"))
    entry_date: Mapped[date] = mapped_column(Date)
    journal: Mapped[str] = mapped_column(String(40))  # its reference: SAL-2025-08-14
    line: Mapped[int]
    account_code: Mapped[str] = mapped_column(String(16))
    account_name: Mapped[str] = mapped_column(String(80))
    section: Mapped[Section] = mapped_column(String(24))
    description: Mapped[str] = mapped_column(String(200))
    debit: Mapped[Decimal] = mapped_column(Money)
    credit: Mapped[Decimal] = mapped_column(Money)


@dataclass(frozen=True)
class AccountLine:
    """What one account adds to the result: revenue as income, every other section as cost.

    Both are positive as a rule. `days`: on how many it was booked.
    """

    section: Section
    code: str
    name: str
    amount: Decimal
    days: int


@dataclass(frozen=True)
class Result:
    """What some lines of a profit and loss come to, in the restaurant's currency."""

    lines: tuple[AccountLine, ...]

    @property
    def revenue(self) -> Decimal:
        return self._total("revenue")

    @property
    def cost_of_goods_sold(self) -> Decimal:
        return self._total("cost_of_goods_sold")

    @property
    def gross_profit(self) -> Decimal:
        return self.revenue - self.cost_of_goods_sold

    @property
    def operating_expenses(self) -> Decimal:
        return self._total("operating_expense")

    @property
    def ebitda(self) -> Decimal:
        return self.gross_profit - self.operating_expenses

    @property
    def depreciation(self) -> Decimal:
        return self._total("depreciation")

    @property
    def interest(self) -> Decimal:
        return self._total("interest")

    @property
    def income_tax(self) -> Decimal:
        return self._total("income_tax")

    @property
    def net(self) -> Decimal:
        return self.ebitda - self.depreciation - self.interest - self.income_tax

    def _total(self, section: Section) -> Decimal:
        return sum((line.amount for line in self.lines if line.section == section), Decimal(0))


@dataclass(frozen=True)
class ProfitAndLoss(Result):
    """The result from `start` to `end`, both included.

    `books_from` and `books_to`: the first and the last booked day of all; None without any.
    """

    start: date
    end: date
    books_from: date | None
    books_to: date | None


def profit_and_loss(session: Session, restaurant_id: int, start: date, end: date) -> ProfitAndLoss:
    """A restaurant's result from `start` to `end`, both included; nothing booked gives zeros."""
    rows = session.execute(_sums(restaurant_id, start, end))
    first, last = booked_days(session, restaurant_id)
    return ProfitAndLoss(_lines_of(rows), start, end, first, last)


def lines_by_month(
    session: Session, restaurant_id: int, start: date, end: date
) -> dict[date, tuple[AccountLine, ...]]:
    """The lines of each month in which something was booked, by its first day."""
    month = extract("year", LedgerEntry.entry_date), extract("month", LedgerEntry.entry_date)
    rows = session.execute(_sums(restaurant_id, start, end, *month))
    by_month = defaultdict(list)
    for row in rows:
        by_month[date(int(row[-2]), int(row[-1]), 1)].append(row[:-2])
    return {first: _lines_of(by_month[first]) for first in sorted(by_month)}


def lines_by_day(
    session: Session, restaurant_id: int, start: date, end: date
) -> dict[date, tuple[AccountLine, ...]]:
    """The lines of each day on which something was booked."""
    by_day = defaultdict(list)
    for row in session.execute(_sums(restaurant_id, start, end, LedgerEntry.entry_date)):
        by_day[row[-1]].append(row[:-1])
    return {day: _lines_of(by_day[day]) for day in sorted(by_day)}


def _sums(
    restaurant_id: int, start: date, end: date, *parts: ColumnExpressionArgument[Any]
) -> Select[*tuple[Any, ...]]:
    """What each account of the result adds up to, in each part of the time."""
    entry = LedgerEntry
    account = (entry.section, entry.account_code, entry.account_name)
    return (
        select(
            *account,
            func.sum(entry.debit),
            func.sum(entry.credit),
            func.count(distinct(entry.entry_date)),
            *parts,
        )
        .where(entry.restaurant_id == restaurant_id, entry.entry_date.between(start, end))
        .where(entry.section.in_(RESULT_SECTIONS))
        .group_by(*account, *parts)
    )


def booked_days(session: Session, restaurant_id: int) -> tuple[date | None, date | None]:
    """The first and the last day that the restaurant's books cover.

    A day on which a journal and the one that sets it off leave nothing is none of them.
    """
    entry = LedgerEntry
    same = aliased(LedgerEntry)
    account = (same.section, same.account_code, same.account_name)
    left = (
        select(same.section)
        .where(same.restaurant_id == restaurant_id, same.entry_date == entry.entry_date)
        .group_by(*account)
        .having(func.round(func.sum(same.debit) - func.sum(same.credit), 2) != 0)
    )
    days = select(entry.entry_date).where(entry.restaurant_id == restaurant_id, left.exists())
    # By its index, day by day, as far as to the first that counts.
    first, last = (
        session.scalar(days.order_by(order).limit(1))
        for order in (entry.entry_date.asc(), entry.entry_date.desc())
    )
    return first, last


def lines_of(session: Session, restaurant_id: int) -> list[dict[str, Any]]:
    """All that is booked, as `book` takes it, by day."""
    own = [each for each in LedgerEntry.__table__.c if each.key not in ("id", "restaurant_id")]
    query = (
        select(*own)
        .where(LedgerEntry.restaurant_id == restaurant_id)
        .order_by(LedgerEntry.entry_date, LedgerEntry.journal, LedgerEntry.line)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def book(session: Session, restaurant_id: int, lines: Sequence[Row]) -> None:
    """Add lines of journals to the books; one that is booked already stays as it is."""
    rows = [{"restaurant_id": restaurant_id, **line} for line in lines]
    add_missing(session, LedgerEntry, rows)


def _lines_of(rows: Iterable[Sequence[Any]]) -> tuple[AccountLine, ...]:
    """Of a section, a code, a name, debits, credits and days each."""
    lines = (
        AccountLine(
            section, code, name, credit - debit if section == "revenue" else debit - credit, days
        )
        for section, code, name, debit, credit, days in rows
    )
    return in_reading_order(lines)


def in_reading_order(lines: Iterable[AccountLine]) -> tuple[AccountLine, ...]:
    return tuple(
        sorted(lines, key=lambda each: (RESULT_SECTIONS.index(each.section), each.code, each.name))
    )
