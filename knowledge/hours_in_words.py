"""A restaurant's hours in words: for a persona's instructions, and for a moment of one day.

Pure, and in English: the personas answer in the diner's language.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from knowledge.hours import Hours, Span, Week, clock_text, hours_of, is_within, opening
from models.opening_hours import WEEKDAYS
from models.restaurants import Restaurant

# "Open until 02:00" is said of the night that has begun, not of tomorrow.
SMALL_HOURS = 4
COMING = timedelta(days=45)


def hours_text(restaurant: Restaurant) -> str:
    """Its weekly hours, made of the data; where there are none, what its file says in words.

    What holds on some dates only stands in `day_text` when they are near.
    """
    hours = hours_of(restaurant)
    if hours is None:
        return restaurant.hours
    told = [f"Open {_every_day(hours.house.week)}"]
    told += [f"{name} {week_text(times.week)}" for name, times in hours.periods.items()]
    return "; ".join(told)


def day_text(now: datetime, hours: Hours | None) -> str:
    """What a persona has to know of a moment: the day, the time, and whether the house is open."""
    day = f"Today is {now:%A, %d %B %Y}. It is {now:%H:%M}."
    return f"{day} {_house_text(int(now.timestamp()) // 60, hours)}" if hours else day


@lru_cache(maxsize=128)  # for the second that the hours are held, and the minute that it is
def _house_text(minute: int, hours: Hours) -> str:
    now = datetime.fromtimestamp(minute * 60, hours.timezone)
    told = []
    today = now.date()
    if today in hours.house.dates:
        name = hours.names.get(today, "a day with hours of its own")
        told.append(f"It is {name}: {_spans_text(hours.house.on(today))}.")
    told.append(f"The house is {opening_text(hours, now)}.")
    if periods := ", ".join(_periods_text(hours, now)):
        told.append(f"Today: {periods}.")
    if others := ", ".join(_coming(hours, today)):
        told.append(f"Other hours: {others}.")
    return " ".join(told)


def opening_text(hours: Hours, at: datetime, now: datetime | None = None) -> str:
    """ "open until 23:00", or "closed until 07:00 tomorrow", at a moment, told `now`.

    Of another day than today's, only "tomorrow" from today is called so.
    """
    found = opening(hours, at)
    state = "open" if found.is_open else "closed"
    return f"{state} until {when(found.until, now or at, at)}" if found.until else state


def when(moment: datetime, now: datetime, said: datetime | None = None) -> str:
    """A moment to come as one says it now, both in one time zone.

    `said`: another moment that was just named; on its day no day has to be named again.
    """
    clock = f"{moment:%H:%M}" if moment.hour or moment.minute else "midnight"
    after = (moment.date() - (said or now).date()).days
    if after == 0 or (after == 1 and moment.hour < SMALL_HOURS):
        return clock
    days = (moment.date() - now.date()).days
    if days == 1:
        return f"{clock} tomorrow"
    return f"{clock} on {moment:%A}, {moment.day} {moment:%B}"


def week_text(week: Week) -> str:
    """As `week_of` reads it: "Mon-Thu, Sun 07:00-23:00; Fri-Sat 07:00-24:00"."""
    days_of: dict[tuple[Span, ...], list[int]] = {}
    for day, spans in enumerate(week):
        if spans:
            days_of.setdefault(spans, []).append(day)
    return "; ".join(
        f"{_days_text(days)} {_spans_text(spans)}".strip() for spans, days in days_of.items()
    )


def _every_day(week: Week) -> str:
    text = week_text(week)
    return f"every day {text}" if text[:1].isdigit() else text or "never"


def _days_text(days: list[int]) -> str:
    """Days that follow each other as "Mon-Thu"; of all of them, nothing."""
    if len(days) == len(WEEKDAYS):
        return ""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [WEEKDAYS[day].capitalize() for day in range(len(WEEKDAYS))]
    return ", ".join(
        names[run[0]] if len(run) == 1 else f"{names[run[0]]}-{names[run[-1]]}" for run in runs
    )


def _spans_text(spans: tuple[Span, ...], between: str = ", ") -> str:
    return between.join("-".join(map(clock_text, span)) for span in spans) or "closed"


def _coming(hours: Hours, today: date) -> Iterator[str]:
    """The next dates with hours of their own."""
    for day in sorted(hours.house.dates):
        if today < day <= today + COMING:
            name = f" ({hours.names[day]})" if day in hours.names else ""
            yield f"{day:%a} {day.day} {day:%B}{name} {_spans_text(hours.house.on(day), ' and ')}"


def _periods_text(hours: Hours, now: datetime) -> Iterator[str]:
    """The day's periods, as far as the house is open."""
    is_open = opening(hours, now).is_open
    house = hours.house.on(now.date())
    for name, times in hours.periods.items():
        both = [
            Span(max(one.opens, other.opens), min(one.closes, other.closes))
            for one in times.on(now.date())
            for other in house
        ]
        spans = tuple(span for span in both if span.opens < span.closes)
        if spans:
            is_now = is_open and is_within(hours, times, now)
            yield f"{name} {_spans_text(spans, ' and ')}{' (now)' if is_now else ''}"
