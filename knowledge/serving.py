"""Whether a dish is served at a moment, and if not, why not. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

from knowledge.hours import Hours, Times, is_within, opening, week_of
from knowledge.hours_in_words import week_text, when
from models.menu import MenuItem

# What is sold out until then is until somebody says otherwise.
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Served:
    """`why` it is not, as a diner may hear it: "served 07:00-11:00", "sold out until 17:00"."""

    is_served: bool
    why: str = ""


IT_IS = Served(True)


def is_served(item: MenuItem, at: datetime, hours: Hours | None) -> Served:
    """How it is with a dish at a moment.

    While the house is closed, whatever it serves at some hour counts: who asks then asks for later.
    """
    if item.sold_out_until is not None and at < item.sold_out_until:
        return Served(False, _sold_out(item.sold_out_until, at, hours))
    if not item.served or hours is None or not opening(hours, at).is_open:
        return IT_IS
    if any(is_within(hours, times, at) for times in _all_times(item.served, hours)):
        return IT_IS
    return Served(False, served_text(item.served, hours))


def served_text(served: list[str], hours: Hours) -> str:
    """ "served 07:00-11:00 (breakfast)"."""
    told = [
        f"{week_text(hours.periods[each].week)} ({each})" if each in hours.periods else each
        for each in served
    ]
    return f"served {', '.join(told)}"


def _sold_out(until: datetime, at: datetime, hours: Hours | None) -> str:
    if until >= FOR_GOOD:
        return "sold out until further notice"
    zone = hours.timezone if hours else at.tzinfo
    return f"sold out until {when(until.astimezone(zone), at.astimezone(zone))}"


def _all_times(served: list[str], hours: Hours) -> list[Times]:
    """A period of the day by its name, or times written out; what is neither is at no time."""
    found = []
    for each in served:
        try:
            found.append(hours.periods.get(each) or Times(week_of((each,))))
        except ValueError:
            continue
    return found
