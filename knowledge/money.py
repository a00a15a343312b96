"""Amounts as a diner reads them: `RWF 2,500` and `€4.50`."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

# The no-break spaces that locales put between figures and signs: a model is told plain spaces,
# and whatever it makes of them, `whatsapp.spans` keeps a price together on its way out.
_NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


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
