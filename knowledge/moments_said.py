"""Moments that are said by another thing's name, as dates and times that `knowledge.moments` reads.

"In two hours", "half past seven", "25/12/2026", a date by the name that the house has for it.
"""

import re
from datetime import datetime, timedelta

from knowledge import moment_words
from knowledge.hours import Hours
from knowledge.number_words import value_of_word
from knowledge.words import fold, singular

UNITS: dict[str, int] = {}
ONE: dict[str, int] = {}
for _language in moment_words.languages():
    UNITS |= {word: int(each) for word, each in moment_words.meanings(_language, "units").items()}
    ONE |= {word: int(each) for word, each in moment_words.meanings(_language, "counts").items()}
_ANY_IN = [word for each in moment_words.languages() for word in moment_words.words_for(each, "in")]
_MOST_MINUTES = 60 * 24 * 60  # sixty days
_DAY_FIRST = re.compile(r"(?<![\d./-])(\d\d?)[./](\d\d?)[./](\d{4})(?![\d/])")
_IN = re.compile(rf"(?:{'|'.join(_ANY_IN)})\s+(\w+)\s+(\w+)")
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
    minutes = _number(count) * UNITS.get(unit, UNITS.get(singular(unit), 0))
    return minutes if minutes <= _MOST_MINUTES else 0


def _clock(found: re.Match[str]) -> str:
    """ "Half past seven" as "7:30"; in the evening if it is said to be."""
    hour = _number(found[3])
    if not 1 <= hour <= 24:
        return found[0]
    minutes = (30 if found[1] == "half" else 15) * (1 if found[2] == "past" else -1)
    evening = re.search(r"\b(?:dinner|evening|tonight|night|supper|pm)\b", found.string)
    hour = hour + 12 if evening and hour < 12 else hour
    return "{}:{:02}".format(*divmod((hour * 60 + minutes) % (24 * 60), 60))


def _number(said: str) -> int:
    """In figures or in words, 0 where it is neither."""
    if re.fullmatch(r"[0-9]{1,3}", said):
        return int(said)
    return ONE.get(said) or value_of_word(said)


def _named(now: datetime, hours: Hours | None) -> list[tuple[str, str]]:
    """The dates to come that have a name, the longest name first, the nearest of each."""
    named: dict[str, str] = {}
    for day, name in sorted(hours.names.items()) if hours else ():
        if day >= now.date():
            for each in (fold(name), fold(name).removesuffix(" day")):
                named.setdefault(each, day.isoformat())
    return sorted(named.items(), key=lambda each: -len(each[0]))
