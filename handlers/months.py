"""A month as one asks for it: `2026-11`."""

import re
from datetime import date

MONTH = r"^(20\d\d)-(0[1-9]|1[0-2])$"


def month_of(asked: str) -> date | None:
    """Its first day; None for what is no month."""
    found = re.fullmatch(MONTH, asked, re.ASCII)
    return date(int(found[1]), int(found[2]), 1) if found else None
