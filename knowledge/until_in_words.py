"""Until when something is so, in the words of whoever reads it. Pure."""

from datetime import datetime

from babel.dates import format_date

from knowledge.hours_in_words import SMALL_HOURS
from knowledge.phrases import Phrase, known, phrase
from knowledge.serving import FOR_GOOD


def until_text(until: datetime | None, now: datetime, language: str | None) -> Phrase:
    """ "until 18:00", "until 07:00 tomorrow"; None is until further notice. `now` has the zone."""
    if until is None or until >= FOR_GOOD:
        return phrase("until further notice", language)
    there = until.astimezone(now.tzinfo)
    clock = f"{there:%H:%M}"
    if clock == "00:00":
        clock = phrase("midnight", language)
    days = (there.date() - now.date()).days
    if days == 0 or (days == 1 and there.hour < SMALL_HOURS):
        return phrase("until {clock}", language, clock=clock)
    if days == 1:
        return phrase("until {clock} tomorrow", language, clock=clock)
    day = format_date(there, "EEEE, d MMMM", locale=known(language))
    return phrase("until {clock} on {day}", language, clock=clock, day=day)
