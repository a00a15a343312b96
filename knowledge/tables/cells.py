"""What people write into cells: amounts, days, lists, yes and no; and how each is written back.

A value that may be meant in two ways is refused, never guessed. Each reader raises ValueError,
which says what to write instead.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision

from knowledge.tables.sheet import Cell

# What people write for a currency beside its ISO code.
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "FRW": "RWF", "RF": "RWF", "EURO": "EUR"}
_AMOUNT = re.compile(
    r"^(?P<before>[^\d\s.,'-]*)\s?(?P<number>-?\d[\d.,' ]*)(?P<after>[^\d\s.,'-]*)"
)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})
_GROUPED = re.compile(r"-?\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_EXCELS_FIRST_DAY = date(1899, 12, 30)
# Numbers of days that are years of our time: 2000 to 2100.
_EXCELS_DAYS = range(36_526, 73_051)
_YES = frozenset(
    {
        "yes",
        "y",
        "true",
        "1",
        "x",
        "oui",
        "vrai",
        "si",
        "sì",
        "vero",
        "iva",
        "veru",
        "ndiyo",
        "kweli",
        "yego",
    }
)
_NO = frozenset({"no", "n", "false", "0", "non", "faux", "falso", "le", "hapana", "oya"})
_NONE = frozenset({"none", "[]", "-", "no", "nothing", "aucun", "nessuno"})
MONTHS, LONGEST_MONTH = 12, 31
_FAR_LARGER = Decimal(10) ** 12


def text(cell: Cell) -> str:
    """Its words; a number as it is shown, a day as 2026-11-26."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell).strip()


def amount(cell: Cell, currency: str) -> Decimal:
    """Money in `currency`: 4.50, "4,50", "€4.50", "RWF 2,500", "2 500"."""
    if isinstance(cell, bool | date):
        raise ValueError("is no amount")
    if isinstance(cell, int | float | Decimal):
        # 1.1 + 2.2 is 3.3000000000000003 to a spreadsheet.
        exact = Decimal(f"{cell:.12g}") if isinstance(cell, float) else Decimal(cell)
        return _in_whole_cents(exact, currency)
    written = text(cell).translate(_SPACES)
    found = _AMOUNT.fullmatch(written.replace("  ", " "))
    if found is None:
        raise ValueError(f"{written!r} is no amount: write it as {_example(currency)}")
    for sign in (found["before"], found["after"]):
        if currency_named(sign) not in ("", currency):
            raise ValueError(
                f"{written!r} is not in {currency}, which the restaurant's money is in"
            )
    return _in_whole_cents(_number(found["number"].strip(), currency), currency)


def currency_named(sign: str) -> str:
    """The ISO code that people mean by a sign or a word: "€", "Frw"."""
    return _SIGNS.get(sign.upper(), sign.upper())


def _number(written: str, currency: str) -> Decimal:
    has_cents = bool(get_currency_precision(currency))
    if grouped := _GROUPED.fullmatch(written):
        mark = grouped["mark"]
        if has_cents and mark in ".," and written.count(mark) == 1:
            raise ValueError(
                f"{written!r} may be thousands or a fraction:"
                f" write {written.replace(mark, '')} or {_example(currency)}"
            )
        return Decimal(re.sub(r"[.,' ]", "", written))
    whole, mark, cents = _parted(written)
    if mark and not cents.isdigit():
        raise ValueError(f"{written!r} is no amount: write it as {_example(currency)}")
    if not whole.lstrip("-").isdigit() and not _GROUPED.fullmatch(whole):
        raise ValueError(f"{written!r} is no amount: write it as {_example(currency)}")
    try:
        return Decimal(f"{re.sub(r'[^0-9-]', '', whole)}.{cents or '0'}")
    except InvalidOperation:
        raise ValueError(f"{written!r} is no amount: write it as {_example(currency)}") from None


def _parted(written: str) -> tuple[str, str, str]:
    """Before and behind the last mark of a fraction."""
    at = max(written.rfind("."), written.rfind(","))
    return (written, "", "") if at < 0 else (written[:at], written[at], written[at + 1 :])


def _in_whole_cents(value: Decimal, currency: str) -> Decimal:
    digits = get_currency_precision(currency)
    if not value.is_finite() or abs(value) >= _FAR_LARGER:
        raise ValueError("is too large")
    if value != round(value, digits):
        decimals = f"{digits} decimals at most" if digits else "no decimals"
        raise ValueError(f"{value} has too many decimals: {currency} has {decimals}")
    return round(value, 2)


def _example(currency: str) -> str:
    return "4.50" if get_currency_precision(currency) else "2500"


def day(cell: Cell) -> date:
    """A day: a spreadsheet's own, 2026-03-01, or 1/3/2026, day first."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in _EXCELS_DAYS:
        return _EXCELS_FIRST_DAY + timedelta(days=cell)
    written = text(cell)
    found = _DAY_FIRST.fullmatch(written)
    first, second, year = map(int, found.groups()) if found else (0, 0, 0)
    if 0 < first <= MONTHS < second <= LONGEST_MONTH:
        raise ValueError(f"{written!r} has its month first: write {year}-{first:02}-{second:02}")
    try:
        if found:
            return date(year, second, first)
        return date.fromisoformat(written[:10] if written[10:11] in ("T", " ") else written)
    except ValueError:
        raise ValueError(f"{written!r} is no day: write it as 2026-03-01") from None


def words(cell: Cell) -> list[str]:
    """A list: words between commas, semicolons or bars; none for an empty cell, "none" or "-"."""
    written = text(cell)
    if written.casefold() in _NONE:
        return []
    parts = written.split("|") if "|" in written else re.split(r"[,;\n]", written)
    return [part.strip() for part in parts if part.strip()]


def truth(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    written = text(cell).casefold()
    if written not in _YES | _NO:
        raise ValueError(f"{written!r} is neither yes nor no")
    return written in _YES


def whole(cell: Cell) -> int:
    written = text(cell)
    if not re.fullmatch(r"-?\d{1,9}", written):
        raise ValueError(f"{written!r} is no whole number")
    return int(written)


def of_words(listed: Sequence[str]) -> str:
    """A list as `words` reads it."""
    if not any(set(",;\n") & set(each) for each in listed):
        return ", ".join(listed)
    return " | ".join(listed) + (" |" if len(listed) == 1 else "")
