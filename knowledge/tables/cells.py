"""What people write into cells: amounts, days, lists, yes and no; and how each is written back.

A value that may be meant in two ways is refused, never guessed. Each reader raises ValueError,
which says what to write instead.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from knowledge import money
from knowledge.tables.sheet import Cell
from knowledge.words import plain_digits

_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_EXCELS_FIRST_DAY = date(1899, 12, 30)
# Numbers of days that are years of our time: 2000 to 2100.
_EXCELS_DAYS = range(36_526, 73_051)
_YES = frozenset(
    {
        "yes",
        "y",
        "true",
        "t",
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
_NO = frozenset({"no", "n", "false", "f", "0", "non", "faux", "falso", "le", "hapana", "oya"})
_NONE = frozenset({"none", "[]", "-", "no", "nothing", "aucun", "nessuno"})
MONTHS, LONGEST_MONTH = 12, 31


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
    if cell is None or not text(cell):
        raise ValueError(f"is empty: write it as {money.example(currency)}")
    return money.amount(cell, currency)


def day(cell: Cell) -> date:
    """A day: a spreadsheet's own, 2026-03-01, or 1/3/2026, day first."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in _EXCELS_DAYS:
        return _EXCELS_FIRST_DAY + timedelta(days=cell)
    written = plain_digits(text(cell))
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
    written = plain_digits(text(cell))
    if not re.fullmatch(r"-?\d{1,9}", written):
        raise ValueError(f"{written!r} is no whole number")
    return int(written)


def of_words(listed: Sequence[str]) -> str:
    """A list as `words` reads it."""
    if not any(set(",;\n") & set(each) for each in listed):
        return ", ".join(listed)
    return " | ".join(listed) + (" |" if len(listed) == 1 else "")
