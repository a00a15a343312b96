"""Prices read as people write them in the restaurant's country."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.money import plain_number, price_text

AMOUNTS = st.decimals(Decimal("-9999999999.99"), Decimal("9999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("2500", "RWF", "en_RW", "RWF 2,500"),
        ("2500.00", "RWF", "en_RW", "RWF 2,500"),
        ("31000000", "RWF", "en_RW", "RWF 31,000,000"),
        ("4.5", "EUR", "en_MT", "€4.50"),
        ("64000", "EUR", "en_MT", "€64,000.00"),
        ("-4.5", "EUR", "en_MT", "-€4.50"),
        ("-2500", "RWF", "en_RW", "-RWF 2,500"),
        ("4.5", "EUR", "fr_FR", "4,50 €"),
        ("2500", "RWF", "en_GB", "RWF 2,500"),
    ],
)
def test_a_price_reads_as_people_write_it(
    amount: str, currency: str, locale: str, text: str
) -> None:
    assert price_text(Decimal(amount), currency, locale) == text


@given(AMOUNTS)
def test_euros_can_be_read_back_to_the_cent(amount: Decimal) -> None:
    text = price_text(amount, "EUR", "en_MT")
    assert re.fullmatch(r"-?€\d{1,3}(,\d{3})*\.\d{2}", text)
    assert Decimal(text.replace("€", "").replace(",", "")) == amount


@given(AMOUNTS)
def test_francs_have_no_cents_and_one_plain_space(amount: Decimal) -> None:
    text = price_text(amount, "RWF", "en_RW")
    assert re.fullmatch(r"-?RWF \d{1,3}(,\d{3})*", text)
    assert abs(Decimal(text.replace("RWF ", "").replace(",", "")) - amount) <= Decimal("0.5")


@given(AMOUNTS)
def test_a_plain_number_is_whole_in_francs_and_has_cents_in_euros(amount: Decimal) -> None:
    assert isinstance(plain_number(amount, "RWF"), int)
    assert Decimal(str(plain_number(amount, "EUR"))) == amount
