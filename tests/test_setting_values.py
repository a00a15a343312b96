"""What people type is understood as it is meant, or refused; never taken for something else."""

import pytest

from setting_values import whatsapp_address


@pytest.mark.parametrize(
    "typed",
    [
        "whatsapp:+14155238886",
        "WhatsApp: +14155238886",
        "+14155238886",
        "14155238886",
        "0014155238886",
        "+1 (415) 523-8886",
        "1-415-523-8886",
        "\u202a+1\u00a0415\u00a0523‑8886\u202c",
        "＋１４１５５２３８８８６",
        "+١٤١٥٥٢٣٨٨٨٦",
        "tel:+1.415.523.8886",
        "https://wa.me/14155238886",
        '"whatsapp:+14155238886"\n',
    ],
)
def test_a_number_is_understood_however_it_is_written(typed: str) -> None:
    assert whatsapp_address(typed) == "whatsapp:+14155238886"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+44 (0)20 7946 0018", "whatsapp:+442079460018"),
        ("00250 788 000 001", "whatsapp:+250788000001"),
        ("whatsapp:RW.teta", "whatsapp:RW.teta"),
        ("RW.ENT.9a8b7c", "whatsapp:RW.ENT.9a8b7c"),
    ],
)
def test_other_addresses_are_understood_too(typed: str, meant: str) -> None:
    assert whatsapp_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "whatsapp:",
        "0788000001",
        "788000001",
        "4155238886",
        "+0788000001",
        "+1415",
        "+1234567890123456",
        "+250788000001;+250788000002",
        "+250788000001 +250788000002",
        "+1415CALLME",
        "messenger:14155238886",
        "teta@example.com",
    ],
)
def test_what_is_no_number_with_a_country_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="with its country code"):
        whatsapp_address(typed)
