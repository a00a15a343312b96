"""Addresses as a log may show them: told apart, and never whole."""

import re

VISIBLE_END = 3
# A number's country code, https://www.itu.int/rec/T-REC-E.164; three digits, if none of these.
_COUNTRY_CODE = re.compile(
    r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})"
)


def masked(address: str) -> str:
    """An address that tells diners apart in a log without being one: `whatsapp:+250***001`."""
    scheme, colon, number = address.partition(":")
    if not (colon and scheme.isalpha()):
        scheme, colon, number = "", "", address
    code = _COUNTRY_CODE.match(number)
    shown = code[0] if code else number[:2]
    if len(number) <= len(shown) + VISIBLE_END:
        return f"{scheme}{colon}***"
    return f"{scheme}{colon}{shown}***{number[-VISIBLE_END:]}"
