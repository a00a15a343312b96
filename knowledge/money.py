"""Amounts as a diner reads them, `RWF 2,500` and `€4.50`, and as a restaurant's people write them.

What may be meant in two ways is refused, never guessed. What diners write is `knowledge.prices`'s.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from babel.numbers import (
    format_currency,
    get_currency_precision,
    get_currency_symbol,
    is_currency,
)

from knowledge.phrases import TellableError, later
from knowledge.words import plain_digits

# The no-break spaces that locales put between figures and signs: a model is told plain spaces,
# and whatever it makes of them, `whatsapp.spans` keeps a price together on its way out.
_NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
# What people write for a currency beside its ISO code.
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "FRW": "RWF", "RF": "RWF", "EURO": "EUR"}
_AMOUNT = re.compile(
    r"^(?P<before>[^\d\s.,'-]*)\s?(?P<number>-?\d[\d.,' ]*)(?P<after>[^\d\s.,'-]*)"
)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})
_GROUPED = re.compile(r"-?\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*")
MOST_OF_A_DISH = Decimal(10) ** 9  # a price beyond that is mistyped, in whatever currency
_FAR_LARGER = Decimal(10) ** 12


def price_text(amount: Decimal, currency: str, locale: str) -> str:
    """`amount` in `currency` (ISO 4217), with its decimals, as people of `locale` write it."""
    # Letters get the ISO code and a space: a locale's own abbreviation (Rwanda's "RF")
    # stands right at the figures.
    pattern = "¤¤ #,##0.00" if get_currency_symbol(currency, locale).isalpha() else None
    text = format_currency(amount, currency, format=pattern, locale=locale)
    return text.translate(_NO_BREAK_SPACES)


def plain_number(amount: Decimal, currency: str) -> int | float:
    """`amount` as a JSON number, whole where the currency has no decimals."""
    digits = get_currency_precision(currency)
    return float(round(amount, digits)) if digits else int(round(amount, 0))


def typed_amount(amount: Decimal, currency: str) -> str:
    """As somebody types it: 2500, 4.50."""
    return f"{amount:.{get_currency_precision(currency)}f}"


def amount(given: str | float | Decimal, currency: str) -> Decimal:
    """Money in `currency`: 4.50, "4,50", "€4.50", "RWF 2,500", "2 500".

    Raises TellableError, a ValueError which says what to write instead.
    """
    if not isinstance(given, str):
        # 1.1 + 2.2 is 3.3000000000000003 to a spreadsheet.
        exact = Decimal(f"{given:.12g}") if isinstance(given, float) else Decimal(given)
        return _in_whole_cents(exact, currency)
    written = plain_digits(given.strip().translate(_SPACES))
    found = _AMOUNT.fullmatch(written.replace("  ", " "))
    if found is None:
        raise _no_amount(written, currency)
    for sign in (found["before"], found["after"]):
        if currency_named(sign) not in ("", currency):
            raise TellableError(
                later("'{written}' is not in {currency}, which the restaurant's money is in"),
                written=written,
                currency=currency,
            )
    return _in_whole_cents(_number(found["number"].strip(), currency), currency)


def currency_named(sign: str) -> str:
    """The ISO code that people mean by a sign or a word: "€", "Frw"."""
    return _SIGNS.get(sign.upper(), sign.upper())


def is_cut_off(before: str) -> bool:
    """Of the words before an amount: whether they end with a part of it.

    That is a currency, as "$", "EUR" or "Rs.", or a number with its mark, as "12,".
    """
    last = before.rsplit(maxsplit=1)[-1]
    return (
        re.search(r"\.$|\d\s*,$", before) is not None
        or any(unicodedata.category(letter) == "Sc" for letter in last)
        or last.upper() in {*_SIGNS, *_SIGNS.values()}
        or (last.isupper() and is_currency(last))
    )


def _number(written: str, currency: str) -> Decimal:
    has_cents = bool(get_currency_precision(currency))
    if grouped := _GROUPED.fullmatch(written):
        mark = grouped["mark"]
        if has_cents and mark in ".," and written.count(mark) == 1:
            raise TellableError(
                later("'{written}' may be thousands or a fraction: write {whole} or {example}"),
                written=written,
                whole=written.replace(mark, ""),
                example=example(currency),
            )
        return Decimal(re.sub(r"[.,' ]", "", written))
    whole, mark, cents = _parted(written)
    if mark and not cents.isdigit():
        raise _no_amount(written, currency)
    if not whole.lstrip("-").isdigit() and not _GROUPED.fullmatch(whole):
        raise _no_amount(written, currency)
    try:
        return Decimal(f"{re.sub(r'[^0-9-]', '', whole)}.{cents or '0'}")
    except InvalidOperation:
        raise _no_amount(written, currency) from None


def _no_amount(written: str, currency: str) -> TellableError:
    return TellableError(
        later("'{written}' is no amount: write it as {example}"),
        written=written,
        example=example(currency),
    )


def _parted(written: str) -> tuple[str, str, str]:
    """Before and behind the last mark of a fraction."""
    at = max(written.rfind("."), written.rfind(","))
    return (written, "", "") if at < 0 else (written[:at], written[at], written[at + 1 :])


def _in_whole_cents(value: Decimal, currency: str) -> Decimal:
    digits = get_currency_precision(currency)
    if not value.is_finite() or abs(value) >= _FAR_LARGER:
        raise TellableError(later("is too large"))
    if value != round(value, digits):
        text = later("{value} has too many decimals: {currency} has no decimals")
        if digits:
            text = later("{value} has too many decimals: {currency} has {most} decimals at most")
        raise TellableError(text, value=value, currency=currency, most=digits)
    return round(value, 2)


def example(currency: str) -> str:
    """An amount as it may be written."""
    return "4.50" if get_currency_precision(currency) else "2500"
