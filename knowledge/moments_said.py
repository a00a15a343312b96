"""Moments that are said by another thing's name, as dates and times that `knowledge.moments` reads.

"In two hours", "half past seven", "25/12/2026", a date by the name that the house has for it.
"""

import re
from datetime import datetime, timedelta
from itertools import chain

from knowledge import moment_words
from knowledge.hours import Hours
from knowledge.words import fold, singular

UNITS = dict(chain.from_iterable(units.items() for units in moment_words.UNITS.values()))
_MOST_MINUTES = 60 * 24 * 60  # sixty days
_DAY_FIRST = re.compile(r"(?<![\d./-])(\d\d?)[./](\d\d?)[./](\d{4})(?![\d/])")
_IN = re.compile(rf"(?:{'|'.join(moment_words.IN)})\s+(\w+)\s+(\w+)")
_PAST = re.compile(r"\b(half|quarter)\s+(past|to)\s+(\w+)")


def plainly(text: str, now: datetime, hours: Hours | None) -> str:
    """The text with what it says in another way put plainly; else as it is."""
    said = fold(text)
    if (found := _IN.fullmatch(said.strip())) and (minutes := _minutes(*found.groups())):
        return f"{now + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"
    plain = _PAST.sub(_clock, _DAY_FIRST.sub(r"\3-\2-\1", said))
    for name, day in _named(now, hours):
        plain = re.sub(rf"\b{re.escape(name)}\b", day, plain)
    return text if plain == said else plain


def _minutes(count: str, unit: str) -> int:
    number = moment_words.COUNTS.get(count, int(count) if re.fullmatch(r"[0-9]{1,3}", count) else 0)
    minutes = number * UNITS.get(unit, UNITS.get(singular(unit), 0))
    return minutes if minutes <= _MOST_MINUTES else 0


def _clock(found: re.Match[str]) -> str:
    """ "Half past seven" as "7:30"; in the evening if it is said to be."""
    hour = moment_words.COUNTS.get(found[3], int(found[3]) if found[3] in _HOURS else 0)
    if not hour:
        return found[0]
    minutes = (30 if found[1] == "half" else 15) * (1 if found[2] == "past" else -1)
    evening = re.search(r"\b(?:dinner|evening|tonight|night|supper|pm)\b", found.string)
    hour = hour + 12 if evening and hour < 12 else hour
    return "{}:{:02}".format(*divmod((hour * 60 + minutes) % (24 * 60), 60))


_HOURS = frozenset(map(str, range(1, 25)))


def _named(now: datetime, hours: Hours | None) -> list[tuple[str, str]]:
    """The dates to come that have a name, the longest name first, the nearest of each."""
    named: dict[str, str] = {}
    for day, name in sorted(hours.names.items()) if hours else ():
        if day >= now.date():
            for each in (fold(name), fold(name).removesuffix(" day")):
                named.setdefault(each, day.isoformat())
    return sorted(named.items(), key=lambda each: -len(each[0]))
