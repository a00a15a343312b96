"""The waiter's `lookup_menu`: dishes and drinks for a diner's words, with their prices.

What is passed as an argument, what the words of the query say and what is known of the diner add
up. It never ranks: that is `knowledge.menu_search`.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from knowledge.allergens import facts_of
from knowledge.lexicon_on_file import lexicon_of
from knowledge.menu_search import Found, search_menu
from knowledge.moments import EXAMPLES, LONGEST
from knowledge.money import price_text
from knowledge.named_dishes import named_in
from knowledge.prices import Sort
from knowledge.wishes import Wishes
from knowledge.words import words_of
from models.menu import ALLERGENS, DIETS, MenuItem, available_items
from models.restaurants import Restaurant
from personas.tool import Answer, Tool, ToolContext
from personas.tools import missed
from personas.tools.availability import house_then, moment_asked, parted
from personas.tools.menu_arguments import (
    DIETS_ON_FILE,
    Exclusions,
    Listed,
    asked_allergens,
    bounded,
    is_nothing,
    price,
    sort_of,
)
from personas.tools.menu_notes import (
    MOST_ITEMS,
    NOT_STATED,
    asked_after,
    note,
    only_looked_for,
    unclear,
    unknown,
)
from telemetry.logs import log

MOST_LIMIT = 30
NOTHING_NOW = (
    "What was meant can't be had then, as `unavailable` tells: say so with when it is served, and"
    " offer the nearest thing that is."
)

_Price = Annotated[
    Annotated[Decimal, Field(ge=0)] | str | None,
    BeforeValidator(price),
    Field(description="In the restaurant's currency."),
    WithJsonSchema({"type": "number"}),
]


class LookupMenu(Exclusions):
    exclude_allergens: Annotated[
        Listed,
        Field(description="Allergens that must not be in it, as said: milk, nuts, shellfish."),
    ] = ()
    dietary: Annotated[
        Listed,
        Field(description=f"{DIETS_ON_FILE}."),
    ] = ()
    avoid_ingredients: Annotated[
        Listed, Field(description="What else must not be in it: mushrooms, onion.")
    ] = ()
    query: Annotated[
        str,
        Field(
            max_length=200,
            description=(
                'The dish or drink: "coffee", "fish soup", "dessert". A whole name, as an answer'
                " gave it, finds that item alone. Left out: an overview."
            ),
        ),
    ] = ""
    contains: Annotated[
        Listed,
        Field(description='Allergens that are asked for: "what contains peanuts?"'),
    ] = ()
    category: Annotated[
        str | None,
        Field(
            max_length=80, description="A category of the menu, or a kind: drink, main, dessert."
        ),
        BeforeValidator(lambda given: None if is_nothing(given) else given),
    ] = None
    min_price: _Price = None
    max_price: _Price = None
    sort: Annotated[Sort, BeforeValidator(sort_of)] = "best"
    limit: Annotated[int, Field(description=f"How many at most; {MOST_LIMIT} is the most.")] = (
        MOST_ITEMS
    )
    at: Annotated[
        str | None,
        Field(
            max_length=LONGEST,
            description=f"When it is for, if not for now; local, as {EXAMPLES}.",
        ),
    ] = None


def run(context: ToolContext, arguments: LookupMenu) -> dict[str, object] | Answer:
    restaurant = context.restaurant
    try:
        asked = _asked(arguments, restaurant.currency).also(context.excluded())
        moment = moment_asked(context, arguments.at)
    except ValueError as error:
        return {"error": str(error)}
    with context.database.transaction() as session:
        items = available_items(session, restaurant.id)
        lexicon = lexicon_of(context.database, session, restaurant.slug)
    found = search_menu(items, arguments.query, asked, lexicon, restaurant.currency)
    served, unavailable = parted(found.items, restaurant, moment)
    if found.wishes.contains:
        served = found.items  # what is in a dish is asked at any hour
    shown_items = served[: min(max(arguments.limit, 1), MOST_LIMIT)]
    told = [shown(item, restaurant) for item in shown_items]
    if found.wishes.contains:
        # "What contains peanuts?" is answered whole, or somebody eats what was left out.
        shown_items = served
        told += [_in_short(item, restaurant) for item in served[len(told) :]]
    answer: dict[str, object] = {
        "items": told,
        "found": len(served),
        "understood": _understood(found.wishes, restaurant),
        "not_understood": list(found.wishes.not_understood),
        "not_on_menu": list(found.absent),
        "not_stated": _names((*found.unclear, *found.not_stated), found),
    }
    if found.wishes.contains:
        answer["contains_it"] = [_of_contents(item, restaurant) for item in found.carriers]
        answer["free_of_it"] = [item.name for item in found.without_it[:MOST_ITEMS]]
    if unavailable and not found.overview:
        answer["unavailable"] = unavailable[:MOST_ITEMS]
    if house := house_then(context, moment, arguments.at):
        answer["house"] = house
    _log_unclear(found, restaurant)
    notes = (
        NOTHING_NOW
        if unavailable and not served
        else note(found, items, len(served), len(shown_items)),
        asked_after(found),
        unclear(found),
        NOT_STATED if found.not_stated else None,
        only_looked_for(found.wishes),
        unknown(context),
    )
    if any(notes):
        answer["note"] = " ".join(filter(None, notes))
    return Answer(
        answer,
        missed=missed.of_search(found) if items else (),
        dishes=_named(found, arguments.query),
    )


def _named(found: Found, query: str) -> tuple[int, ...]:
    """The dishes that the words name, or the only one that they can mean: "soups" names none."""
    named = named_in(query, [item.name for item in found.items])
    if named:
        return tuple(item.id for item in found.items if item.name in named)
    words = set(found.wishes.words)
    # By one word alone a kind is asked for, though only the African coffee has it in its name.
    having = [each for each in found.items if words <= set(words_of(each.name))]
    meant = having if len(words) > 1 and having else found.items
    return (meant[0].id,) if words and len(meant) == 1 else ()


def _asked(arguments: LookupMenu, currency: str) -> Wishes:
    """What the arguments say beside the query. Raises ValueError for a word that nobody knows."""
    own = Wishes(category=arguments.category or None, sort=arguments.sort)
    return (
        own.also(bounded(arguments.min_price, arguments.max_price, currency))
        .also(asked_allergens(arguments.contains))
        .also(arguments.as_wishes())
    )


def shown(item: MenuItem, restaurant: Restaurant) -> dict[str, object]:
    """An item as the model sees it."""
    facts = facts_of(item)
    return {
        "item_id": item.id,
        "name": item.name,
        "price": price_text(item.price, restaurant.currency, restaurant.locale),
        "category": item.category,
        "description": item.description,
        "dietary": [diet for diet in DIETS if diet in facts.diets],
        "allergens": [
            *(allergen for allergen in ALLERGENS if allergen in facts.contained),
            *facts.unclear,
        ],
        "may_contain": [allergen for allergen in ALLERGENS if allergen in facts.may_contain],
        "image_url": item.image_url,
        **({"portion": item.portion} if item.portion else {}),
    }


def _understood(wishes: Wishes, restaurant: Restaurant) -> dict[str, object]:
    """What the search went by, so that the model can tell what was not taken as it was meant."""
    prices = {
        name: price_text(price, restaurant.currency, restaurant.locale)
        for name, price in (("min", wishes.min_price), ("max", wishes.max_price))
        if price is not None
    }
    return {
        "excluded_allergens": sorted(wishes.without),
        "avoided": sorted(wishes.without_words),
        "contains": sorted(wishes.contains),
        "diets": sorted(wishes.diets),
        "prices": prices,
        "category": wishes.category,
        "words": list(wishes.words),
    }


def _in_short(item: MenuItem, restaurant: Restaurant) -> dict[str, object]:
    told = shown(item, restaurant)
    return {name: told[name] for name in ("item_id", "name", "price", "allergens", "may_contain")}


def _of_contents(item: MenuItem, restaurant: Restaurant) -> dict[str, object]:
    """Of what is not for the diner no more than what is in it."""
    told = shown(item, restaurant)
    return {name: told[name] for name in ("name", "allergens", "may_contain")}


def _log_unclear(found: Found, restaurant: Restaurant) -> None:
    if found.unclear:
        dishes = [item.slug for item in found.unclear[:MOST_ITEMS]]
        log.warning("menu.allergen_unknown", restaurant=restaurant.slug, dishes=dishes)


def _names(items: Sequence[MenuItem], found: Found) -> list[str]:
    """All of them where it is asked what contains something: what is left out may be eaten."""
    return [item.name for item in (items if found.wishes.contains else items[:MOST_ITEMS])]


lookup_menu = Tool(
    name="lookup_menu",
    description=(
        "Look up dishes and drinks on this restaurant's menu, with prices, diets and allergens."
        " The only source of them."
    ),
    arguments=LookupMenu,
    run=run,
)
