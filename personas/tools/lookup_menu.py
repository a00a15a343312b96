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
from knowledge.prices import Sort
from knowledge.wishes import Wishes
from models.menu import ALLERGENS, DIETS, MenuItem, available_items
from models.restaurants import Restaurant
from personas.tool import Tool, ToolContext
from personas.tools.availability import house_then, moment_asked, parted
from personas.tools.menu_arguments import (
    Exclusions,
    Listed,
    asked_allergens,
    bounded,
    is_nothing,
    price,
    sort_of,
)
from telemetry.logs import log

MOST_ITEMS = 8  # what a diner reads on a phone, and what a model needs to choose from
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
        Field(
            description=(
                "vegan, vegetarian, pescatarian, halal, kosher, gluten-free, dairy-free, spicy,"
                " no-alcohol, no-pork."
            )
        ),
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


def run(context: ToolContext, arguments: LookupMenu) -> dict[str, object]:
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
    notes = (
        NOTHING_NOW
        if unavailable and not served
        else _note(found, items, len(served), len(shown_items)),
        _asked_after(found),
        _unclear(found, restaurant),
        _not_stated(found),
    )
    if any(notes):
        answer["note"] = " ".join(filter(None, notes))
    return answer


def _asked(arguments: LookupMenu, currency: str) -> Wishes:
    """What the arguments say beside the query. Raises ValueError for a word that nobody knows."""
    own = Wishes(category=arguments.category or None, sort=arguments.sort)
    return (
        own.also(bounded(arguments.min_price, arguments.max_price, currency))
        .also(asked_allergens(arguments.contains))
        .also(arguments.excluded())
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


def _names(items: Sequence[MenuItem], found: Found) -> list[str]:
    """All of them where it is asked what contains something: what is left out may be eaten."""
    return [item.name for item in (items if found.wishes.contains else items[:MOST_ITEMS])]


def _note(found: Found, items: list[MenuItem], served_count: int, shown_count: int) -> str | None:
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


def _asked_after(found: Found) -> str | None:
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


def _unclear(found: Found, restaurant: Restaurant) -> str | None:
    """What is left out for a word that nobody knows: the kitchen has to tell, and to mend it."""
    if not found.unclear:
        return None
    log.warning(
        "menu.allergen_unknown",
        restaurant=restaurant.slug,
        dishes=[item.slug for item in found.unclear][:MOST_ITEMS],
    )
    names = ", ".join(item.name for item in found.unclear[:MOST_ITEMS])
    return (
        "Left out, since the file does not say clearly what they contain:"
        f" {names}. Only the kitchen knows: never call them safe."
    )


def _not_stated(found: Found) -> str | None:
    if not found.not_stated:
        return None
    return (
        "not_stated: the file does not say that these are free of what the diner must not have."
        " Only the kitchen knows: never call them free of it."
    )


def _categories(items: list[MenuItem]) -> str:
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.category] = sizes.get(item.category, 0) + 1
    return ", ".join(f"{category} ({size})" for category, size in sizes.items())


lookup_menu = Tool(
    name="lookup_menu",
    description=(
        "Look up dishes and drinks on this restaurant's menu, with prices, diets and allergens."
        " The only source of them."
    ),
    arguments=LookupMenu,
    run=run,
)
