"""The waiter's `recommend_pairing`: what goes well with a dish, and the sentence that sells it."""

from typing import Annotated

from pydantic import Field

from models.database.columns import MAX_INTEGER
from models.menu import item_by_id, pairings_of
from personas.tool import Arguments, Tool, ToolContext
from personas.tools.lookup_menu import shown

MOST_PAIRINGS = 3


class RecommendPairing(Arguments):
    item_id: Annotated[
        int, Field(ge=1, le=MAX_INTEGER, description="The item_id that lookup_menu gave.")
    ]


def run(context: ToolContext, arguments: RecommendPairing) -> dict[str, object]:
    restaurant = context.restaurant
    with context.database.transaction() as session:
        item = item_by_id(session, restaurant.id, arguments.item_id)
        pairings = pairings_of(session, restaurant.id, arguments.item_id)
    if item is None:
        error = "item_id: no such item on this restaurant's menu; take the item_id from lookup_menu"
        return {"error": error}
    answer: dict[str, object] = {
        "item": shown(item, restaurant),
        "pairings": [
            {"item": shown(pairing.item, restaurant), "upsell": pairing.upsell}
            for pairing in pairings[:MOST_PAIRINGS]
        ],
    }
    if not pairings:
        answer["note"] = "The house suggests nothing in particular with it: don't invent a pairing."
    return answer


recommend_pairing = Tool(
    name="recommend_pairing",
    description=(
        "What the house suggests with an item of the menu, each with a sentence to offer it."
    ),
    arguments=RecommendPairing,
    run=run,
)
