"""What the kitchen types of a dish and its price is read as both, or refused with a reason."""

from decimal import Decimal

import pytest

from knowledge.dish_prices import dish_and_price


@pytest.mark.parametrize(
    ("typed", "dish", "price"),
    [
        ("tilapia 9500", "tilapia", 9500),
        ("tilapia 9 500 RWF", "tilapia", 9500),
        ("tilapia RWF 9500", "tilapia", 9500),
        ("brochettes 2 6,500", "brochettes 2", 6500),
        ("rolex 3k", "rolex", 3000),
    ],
)
def test_the_price_stands_behind_the_dish(typed: str, dish: str, price: int) -> None:
    assert dish_and_price(typed, "RWF") == (dish, Decimal(price))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("tilapia", "^$"),
        ("9500", "^$"),
        ("rolex + 500", "not in RWF"),
        ("tilapia 0", "more than 0"),
        ("tilapia 95000000000", "at most"),
        ("tilapia 9500 EUR", "not in RWF"),
    ],
)
def test_what_is_no_price_is_refused(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        dish_and_price(typed, "RWF")
