"""An address has one spelling, however it was written, and a subscriber with two numbers is one."""

import pytest

from addresses import is_number, other_spelling, spelled

ALICE = "whatsapp:+250788123456"


@pytest.mark.parametrize(
    "written",
    [
        "whatsapp:+250788123456",
        "WhatsApp:+250788123456",
        "WHATSAPP:+250788123456",
        " whatsapp:+250788123456\n",
        "whatsapp:250788123456",
        "whatsapp:00250788123456",
        "whatsapp:+250 788-123 456",
        "whatsapp:+250 (0)788 123 456",
        "whatsapp:+250.788.123.456",
        "whatsapp:+250\u00a0788\u2011123\u2011456",
        "\u202awhatsapp:\u200e+250788123456\u202c",  # as copied from a phone's contacts
        "whatsapp:＋２５０７８８１２３４５６",
    ],
)
def test_a_number_has_one_spelling(written: str) -> None:
    assert spelled(written) == ALICE


@pytest.mark.parametrize("written", ["+250788123456", "250 788 123 456", "00250788123456"])
def test_a_number_without_the_scheme_is_another_channels(written: str) -> None:
    assert spelled(written) == written


@pytest.mark.parametrize(
    "other",
    [
        "whatsapp:RW.teta",
        "whatsapp: 250788123456",
        "whatsapp:RW.24681012",
        "messenger:1234567890",
        "+250788123456",
        "",
        ":",
    ],
)
def test_what_is_no_number_of_whatsapps_stays_as_it_is(other: str) -> None:
    assert spelled(other) == other
    assert not is_number(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+5215512345678", "+525512345678"),  # Mexico
        ("+5218112345678", "+528112345678"),
        ("+5491123456789", "+541123456789"),  # Argentina
        ("+5493512345678", "+543512345678"),
        ("+5511987654321", "+551187654321"),  # Brazil
        ("+5531965432109", "+553165432109"),
    ],
)
def test_a_subscriber_with_two_numbers_is_one(one: str, other: str) -> None:
    assert other_spelling(f"whatsapp:{one}") == f"whatsapp:{other}"
    assert other_spelling(f"whatsapp:{other}") == f"whatsapp:{one}"


@pytest.mark.parametrize(
    "number",
    [
        "+250788123456",
        "+35699000003",
        "+551132654321",  # a landline: it has no ninth digit
        "+5511932654321",
        "+521551234567",  # a digit short
        "+5255123456789",
        "+54112345678",
        "+520788123456",
        "RW.teta",
        "MX.+5215512345678",
    ],
)
def test_who_has_one_number_has_no_other(number: str) -> None:
    assert other_spelling(f"whatsapp:{number}") is None


def test_an_endless_address_is_read_at_once() -> None:
    for text in ("+" * 100_000, "1 " * 50_000, "(0)" * 30_000, "whatsapp:" * 10_000):
        assert spelled(f"whatsapp:{text}").startswith("whatsapp:")
