"""Moments as people name them: "2026-11-27T19:00", "dinner tomorrow", "Sunday lunch".

Pure: now is an argument, local to the house. What is not understood is an error, never a guess.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from knowledge import moment_words
from knowledge.day_parts import EVENINGS, LATE, PARTS, Part, in_part
from knowledge.hours import DAY, DAY_MINUTES, Hours, opening
from knowledge.moments_said import AT, coming, plainly
from knowledge.period_words import MONTHS_SAID, WEEKDAYS_SAID
from knowledge.words import fold
from models.opening_hours import WEEKDAYS

EXAMPLES = '"2026-11-27T19:00", "dinner tomorrow", "Sunday lunch" or "Friday 20:00"'
LONGEST = 100  # characters
MOST_WORDS = 4  # of one name
DAYBREAK = time(5)  # nobody is served between a day's end and then
MIDDAY = time(12, 30)


Kind = Literal["day", "weekday", "month", "number", "part"]

_DATE = re.compile(r"(?<!\w)(\d{4})-(\d\d?)-(\d\d?)(?!\d)t?")
_CLOCK = re.compile(r"(?<!\w)(\d\d?)(?:[:.h](\d\d))?(?::\d\d)?\s?(am|pm|h)?(?!\w)")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_ENDING = re.compile(r"(?<=\d)\s?(?:st|nd|rd|th|er)\b")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said of a moment. `is_bare`: an hour that may be one of the morning or evening."""

    day: date | None = None
    clock: time | None = None
    part: str | None = None
    is_weekday: bool = False
    is_bare: bool = False


def moment_in(text: str, now: datetime, hours: Hours | None = None) -> datetime:
    """The moment that is meant, local as `now`. Raises ValueError that says what to send."""
    spoken = spoken_in(text, now, hours)
    if spoken.part == "now" or (spoken.day == now.date() and _is_day_alone(spoken)):
        return now
    day = spoken.day or now.date()
    if _is_day_alone(spoken):
        return _at(day, _first_open(day, now, hours), now)
    part = _part_of(spoken, day, hours)
    meant = _next_of(_at(day, part.means, now), spoken, now, hours)
    if meant < now and day == now.date():
        if spoken.clock is None and now.time().replace(second=0, microsecond=0) <= part.ends:
            return now  # "tonight", said at nine
        return _later(meant, spoken)
    if meant < now - DAY:
        raise ValueError(_past(text, now))
    return meant


def beginning_in(text: str, now: datetime, hours: Hours | None = None) -> datetime:
    """When what is named begins; a day does so before anybody is served. Raises ValueError."""
    spoken = spoken_in(text, now, hours)
    if spoken.part == "now":
        return now
    day = spoken.day or now.date()
    clock = DAYBREAK if _is_day_alone(spoken) else _part_of(spoken, day, hours).begins
    begins = _next_of(_at(day, clock, now), spoken, now, hours)
    if begins <= now:
        begins = _later(begins, spoken)
    if begins <= now:
        raise ValueError(_past(text, now))
    return begins


