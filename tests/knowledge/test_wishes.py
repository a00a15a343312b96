"""A diner's wishes are read from their words."""

from decimal import Decimal

import pytest

from knowledge.wishes import wishes_in


@pytest.mark.parametrize(
    ("query", "limit"),
    [("wine under €10", "10"), ("below 4,50 euros", "4.50"), ("up to 4.5", "4.5"), ("wine", None)],
)
def test_a_price_limit_is_read_with_its_cents(query: str, limit: str | None) -> None:
    assert wishes_in(query).max_price == (limit and Decimal(limit))
