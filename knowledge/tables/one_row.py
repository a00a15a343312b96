"""One row of a table as a form has it: read, checked and refused as a line of a file is.

It stores nothing.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

from knowledge.tables import cells
from knowledge.tables.kind import Key, Kind, Row, planned
from knowledge.tables.sheet import Cell, Sheet
from knowledge.tables.wrong import TableError

MOST_TOLD = 300  # characters of a value, where a change is kept


def read_row(
    kind: Kind, typed: Mapping[str, Cell], there: Mapping[Key, Row], currency: str = ""
) -> Row:
    """The row that its cells, by column, make of what is `there`. Raises TableError."""
    sheet = Sheet(tuple(typed), ((1, tuple(typed.values())),))
    (row,) = planned(kind, kind.name, sheet, there, currency=currency, keeps_others=True).rows
    return row


def faults_of(error: TableError) -> dict[str, str]:
    """What is wrong with each column; with the whole row, under no name."""
    told: dict[str, str] = {}
    for fault in error.faults:
        told.setdefault(fault.column, _sentence(fault.message))
    return told or {"": str(error)}


def _sentence(message: str) -> str:
    """Beside its field, which a line of a file names before it: "price is empty"."""
    return f"It {message}." if message.startswith("is ") else message


def before_and_after(kind: Kind, before: Row, after: Row) -> tuple[dict[str, str], dict[str, str]]:
    """What differs, by column, in short words: of a new row `before` is empty."""
    if not before:
        written = zip(kind.header, map(cells.text, kind.cells(after)), strict=True)
        return {}, {name: now[:MOST_TOLD] for name, now in written if now}
    pairs = kind.differences(before, after)
    was, now = ({each[0]: cells.text(each[at])[:MOST_TOLD] for each in pairs} for at in (1, 2))
    return was, now


def mark_of(row: object) -> str:
    """Tells whether something is still as a form showed it."""
    return sha256(json.dumps(row, default=str, sort_keys=True).encode()).hexdigest()[:16]