def spoken_in(text: str, now: datetime, hours: Hours | None) -> Spoken:
    """What of a moment stands in a text, all of whose words must be known. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(_unreadable(text))
    plain = plainly(text, now, hours)
    if found := _in_full(plain, now):
        return Spoken(found.date(), found.time().replace(tzinfo=None))
    rest = _ENDING.sub("", fold(plain).replace("a.m.", "am").replace("p.m.", "pm"))
    try:
        spoken, rest = _dated(Spoken(), rest)
        spoken, rest = _clocked(spoken, rest)
        spoken = _named(spoken, rest, now.date())
    except ValueError:
        raise ValueError(_unreadable(text)) from None
    if spoken == Spoken():
        raise ValueError(_unreadable(text))
    return spoken


def _in_full(text: str, now: datetime) -> datetime | None:
    """An ISO date with its time; one with an offset, as "Z", is by another clock than ours."""
    text = text.strip()
    if not _DATE.match(text) or len(text) <= len("2026-11-27"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(now.tzinfo) if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _dated(spoken: Spoken, text: str) -> tuple[Spoken, str]:
    found = _DATE.search(text)
    if not found:
        return spoken, text
    day = date(*map(int, found.groups()))
    return replace(spoken, day=day), f"{text[: found.start()]} {text[found.end() :]}"


def _clocked(spoken: Spoken, text: str) -> tuple[Spoken, str]:
    """Without the time of day that a text says, if it does."""
    for found in _CLOCK.finditer(text):
        hour, minute, half = found.groups()
        before = text[: found.start()].split()
        if minute is None and half is None and not (before and before[-1] in AT):
            continue  # a day of a month
        hours = int(hour)
        is_bare = half in (None, "h") and 1 <= hours <= 12 and not hour.startswith("0")
        if half in ("am", "pm"):
            hours = hours % 12 + (12 if half == "pm" else 0)
        spoken = replace(spoken, clock=time(hours, int(minute or 0)), is_bare=is_bare)
        return spoken, f"{text[: found.start()]} {text[found.end() :]}"
    return spoken, text


def _named(spoken: Spoken, text: str, today: date) -> Spoken:
    """With all that a text names. Raises ValueError for a word that names nothing."""
    said: dict[Kind, list[int | str]] = {}
    for kind, value in _names_in(text):
        said.setdefault(kind, []).append(value)
    if spoken.clock is None and "month" not in said and "weekday" not in said and len(said) > 1:
        match said.get("number"):
            case [int(hour)] if 1 <= hour <= 23:  # "8 tomorrow"
                spoken = replace(spoken, clock=time(hour), is_bare=hour <= 12)
                del said["number"]
    days = [today + int(after) * DAY for after in said.get("day", ())]
    if "month" in said or "number" in said:
        days.append(_date_of(said, today))
    if len({*days, *([spoken.day] if spoken.day else ())}) > 1:
        raise ValueError("several days")
    for day in days:
        spoken = replace(spoken, day=day)
    for weekday in said.get("weekday", ()):
        if spoken.day is None:
            ahead = (int(weekday) - today.weekday()) % len(WEEKDAYS)
            spoken = replace(spoken, day=today + ahead * DAY, is_weekday=True)
    for part in said.get("part", ()):
        spoken = replace(spoken, part=str(part))
    return spoken


def _names_in(text: str) -> Iterator[tuple[Kind, int | str]]:
    """Each by its longest name."""
    words = _WORD.findall(text)
    while words:
        if words[0].isdigit():
            yield "number", int(words.pop(0))
            continue
        lengths = range(min(MOST_WORDS, len(words)), 0, -1)
        length = next((n for n in lengths if " ".join(words[:n]) in _names()), 0)
        if not length:
            raise ValueError(words[0])
        yield from _names()[" ".join(words[:length])]
        del words[:length]


@cache
def _names() -> dict[str, tuple[tuple[Kind, int | str], ...]]:
    """What every name of six languages says, by its folded words."""
    found: dict[str, tuple[tuple[Kind, int | str], ...]] = {}
    found |= {_plain(name): (("month", month),) for name, month in MONTHS_SAID.items()}
    found |= {_plain(name): (("weekday", day - 1),) for name, day in WEEKDAYS_SAID.items()}
    found |= dict.fromkeys(AT, ())
    for language in moment_words.languages():
        found |= dict.fromkeys(moment_words.words_for(language, "fillers"), ())
        weekdays = moment_words.meanings(language, "weekdays").items()
        found |= {name: (("weekday", int(day) - 1),) for name, day in weekdays}
        days = moment_words.meanings(language, "days").items()
        found |= {name: (("day", int(after)),) for name, after in days}
        parts = moment_words.meanings(language, "parts").items()
        found |= {name: (("part", part),) for name, part in parts}
        tonight = moment_words.words_for(language, "tonight")
        found |= dict.fromkeys(tonight, (("day", 0), ("part", "evening")))
    return found


def _plain(name: str) -> str:
    return " ".join(_WORD.findall(fold(name)))


def _date_of(said: Mapping[Kind, list[int | str]], today: date) -> date:
    """A day of a month, of this year or the next one where it has passed."""
    match said.get("month", []), said.get("number", []):
        case [int(month)], [int(day)]:
            return coming(month, day, today)
        case [int(month)], [int(day), int(year)] if year >= today.year:
            return date(year, month, day)
    raise ValueError("a number without its month, or the other way round")


def _is_day_alone(spoken: Spoken) -> bool:
    return spoken.clock is None and spoken.part is None


def _part_of(spoken: Spoken, day: date, hours: Hours | None) -> Part:
    """When on that day: by the clock, by the house's period of that name, or as is usual."""
    if spoken.clock is not None:
        clock = in_part(spoken.clock, spoken.part) if spoken.is_bare else spoken.clock
        return Part(clock, clock, clock)
    assert spoken.part is not None, "else it is a day alone"
    for name, times in hours.periods.items() if hours else ():
        spans = times.on(day)
        if spans and spoken.part in _plain(name).split():
            begins, ends = spans[0]
            return Part(*(_wall(each) for each in (begins, (begins + ends) // 2, ends)))
    return PARTS[spoken.part]


def _next_of(meant: datetime, spoken: Spoken, now: datetime, hours: Hours | None) -> datetime:
    """Of a bare hour, the first to come that the house is open at: at eight, or at twenty."""
    if not spoken.is_bare or meant.hour >= 12:
        return meant
    if spoken.part is not None:
        return meant + DAY if spoken.part in EVENINGS and spoken.day else meant
    both = (meant, meant + timedelta(hours=12))
    ahead = [each for each in both if each > now] or [_later(each, spoken) for each in both]
    open_then = (each for each in ahead if hours and opening(hours, each).is_open)
    return next(open_then, ahead[0])


def _wall(minutes: int) -> time:
    return time(*divmod(minutes, 60)) if minutes < DAY_MINUTES else LATE


def _first_open(day: date, now: datetime, hours: Hours | None) -> time:
    """When who names a day alone may come: at midday, or as soon as the house is open that day."""
    midday = _at(day, MIDDAY, now)
    if hours is None or opening(hours, midday).is_open or not hours.house.on(day):
        return MIDDAY
    return _wall(hours.house.on(day)[0].opens)


def _later(moment: datetime, spoken: Spoken) -> datetime:
    """The next of its kind: a day or a week on, unless the very day was named."""
    if spoken.is_weekday:
        return moment + 7 * DAY
    return moment if spoken.day else moment + DAY


def _at(day: date, clock: time, now: datetime) -> datetime:
    return datetime.combine(day, clock, now.tzinfo)


def _past(text: str, now: datetime) -> str:
    return f"{text!r} is past: it is {now:%Y-%m-%dT%H:%M} now"


def _unreadable(text: str) -> str:
    return f"{text!r} is no moment that is understood: send local time, as {EXAMPLES}"
