"""What the console has, in the order in which it is shown: an entry is there once its page is."""

from typing import Any, NamedTuple

from flask import current_app, url_for

from handlers.console.here import Here
from personas.rights import Right


class Entry(NamedTuple):
    """`endpoint`: of its page, which takes a `slug`. `icon`: a symbol in `_icons.html`.

    `short`: the label where there is little room.
    """

    endpoint: str
    label: str
    icon: str
    right: Right
    short: str = ""


# The first that somebody may open are at their thumb; the others are behind "More" on a phone.
ENTRIES = (
    Entry("conversations.index", "Conversations", "chats", "conversations", "Chats"),
    Entry("menu.index", "Menu", "menu", "menu"),
    Entry("figures.index", "Figures", "figures", "figures"),
    Entry("dead_letters.index", "Dead letters", "letters", "repairs", "Letters"),
    Entry("asked.index", "Not on the menu", "asked", "conversations"),
    Entry("pairings.index", "Pairings", "pairings", "menu"),
    Entry("synonyms.index", "Words", "words", "menu"),
    Entry("hours.index", "Opening hours", "hours", "menu"),
    Entry("opted_out.index", "Opted out", "opted_out", "people"),
    Entry("people.index", "People", "people", "staff"),
    Entry("rollout.index", "Rollout", "rollout", "staff"),
    Entry("audit.index", "Changes", "audit", "staff"),
)


def entries(here: Here) -> list[Entry]:
    """What this person may open here."""
    return [
        each
        for each in ENTRIES
        if here.may(each.right) and each.endpoint in current_app.view_functions
    ]


def way(here: Here, endpoint: str, right: Right, **values: Any) -> str | None:
    """The address of a page of this restaurant's, for whoever may open it; None for all others."""
    if not here.may(right) or endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, slug=here.restaurant.slug, **values)
