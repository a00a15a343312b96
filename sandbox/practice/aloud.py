"""An answer as it would be read out: without the marks of writing, prices as people say them. Pure.

For whoever listens; who reads gets the answer as the practice model wrote it.
"""

import re
import unicodedata

_CURRENCIES = {
    "RWF": "francs",
    "FRW": "francs",
    "EUR": "euros",
    "€": "euros",
    "USD": "dollars",
    "$": "dollars",
    "GBP": "pounds",
    "£": "pounds",
}
_CURRENCY = "|".join(map(re.escape, _CURRENCIES))
_AMOUNT = r"(?P<whole>\d{1,3}(?:,\d{3})++|\d++)(?:\.(?P<part>\d{2}))?(?!\d)"
_PRICES = (
    re.compile(rf"(?P<currency>{_CURRENCY})\s?{_AMOUNT}"),
    re.compile(rf"(?<!\d){_AMOUNT}\s?(?P<currency>{_CURRENCY})\b"),
)
_ADDRESS = re.compile(r"https?://[^\s)]+[^\s.,)]")
_MARKS = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")
_LISTED = re.compile(r"^\s*[-•]\s+")
_DASH = re.compile(r"(?<!\s)\s++[–—]\s++")
_ENDS = (".", "!", "?", "…", ":", ",", ";")


def as_said(text: str) -> str:
    """One line of words."""
    lines = [_line(line) for line in text.splitlines()]
    said = [line if line.endswith(_ENDS) else f"{line}." for line in lines[:-1] if line]
    return " ".join([*said, *lines[-1:]]).strip()


def _line(line: str) -> str:
    words = _LISTED.sub("", _ADDRESS.sub("", line))
    words = _DASH.sub(", ", _MARKS.sub("", words))
    for price in _PRICES:
        words = price.sub(_price, words)
    return " ".join("".join(each for each in words if not _is_sign(each)).split())


def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter) in ("So", "Sk", "Cf") or letter == "\ufe0f"


def _price(found: re.Match[str]) -> str:
    """ "4 euros 50", "3,000 francs"."""
    whole, part = found["whole"], found["part"] or "00"
    currency = _CURRENCIES[found["currency"]]
    if (whole, part) == ("1", "00"):
        currency = currency.removesuffix("s")
    return f"{whole} {currency}" if part == "00" else f"{whole} {currency} {part}"
