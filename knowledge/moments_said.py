"""Moments that are said by another thing's name, as dates and times that `knowledge.moments` reads.

"In two hours", "half past seven", "saa mbili usiku", "25/12/2026", a date by the name that it has.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from knowledge import moment_words
from knowledge.hours import Hours
from knowledge.number_words import value_of_word
from knowledge.words import fold, singular


def _numbers(table: str) -> dict[str, int]:
    """What the words of a table mean in every language."""
    tables = [moment_words.meanings(each, table) for each in moment_words.languages()]
    return {word: int(meaning) for words in tables for word, meaning in words.items()}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


UNITS = _numbers("units")
_COUNTS = _numbers("counts")
_BEHIND = _numbers("clock")
_SIX_OFF = _numbers("hours_from_six")
AT = moment_words.words_of_all("at")
_MOST_MINUTES = 60 * 24 * 60  # sixty days
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_DATE = re.compile(r"(?<![\d./-])(\d\d?)(?:/(\d\d?)(?:/(\d{4}))?|\.(\d\d?)\.(\d{4}))(?![\d/])")
_IN = re.compile(rf"(?:{_any_of(moment_words.words_of_all('in'))})\s+(.+)")
_HOURS = _any_of(moment_words.words_of_all("oclock"))
_AT_WORD = re.compile(rf"\b({_any_of(AT)})\s+([^\W\d_]+)")
_WORD_OCLOCK = re.compile(rf"\b()([^\W\d_]+)(?=\s+(?:{_HOURS}|{_any_of(_BEHIND)})\b)")
_OCLOCK = re.compile(rf"(?<=\d)[\s-]*(?:{_HOURS})\b")
_PAST = re.compile(r"\b(half|quarter)\s+(past|to)\s+(\w+)")
_PAST_BEHIND = re.compile(rf"(?<!\w)(\d\d?)(?::00|\s?h)?\s+({_any_of(_BEHIND)})\b")
# In Swahili and Kinyarwanda the first hour is seven; but "ifunguro rya saa sita" is lunch.
_FROM_SIX = re.compile(rf"(?<!rya )\bsaa\s+({_any_of(_SIX_OFF)}|1[0-2]|[1-9])(?::(\d\d))?(?!\w|:)")


def plainly(text: str, now: datetime, hours: Hours | None) -> str:
    """The text with what it says in another way put plainly; else as it is."""
    said = _folded(text)
    if (found := _IN.fullmatch(said.strip())) and (minutes := _minutes(found[1])):
        return f"{now + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"
    plain = _FROM_SIX.sub(_six_hours_on, said)
    plain = _WORD_OCLOCK.sub(_in_figures, _AT_WORD.sub(_in_figures, plain))
    plain = _PAST_BEHIND.sub(_past_behind, _PAST.sub(_past, _OCLOCK.sub("h", plain)))
    plain = _DATE.sub(lambda found: _iso(found, now.date()), plain)
    for name, day in _named(now, hours):
        plain = re.sub(rf"\b{re.escape(name)}\b(?!\s+eve\b)", day, plain)
    return text if plain == said else plain


def _folded(text: str) -> str:
    return _HYPHEN.sub(" ", fold(text))


def _minutes(span: str) -> int:
    """ "Half an hour", "two hours", "masaa mawili"; 0 where it is none."""
    first, _, behind = span.partition(" ")
    before, _, last = span.rpartition(" ")
    for count, unit in (("one", span), (first, behind), (last, before)):
        minutes = _number(count) * UNITS.get(unit, UNITS.get(singular(unit), 0))
        if 0 < minutes <= _MOST_MINUTES:
            return minutes
    return 0


def _six_hours_on(found: re.Match[str]) -> str:
    """ "Saa mbili" as "8:00"; of the morning or the evening, as what stands beside it says."""
    hour = _SIX_OFF.get(found[1]) or int(found[1])
    return _clock((hour + 5) % 12 + 1, int(found[2] or 0))


def _in_figures(found: re.Match[str]) -> str:
    """ "At eight" as "at 8". An article is no number."""
    number = _number(found[2]) if len(found[2]) > len("an") else 0
    return f"{found[1]} {number}" if 1 <= number <= 24 else found[0]


def _past(found: re.Match[str]) -> str:
    """ "Half past seven" as "7:30"."""
    hour = _number(found[3])
    minutes = (30 if found[1] == "half" else 15) * (1 if found[2] == "past" else -1)
    return _clock(hour, minutes) if 1 <= hour <= 24 else found[0]


def _past_behind(found: re.Match[str]) -> str:
    """ "8 et demie" as "8:30"."""
    hour = int(found[1])
    return _clock(hour, _BEHIND[found[2]]) if 1 <= hour <= 24 else found[0]


def _clock(hour: int, minutes: int) -> str:
    """Without a zero before it, since it may be of the morning or the evening."""
    total = hour * 60 + minutes
    if hour <= 12:
        total = (total - 60) % (12 * 60) + 60
    return "{}:{:02}".format(*divmod(total % (24 * 60), 60))


def _number(said: str) -> int:
    """In figures or in words, 0 where it is neither."""
    if re.fullmatch(r"[0-9]{1,3}", said):
        return int(said)
    return _COUNTS.get(said) or value_of_word(said)


def _iso(found: re.Match[str], today: date) -> str:
    """ "31/12" or "12/31", of this year or the next; a date that there is not stays as it is."""
    day = int(found[1])
    month = int(found[2] or found[4])
    if month > 12:
        day, month = month, day
    year = found[3] or found[5]
    try:
        return (date(int(year), month, day) if year else coming(month, day, today)).isoformat()
    except ValueError:
        return found[0]


def coming(month: int, day: int, today: date) -> date:
    """Raises ValueError for the 29th of February of most years."""
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _named(now: datetime, hours: Hours | None) -> list[tuple[str, str]]:
    """The dates to come that have a name, the longest name first, the nearest of each.

    The house's own go before those that everybody knows.
    """
    named: dict[str, str] = {}
    for day, name in sorted(hours.names.items()) if hours else ():
        if day >= now.date():
            for each in (_folded(name), _folded(name).removesuffix(" day")):
                named.setdefault(each, day.isoformat())
    for language in moment_words.languages():
        for name, written in moment_words.meanings(language, "dates").items():
            month, day_of_month = map(int, written.split("-"))
            named.setdefault(name, coming(month, day_of_month, now.date()).isoformat())
    return sorted(named.items(), key=lambda each: -len(each[0]))
