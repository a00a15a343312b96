"""What the model is told beside what a look at the menu found: how to take it, and what to say.

It finds and ranks nothing, and logs nothing.
"""

from knowledge.menu_search import Found
from knowledge.wishes import Wishes
from models.menu import MenuItem
from personas.tool import ToolContext

MOST_ITEMS = 8  # what a diner reads on a phone, and what a model needs to choose from
NOT_STATED = (
    "not_stated: the file does not say that these are free of what the diner must not have. Only"
    " the kitchen knows: never call them free of it."
)

UNKNOWN_WORDS = (
    "Something that they said is not in words, or not yet: an allergy or a diet in it is not kept"
    " out of this. If you heard one, look again with it as an argument; call nothing here fit for"
    " them or safe."
)


def note(found: Found, items: list[MenuItem], served_count: int, shown_count: int) -> str | None:
    if not items:
        return "The restaurant has no menu here yet: say so."
    if found.overview:
        return (
            f"A taste of the whole menu. Its categories: {_categories(items)}."
            " Ask what the diner feels like."
        )
    if found.only_without_wishes and not found.wishes.contains:
        return (
            "The menu has this, but none of it meets the diner's wishes"
            " (diet, allergens or price): say so."
        )
    if unknown := ", ".join(found.wishes.not_understood):
        return (
            f"Not understood: {unknown}. Put it into English or as on the menu and look again, or"
            " ask the diner what they mean; invent nothing."
            f" The categories are: {_categories(items)}."
        )
    if absent := ", ".join(found.absent):
        return (
            f"Not on the menu: {absent}. Say so, and offer the nearest that it has; look that up."
            f" The categories are: {_categories(items)}."
        )
    if not found.items and not found.only_without_wishes:
        return (
            "Nothing on the menu fits: say so and invent nothing."
            f" The categories are: {_categories(items)}."
        )
    if served_count > shown_count:
        return f"The best {shown_count} of {served_count}: a narrower query finds the others."
    return None


def asked_after(found: Found) -> str | None:
    """Whether something is in it is answered by what the rows say, and by nothing that is empty."""
    if not found.wishes.contains:
        return None
    it = ", ".join(sorted(found.wishes.contains))
    notes = []
    if found.items:
        notes.append(
            f"items contain {it}, or may: say which, by allergens, may_contain and dietary."
        )
    if found.carriers:
        notes.append(
            f"contains_it: these contain {it}, or may, and are not for this diner: say so, and"
            " never offer them."
        )
    if found.without_it:
        notes.append(f"free_of_it: the file states that these are free of {it}.")
    if found.not_stated:
        notes.append(f"Of those in not_stated the file does not say whether they contain {it}.")
    if not notes:
        notes.append(f"No row says that it contains {it}, or may: say so, and no more.")
    return " ".join(notes)


def unclear(found: Found) -> str | None:
    """What is left out for a word that nobody knows: the kitchen has to tell, and to mend it."""
    if not found.unclear:
        return None
    names = ", ".join(item.name for item in found.unclear[:MOST_ITEMS])
    return (
        "Left out, since the file does not say clearly what they contain:"
        f" {names}. Only the kitchen knows: never call them safe."
    )


def unknown(context: ToolContext) -> str | None:
    """Where an allergy may have been said of which nobody knows."""
    return UNKNOWN_WORDS if context.has_unknown_words else None


def only_looked_for(wishes: Wishes) -> str | None:
    """What is none of the 14 is stated of no dish: that its words don't name it makes none safe."""
    if not wishes.without_words:
        return None
    it = ", ".join(sorted(wishes.without_words))
    return (
        f"Of {it} the file states nothing: it was only looked for in the menu's words, and may be"
        " in what is offered here. Say that only the kitchen knows; never call a dish free of it."
    )


def _categories(items: list[MenuItem]) -> str:
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.category] = sizes.get(item.category, 0) + 1
    return ", ".join(f"{category} ({size})" for category, size in sizes.items())
