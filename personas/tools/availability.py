"""What of the menu can be had when a diner wants it, and why the rest of it can't."""

from collections.abc import Sequence
from datetime import datetime

from knowledge.hours import hours_of, opening
from knowledge.hours_in_words import opening_text
from knowledge.moments import moment_in
from knowledge.serving import is_served
from models.menu import MenuItem
from models.restaurants import Restaurant
from personas.tool import ToolContext


def moment_asked(context: ToolContext, at: str | None) -> datetime:
    """When it is for: now, or when the model says. Raises ValueError that says what to send."""
    if not at:
        return context.now
    try:
        return moment_in(at, context.now, hours_of(context.restaurant))
    except ValueError as error:
        raise ValueError(f"at: {error}") from None


def parted(
    items: Sequence[MenuItem], restaurant: Restaurant, moment: datetime
) -> tuple[tuple[MenuItem, ...], list[dict[str, object]]]:
    """What can be had then, and what can't, each by its name with why not."""
    hours = hours_of(restaurant)
    served = []
    unavailable: list[dict[str, object]] = []
    for item in items:
        found = is_served(item, moment, hours)
        if found.is_served:
            served.append(item)
        else:
            unavailable.append({"name": item.name, "why": found.why})
    return tuple(served), unavailable


def house_then(context: ToolContext, moment: datetime, at: str | None) -> str | None:
    """Whether the house is open then: of another moment always, of now where it is closed."""
    hours = hours_of(context.restaurant)
    if at:
        told = f"{moment:%A}, {moment.day} {moment:%B}, {moment:%H:%M}"
        return f"{told}: {opening_text(hours, moment, context.now)}" if hours else told
    if hours is None or opening(hours, moment).is_open:
        return None
    return opening_text(hours, moment)
