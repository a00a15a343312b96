"""The waiter's `lookup_menu`: dishes and drinks for a diner's words, with their prices."""

from typing import Annotated

from pydantic import Field

from knowledge.allergens import facts_of
from knowledge.menu_search import Found, search_menu
from knowledge.money import price_text
from models.menu import ALLERGENS, DIETS, MenuItem, available_items
from models.restaurants import Restaurant
from personas.tool import Arguments, Tool, ToolContext
from telemetry.logs import log

MOST_ITEMS = 8  # what a diner reads on a phone, and what a model needs to choose from


class LookupMenu(Arguments):
    query: Annotated[
        str,
        Field(
            max_length=200,
            description=(
                'What the diner is after, in English or as on the menu: "coffee", "vegan dessert",'
                ' "fish without milk", "something under 5000". Empty for an overview of the menu.'
            ),
        ),
    ]


def run(context: ToolContext, arguments: LookupMenu) -> dict[str, object]:
    restaurant = context.restaurant
    with context.database.transaction() as session:
        items = available_items(session, restaurant.id)
    found = search_menu(items, arguments.query)
    answer: dict[str, object] = {
        "items": [shown(item, restaurant) for item in found.items[:MOST_ITEMS]],
        "found": len(found.items),
    }
    notes = [note for note in (_note(found, items), _unclear(found, restaurant)) if note]
    if notes:
        answer["note"] = " ".join(notes)
    return answer


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
        "image_url": item.image_url,
    }


def _note(found: Found, items: list[MenuItem]) -> str | None:
    if not items:
        return "The restaurant has no menu here yet: say so."
    if found.overview:
        return (
            f"A taste of the whole menu. Its categories: {_categories(items)}."
            " Ask what the diner feels like."
        )
    if found.only_without_wishes:
        return (
            "The menu has this, but none of it meets the diner's wishes"
            " (diet, allergens or price): say so."
        )
    if not found.items:
        return (
            "Nothing on the menu fits: say so and invent nothing."
            f" The categories are: {_categories(items)}."
        )
    if len(found.items) > MOST_ITEMS:
        return f"The best {MOST_ITEMS} of {len(found.items)}: a narrower query finds the others."
    return None


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


def _categories(items: list[MenuItem]) -> str:
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.category] = sizes.get(item.category, 0) + 1
    return ", ".join(f"{category} ({size})" for category, size in sizes.items())


lookup_menu = Tool(
    name="lookup_menu",
    description=(
        "Look up dishes and drinks on this restaurant's menu, with prices, diets and allergens."
        " The only source of both."
    ),
    arguments=LookupMenu,
    run=run,
)
