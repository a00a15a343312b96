"""`send_on_whatsapp`: what a caller wants in writing goes out as one message after the call.

It sends nothing by itself, and refuses what its persona may not say in a message. By telephone,
where a number may be made up, nobody's words go out: what the restaurant has on file does.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import Field

from knowledge.money import price_text
from knowledge.named_dishes import named_in
from knowledge.places import address_of, map_link
from models.menu import all_items
from personas.effects import SendAfterCall
from personas.tool import Answer, Arguments, Check, Tool, ToolContext

NAME = "send_on_whatsapp"
MOST = 1_000  # characters of all that goes out after a call
MOST_DISHES = 10
CANT = (
    "They can't be written to: nobody has written to us from this number on WhatsApp today, or they"
    " asked us not to write. Say so, and that they get an answer there once they write to us."
)
NOTE = "Say in one sentence that it reaches them on WhatsApp after the call."
NO_WORDS = (
    "By telephone a number may be made up, so no words go out but these: the dishes that you named,"
    " with their prices, and where the house is. Say in one sentence that this reaches them on"
    " WhatsApp after the call; what else they want, they get there once they write to us."
)


class SendOnWhatsApp(Arguments):
    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST,
            description="What they asked for, in their language, complete, with prices as figures.",
        ),
    ]


@cache
def sends_on_whatsapp(check: Check | None) -> Tool[Any]:
    """The tool of a persona that looks its replies through for `check`."""

    def run(context: ToolContext, arguments: SendOnWhatsApp) -> Answer:
        if context.in_call is None or not context.in_call.writes_after:
            return Answer({"error": CANT})
        if not context.in_call.is_certain:
            text = _on_file(context, arguments.text)
            return Answer({"noted": text, "note": NO_WORDS}, (SendAfterCall(text),))
        objection = check(arguments.text, (), context) if check is not None else None
        if objection is not None:
            return Answer({"error": objection.correction})
        return Answer({"noted": True, "note": NOTE}, (SendAfterCall(arguments.text),))

    return Tool(
        name=NAME,
        description=(
            "Notes a text that the caller gets on WhatsApp after the call. Only where they asked"
            " for something in writing, or said yes to it."
        ),
        arguments=SendOnWhatsApp,
        run=run,
    )


def _on_file(context: ToolContext, text: str) -> str:
    """Where the house is, and of what a text names: the dishes of the menu, with their prices."""
    restaurant = context.restaurant
    with context.database.transaction() as session:
        menu = {each.name: each for each in all_items(session, restaurant.id) if each.available}
    dishes = [menu[name] for name in sorted(named_in(text, menu))]
    prices = (price_text(each.price, restaurant.currency, restaurant.locale) for each in dishes)
    lines = [f"{each.name} – {price}" for each, price in zip(dishes, prices, strict=True)]
    where = [restaurant.name, address_of(restaurant), map_link(restaurant)]
    return "\n".join([*lines[:MOST_DISHES], *filter(None, where)])
