"""Until when a dish is sold out, as the staff says it: "tilapia until friday", "tilapia 2 days".

Pure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from knowledge import moment_words
from knowledge.hours import DAY, DAY_MINUTES, Hours, end_of_service
from knowledge.moments import DAYBREAK, beginning_in
from knowledge.moments_said import UNITS
from knowledge.serving import FOR_GOOD
from knowledge.words import fold, singular

LONGEST = 200  # characters
MOST_DAYS = 366

_UNTIL = moment_words.words_of_all("until")
_FOR = moment_words.words_of_all("for")
# What is sold out until then is so until the service ends.
_TODAY = moment_words.words_of_all("tonight") + moment_words.words_of_all("days", "0")
_CLOSING = moment_words.words_of_all("closing")
_FOR_GOOD = moment_words.words_of_all("for_good")


class Parted(NamedTuple):
    """`is_said`: a time stood behind the words, and was not made up."""

    words: str
    until: datetime
    is_said: bool = True


def parted(typed: str, now: datetime, hours: Hours | None) -> Parted:
    """The dish's words, and until when; without a word of that, to the end of the service.

    Raises ValueError, which says what to send instead.
    """
    words = typed[:LONGEST].split()
    plain = [fold(word) for word in words]
    for said in _FOR_GOOD:
        if " ".join(plain).endswith(f" {said}"):
            return Parted(" ".join(words[: -len(said.split())]), FOR_GOOD)
    for at in range(len(words) - 1, 0, -1):
        if plain[at] in _UNTIL:
            dish = " ".join(words[:at])
            if " ".join(plain[at + 1 :]) in (*_TODAY, *_CLOSING):
                return Parted(dish, _today(now, hours))
            return Parted(dish, beginning_in(" ".join(words[at + 1 :]), now, hours))
    if minutes := _lasting(plain):
        kept = words[:-2]
        dish = " ".join(kept[:-1] if plain[-3] in _FOR else kept)
        return Parted(dish, _after(minutes, now))
    today = _today(now, hours)
    for said in _TODAY:
        if " ".join(plain).endswith(f" {said}"):
            return Parted(" ".join(words[: -len(said.split())]), today)
    return Parted(" ".join(words), today, is_said=False)


def until_in(typed: str, now: datetime, hours: Hours | None) -> datetime:
    """The same of the words behind a dish's alone: "friday", "3 days", "for good", or none.

    Raises ValueError.
    """
    said = parted(f"x {typed}", now, hours)
    if said.is_said or not typed.strip():
        return said.until
    return beginning_in(typed[:LONGEST].strip(), now, hours)


def _lasting(words: Sequence[str]) -> int:
    """The minutes that the last two words say, behind another one; 0 where they say none."""
    if len(words) < 3:
        return 0
    count, unit = words[-2:]
    if unit.isdecimal():  # "iminsi 3", "siku 3"
        count, unit = unit, count
    minutes = UNITS.get(unit, UNITS.get(singular(unit), 0))
    if count in ("a", "an", "one"):
        return minutes
    return int(count) * minutes if count.isdecimal() and len(count) <= len("999") else 0


def _after(minutes: int, now: datetime) -> datetime:
    """Whole days end before anybody is served."""
    if minutes > MOST_DAYS * DAY_MINUTES:
        raise ValueError('that is long: say "for good", and /back when it is there again')
    if minutes % DAY_MINUTES:
        return now + timedelta(minutes=minutes)
    day = now.date() + minutes // DAY_MINUTES * DAY
    return datetime.combine(day, DAYBREAK, now.tzinfo)


def _today(now: datetime, hours: Hours | None) -> datetime:
    """The end of the service that runs or comes; where no hours are kept, the next daybreak."""
    if hours and (end := end_of_service(hours, now)):
        return end
    daybreak = datetime.combine(now.date(), DAYBREAK, now.tzinfo)
    return daybreak if daybreak > now else daybreak + DAY
