"""The period that a message names, in the words that `fetch_financials` takes: "August 2025", "Q3
2025", "year to date".

Pure; which days that is, the tool knows, for it knows the date.
"""

import re

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}

_YEAR = r"(?P<year>20\d\d)"
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)(?:[a-z]{2,6})?\.?"
_ISO = re.compile(r"\b(20\d\d)[-/](0[1-9]|1[0-2])\b")
_NAMED = re.compile(rf"\b{_MONTH},? (?:of )?{_YEAR}\b")
# "May" and "march" are other words too: they count after "in" and its like.
_UNMISTAKABLE = "|".join(name.lower() for name in MONTHS if name not in ("March", "May"))
_BARE_MONTH = re.compile(rf"\b(?:(?:in|for|of|during) {_MONTH}|{_UNMISTAKABLE})\b")
_PART = re.compile(rf"\b(?P<letter>[qh])(?P<number>[1-4])(?: of)?[ /-]*{_YEAR}\b")
_QUARTER = re.compile(rf"\b(?P<ordinal>{'|'.join(ORDINALS)}) quarter(?: of)? {_YEAR}\b")
_RELATIVE = re.compile(r"\b(?P<which>last|previous|this|current) (?P<what>month|quarter|year)\b")
_TO_DATE = re.compile(r"\b(?:(?P<what>year|quarter|month)[ -]to[ -]date|ytd|so far)\b")
_BARE_YEAR = re.compile(rf"\b{_YEAR}\b")


def period_in(words: str) -> str | None:
    """From folded words."""
    if found := _ISO.search(words):
        return f"{found[1]}-{found[2]}"
    if found := _NAMED.search(words):
        return f"{_full_name(found['month'])} {found['year']}"
    if found := _PART.search(words):
        return f"{found['letter'].upper()}{found['number']} {found['year']}"
    if found := _QUARTER.search(words):
        return f"Q{ORDINALS[found['ordinal']]} {found['year']}"
    if found := _TO_DATE.search(words):
        return f"{found['what'] or 'year'} to date"
    if found := _RELATIVE.search(words):
        return f"{found['which']} {found['what']}"
    found = _BARE_YEAR.search(words)
    return found["year"] if found else None


def has_month_without_year(words: str) -> bool:
    return period_in(words) is None and bool(_BARE_MONTH.search(words))


def _full_name(month: str) -> str:
    return next(name for name in MONTHS if name.lower().startswith(month[:3]))
