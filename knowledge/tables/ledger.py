"""The books as a table: lines of journals, which balance, and which stay as they were booked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.tables import cells
from knowledge.tables.kind import A_YEAR, Column, Key, Kind, Numbered, Row, misdated
from knowledge.tables.menu import text_column
from knowledge.tables.sheet import Cell
from knowledge.tables.wrong import Wrong
from models.ledger import Section

NOTHING = Decimal("0.00")
_SECTIONS = get_args(Section)


def _line(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest)


class LedgerLine(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    entry_date: date
    journal: Annotated[str, _line(40)]
    line: Annotated[int, Field(ge=1)]
    account_code: Annotated[str, _line(16)]
    account_name: Annotated[str, _line(80)]
    section: Section
    description: Annotated[str, StringConstraints(max_length=200)] = ""
    debit: Annotated[Decimal, Field(ge=0)] = NOTHING
    credit: Annotated[Decimal, Field(ge=0)] = NOTHING


def ledger(today: date) -> Kind:
    """Made for one file: a line without a number gets the next one of its journal."""
    numbers: defaultdict[str, int] = defaultdict(int)

    def number(values: Row, _there: Mapping[Key, Row]) -> None:
        journal = str(values.get("journal"))
        numbers[journal] += 1
        values["line"] = values.get("line") or numbers[journal]

    def faults(rows: Sequence[Numbered], there: Mapping[Key, Row]) -> Iterable[Wrong]:
        yield from _faults(rows, there)
        yield from misdated(rows, there, "entry_date", "date", today + A_YEAR)

    return Kind(
        name="ledger",
        columns=(
            Column(
                "date",
                lambda cell, _currency: cells.day(cell),
                lambda value: value,
                "entry_date",
                ("entry_date", "day"),
                is_needed=True,
            ),
            text_column("journal", is_needed=True, also="reference entry"),
            Column("line", _number, lambda value: value),
            text_column("account_code", is_needed=True, also="account code"),
            text_column("account_name", is_needed=True, also="name"),
            Column("section", _section, lambda value: value, is_needed=True),
            text_column("description", also="memo text"),
            Column("debit", _amount, _shown, is_needed=True),
            Column("credit", _amount, _shown, is_needed=True),
        ),
        shape=LedgerLine,
        key=("journal", "line"),
        is_whole=False,
        part_of="journal",
        complete=number,
        check=faults,
    )


def _number(cell: Cell, _currency: str) -> int | None:
    return cells.whole(cell) if cells.text(cell) else None


def _section(cell: Cell, _currency: str) -> str:
    written = "_".join(cells.text(cell).casefold().replace("-", " ").replace("_", " ").split())
    if written not in _SECTIONS:
        raise ValueError(f"{cells.text(cell)!r} is not a section: {', '.join(_SECTIONS)}")
    return written


def _amount(cell: Cell, currency: str) -> Decimal:
    return cells.amount(cell, currency) if cells.text(cell) else NOTHING


def _shown(amount: Decimal) -> Cell:
    return amount or None


def _faults(rows: Sequence[Numbered], there: Mapping[Key, Row]) -> Iterable[Wrong]:
    booked: defaultdict[str, dict[Key, Row]] = defaultdict(dict)
    for key, row in there.items():
        booked[row["journal"]][key] = row
    journals: defaultdict[str, list[Numbered]] = defaultdict(list)
    for each in rows:
        journals[each.row["journal"]].append(each)
        if bool(each.row["debit"]) == bool(each.row["credit"]):
            yield Wrong(each.line, "debit", "a line has either a debit or a credit")
    for journal, lines in journals.items():
        if journal in booked:
            yield from _changes(journal, lines, booked[journal])
        else:
            yield from _unsound(journal, lines)
    yield from _named_differently(rows, there)


def _changes(journal: str, lines: Sequence[Numbered], booked: Mapping[Key, Row]) -> Iterable[Wrong]:
    for each in lines:
        if booked.get((journal, each.row["line"])) != each.row:
            yield Wrong(
                each.line,
                "journal",
                f"{journal} is booked already, and otherwise: what is booked stays;"
                " book a journal that corrects it",
            )


def _unsound(journal: str, lines: Sequence[Numbered]) -> Iterable[Wrong]:
    last, named = lines[-1].line, ", ".join(str(each.line) for each in lines)
    debit = sum((each.row["debit"] for each in lines), NOTHING)
    credit = sum((each.row["credit"] for each in lines), NOTHING)
    if debit != credit:
        yield Wrong(
            last,
            "journal",
            f"{journal} does not balance: debit {debit}, credit {credit}, {abs(debit - credit)}"
            f" apart (lines {named})",
        )
    if len({each.row["entry_date"] for each in lines}) > 1:
        yield Wrong(last, "date", f"{journal} has more than one day (lines {named})")


def _named_differently(rows: Sequence[Numbered], there: Mapping[Key, Row]) -> Iterable[Wrong]:
    """An account is one name in one section, or its sum would stand in two places."""
    accounts = {row["account_code"]: _account(row) for row in there.values()}
    for each in rows:
        code = each.row["account_code"]
        name, section = accounts.setdefault(code, _account(each.row))
        if _account(each.row) != (name, section):
            yield Wrong(each.line, "account_code", f"{code} is {name} ({section}) elsewhere")


def _account(row: Row) -> tuple[str, str]:
    return row["account_name"], row["section"]
