"""Every table can be kept in a file whole: nothing of a row is lost on the way out and back."""

from datetime import date

import pytest

from knowledge.tables.books import covers
from knowledge.tables.hours import hours
from knowledge.tables.kind import Kind
from knowledge.tables.ledger import ledger
from knowledge.tables.menu import menu_of, pairings_of
from knowledge.tables.tax import tax

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "kind",
    [menu_of(()), pairings_of(()), hours(TODAY), ledger(TODAY), covers(TODAY), tax(TODAY)],
    ids=lambda kind: kind.name,
)
def test_every_field_has_its_column(kind: Kind) -> None:
    """A new field of a dish or a rule needs one in `knowledge/tables/`, and in docs/tables.md."""
    fields = set(kind.shape.model_fields) - {
        "sold_out_until"
    }  # the day's, and the kitchen's to say
    assert {column.of_field for column in kind.kept_columns} == fields
