"""The waiter's `lookup_menu`: dishes and drinks for a diner's words, with their prices."""

from typing import Annotated

from pydantic import Field

from knowledge.menu_search import Found, search_menu
from knowledge.money import price_text
from models.menu import MenuItem, available_items
from models.restaurants import Restaurant
from personas.tool import Arguments, Tool, ToolContext

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
    if note := _note(found, items):
        answer["note"] = note
    return answer


def shown(item: MenuItem, restaurant: Restaurant) -> dict[str, object]:
    """An item as the model sees it."""
    return {
        "item_id": item.id,
        "name": item.name,
        "price": price_text(item.price, restaurant.currency, restaurant.locale),
        "category": item.category,
        "description": item.description,
        "dietary": item.dietary,
        "allergens": item.allergens,
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
