"""The waiter's `recommend_pairing`: what goes well with a dish, and the sentence that sells it.

It offers nothing that the diner must not have, that can't be had, or that they were offered before.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from knowledge.fitting import fits
from knowledge.menu_search import search_menu
from knowledge.moments import LONGEST
from knowledge.wishes import Wishes
from knowledge.words import fold
from models.menu import MenuItem, Paired, available_items, pairings_of
from models.restaurants import Restaurant
from models.tool_calls import Missed
from personas.tool import Answer, Tool, ToolContext
from personas.tools.availability import house_then, moment_asked, parted
from personas.tools.lookup_menu import shown
from personas.tools.menu_arguments import Exclusions
from personas.tools.menu_notes import NOT_STATED, only_looked_for, unknown

MOST_PAIRINGS = 3
MOST_CHOICES = 5  # named where a name may mean several dishes
NOTHING = "The house suggests nothing in particular with it: don't invent a pairing."
NOTHING_FITS = (
    "Nothing of what the house suggests with it is left for this diner now: suggest nothing, and"
    " don't invent a pairing."
)
ITSELF_NOT_THEN = "The dish itself can't be had then, as `unavailable` tells: say so first."
NO_SUCH_ITEM = "item_id: no such item on this restaurant's menu; take the item_id from lookup_menu"
ITSELF = "By what is known of this diner, the dish itself is not for them: say so first."


class NotOnMenuError(ValueError):
    """No item has this name."""

    def __init__(self, named: str) -> None:
        super().__init__(NO_SUCH_ITEM)
        self.named = named


def _id_or_name(given: object) -> object:
    if isinstance(given, str | int) and not isinstance(given, bool) and str(given).strip():
        text = str(given).strip()
        return int(text) if text.isdecimal() else text
    raise ValueError("send the item_id that lookup_menu gave, or the dish's name")


class RecommendPairing(Exclusions):
    item_id: Annotated[
        int | str,
        BeforeValidator(_id_or_name),
        WithJsonSchema({"type": ["integer", "string"]}),
        Field(description="The item_id that lookup_menu gave, or the dish's name on the menu."),
    ]
    at: Annotated[str | None, Field(max_length=LONGEST)] = None


def run(context: ToolContext, arguments: RecommendPairing) -> dict[str, object] | Answer:
    restaurant = context.restaurant
    try:
        wishes = arguments.as_wishes().also(context.excluded())
        moment = moment_asked(context, arguments.at)
        with context.database.transaction() as session:
            item = _meant(available_items(session, restaurant.id), arguments.item_id)
            pairings = pairings_of(session, restaurant.id, item.id)
    except NotOnMenuError as error:
        return Answer({"error": str(error)}, missed=(Missed("dish", error.named),))
    except ValueError as error:
        return {"error": str(error)}
    fresh = [pairing for pairing in pairings if not _was_named(pairing.item, context.replied)]
    fitting, unsaid = _by_fit(fresh, wishes)
    itself, itself_unavailable = parted([item], restaurant, moment)
    served, unavailable = parted([pairing.item for pairing in fitting], restaurant, moment)
    offered = [pairing for pairing in fitting if pairing.item in served][:MOST_PAIRINGS]
    answer: dict[str, object] = {
        "item": shown(item, restaurant),
        "pairings": [_told(pairing, restaurant) for pairing in offered],
    }
    if unsaid:
        answer["not_stated"] = [pairing.item.name for pairing in unsaid]
    if not_then := [*itself_unavailable, *unavailable]:
        answer["unavailable"] = not_then
    if house := house_then(context, moment, arguments.at):
        answer["house"] = house
    notes = (
        None if itself else ITSELF_NOT_THEN,
        ITSELF if fits(item, wishes) is False else None,
        None if offered else NOTHING_FITS if pairings else NOTHING,
        NOT_STATED if unsaid else None,
        only_looked_for(wishes),
        unknown(context),
    )
    if any(notes):
        answer["note"] = " ".join(filter(None, notes))
    missed = () if pairings else (Missed("pairing", item.name),)
    return Answer(answer, missed=missed, dishes=(item.id,))


def _by_fit(pairings: Sequence[Paired], wishes: Wishes) -> tuple[list[Paired], list[Paired]]:
    """Those that this diner may have, and those of which no row says if they may."""
    verdicts = [(pairing, fits(pairing.item, wishes)) for pairing in pairings]
    fitting = [pairing for pairing, is_fit in verdicts if is_fit]
    return fitting, [pairing for pairing, is_fit in verdicts if is_fit is None]


def _meant(items: Sequence[MenuItem], named: int | str) -> MenuItem:
    """The item of an id or a name.

    Raises ValueError, which says what to send instead; NotOnMenuError where that is nothing.
    """
    if isinstance(named, int):
        found = [item for item in items if item.id == named]
    else:
        found = [item for item in items if fold(named) in _names(item)]
        looked_up = search_menu(items, named)
        found = found or list(() if looked_up.overview else looked_up.items)
    if len(found) == 1:
        return found[0]
    if not found and isinstance(named, str):
        raise NotOnMenuError(named)
    if not found:
        raise ValueError(NO_SUCH_ITEM)
    which = ", ".join(f"{item.name} ({item.id})" for item in found[:MOST_CHOICES])
    raise ValueError(f"item_id: {named!r} may be several items: send the id of one of {which}")


def _was_named(item: MenuItem, replies: Iterable[str]) -> bool:
    """Whether one of our replies named it: a suggestion is made once."""
    name = re.compile(rf"\b{re.escape(_short_name(item))}\b")
    return any(name.search(fold(reply)) for reply in replies)


def _names(item: MenuItem) -> tuple[str, ...]:
    return (fold(item.name), _short_name(item), item.slug)


def _short_name(item: MenuItem) -> str:
    """Without what stands in brackets, a translation or a size."""
    return fold(item.name.partition("(")[0]).strip()


def _told(pairing: Paired, restaurant: Restaurant) -> dict[str, object]:
    item = shown(pairing.item, restaurant)
    return {"item": item, "price": item["price"], "upsell": pairing.upsell}


recommend_pairing = Tool(
    name="recommend_pairing",
    description=(
        "What the house suggests with an item of the menu, each with its price and a sentence to"
        " offer it. The other arguments are as in lookup_menu."
    ),
    arguments=RecommendPairing,
    run=run,
)
