"""The tax rules as a table. What a rule must have, `knowledge.files` says."""

from datetime import date

from knowledge.files import RuleCard
from knowledge.tables import cells
from knowledge.tables.kind import Column, Kind, misdated
from knowledge.tables.menu import text_column
from knowledge.tables.sheet import Cell


def _any_day(cell: Cell, _currency: str) -> date | None:
    return cells.day(cell) if cells.text(cell) else None


def _truth(cell: Cell, _currency: str) -> bool:
    return bool(cells.text(cell)) and cells.truth(cell)


def _day(cell: Cell, _currency: str) -> date:
    return cells.day(cell)


def tax(today: date) -> Kind:
    return Kind(
        name="tax",
        columns=(
            text_column("slug", is_needed=True),
            text_column("jurisdiction", is_needed=True),
            text_column("topic", is_needed=True),
            text_column("rule", is_needed=True),
            text_column("authority", is_needed=True),
            text_column("citation", is_needed=True),
            Column("keywords", lambda cell, _currency: cells.words(cell), cells.of_words),
            text_column("source_url", is_needed=True),
            Column("checked_on", _day, lambda value: value, is_needed=True),
            Column("effective_from", _any_day, lambda value: value),
            Column("effective_to", _any_day, lambda value: value),
            Column("unverified", _truth, lambda value: value),
        ),
        shape=RuleCard,
        key=("slug",),
        # When it began and ends may be far away; nobody has looked it up tomorrow.
        check=lambda rows, there: misdated(rows, there, "checked_on", "checked_on", today),
    )
