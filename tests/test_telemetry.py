"""A log tells diners apart without giving their numbers away."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry import masked


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("whatsapp:+250788000001", "whatsapp:+250***001"),
        ("whatsapp:+35699000003", "whatsapp:+356***003"),
        ("whatsapp:+14155238886", "whatsapp:+1***886"),
        ("whatsapp:+447700900123", "whatsapp:+44***123"),
        ("whatsapp:RW.teta-uwase", "whatsapp:RW***ase"),
        ("whatsapp:+2500", "whatsapp:***"),
        ("+250788000001", "+250***001"),
        ("default", "de***ult"),
        ("", "***"),
        ("whatsapp:", "whatsapp:***"),
        ("+250788000001:x", "+250***1:x"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.from_regex(r"whatsapp:\+[1-9][0-9]{0,14}", fullmatch=True))
def test_of_a_number_no_more_than_a_country_code_and_three_digits_are_shown(address: str) -> None:
    head, _, tail = masked(address).partition("***")
    assert address.startswith(head)
    assert address.endswith(tail)
    assert len(re.findall(r"\d", head)) <= 3
    assert len(tail) <= 3
    assert len(head) + len(tail) < len(address)


@given(st.text())
def test_any_address_can_be_masked(address: str) -> None:
    assert "***" in masked(address)
