"""`offer_choices`: what the diner may tap below the answer, in place of writing it.

A dish that they must not have, or that can't be had, is never among it. Nothing is sent by it: the
choices go out with the answer's words.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from knowledge.choosing import id_of
from knowledge.fitting import fits
from knowledge.hours import hours_of
from knowledge.money import price_text
from knowledge.named_dishes import named_in
from knowledge.phrases import language_of, phrase
from knowledge.serving import is_served
from knowledge.words import fold
from models.menu import MenuItem, available_items
from models.outbox import Choice, Choices
from personas.effects import OfferChoices
from personas.tool import Answer, Arguments, Tool, ToolContext

MOST_BUTTONS, MOST_CHOICES, FEWEST = 3, 10, 2
LONGEST = 60  # characters
NAME = "offer_choices"
NOTE = (
    "They stand below your answer, for the diner to tap: write the answer without them, and end it"
    " with the question."
)


def _listed(given: object) -> object:
    """Models send a text where it stands alone."""
    if not isinstance(given, list | tuple):
        return given
    return [{"text": each} if isinstance(each, str) else each for each in given]


class Offered(Arguments):
    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    item_id: Annotated[int | None, Field(ge=1)] = None


class OfferChoicesArguments(Arguments):
    choices: Annotated[
        tuple[Offered, ...],
        BeforeValidator(_listed),
        Field(min_length=FEWEST, max_length=MOST_CHOICES),
        WithJsonSchema(
            {
                "type": "array",
                "minItems": FEWEST,
                "maxItems": MOST_CHOICES,
                "items": {
                    "type": "object",
                    "properties": {"text": {"type": "string"}, "item_id": {"type": "integer"}},
                    "required": ["text"],
                },
                "description": "Short, in the diner's language; a dish with its item_id.",
            }
        ),
    ]
    kind: Annotated[
        Literal["buttons", "list"] | None,
        WithJsonSchema({"type": "string", "enum": ["buttons", "list"]}),
    ] = None


def run(context: ToolContext, arguments: OfferChoicesArguments) -> Answer:
    try:
        offered = [(_one_line(each.text), each.item_id) for each in arguments.choices]
        _check_offer(offered, arguments.kind)
        options = tuple(_options(context, offered))
    except ValueError as error:
        return Answer({"error": str(error)})
    kind = arguments.kind or ("buttons" if len(options) <= MOST_BUTTONS else "list")
    opens = phrase("Choose", language_of(context.diner, context.restaurant))
    choices = Choices(kind, options, opens)
    told = {"offered": [each.title for each in options], "note": NOTE}
    return Answer(told, (OfferChoices(choices),))


def _options(context: ToolContext, offered: Sequence[tuple[str, int | None]]) -> Iterator[Choice]:
    """Raises ValueError, which says what to send instead."""
    with context.database.transaction() as session:
        items = {each.id: each for each in available_items(session, context.restaurant.id)}
    names = {each.name: each for each in items.values()}
    for text, item_id in offered:
        item = _item(text, item_id, items)
        for each in (*([item] if item else []), *map(names.__getitem__, named_in(text, names))):
            _check(context, each, text)
        yield Choice(
            id_of(text, item.id if item else None),
            text,
            _price(context, item) if item else "",
        )


def _item(text: str, item_id: int | None, items: Mapping[int, MenuItem]) -> MenuItem | None:
    """A dish by its id, or by its whole name. Raises ValueError for an id that nobody has."""
    if item_id is None:
        return next((each for each in items.values() if fold(each.name) == fold(text)), None)
    if item_id not in items:
        raise ValueError(
            f"item_id: {item_id} is no item of this restaurant's menu; take it from lookup_menu,"
            " or leave it out"
        )
    return items[item_id]


def _check(context: ToolContext, item: MenuItem, text: str) -> None:
    """Raises ValueError for a dish that is not to be offered."""
    if not fits(item, context.excluded()):
        raise ValueError(
            f"{text!r} is not offered: {item.name} has what this diner must not have, or its row"
            " does not say. Offer what lookup_menu gives for them."
        )
    # What is served at another hour may be for then.
    if item.sold_out_until is not None and context.now < item.sold_out_until:
        why = is_served(item, context.now, hours_of(context.restaurant)).why
        raise ValueError(f"{text!r} is not offered: {item.name} is {why}. Leave it out.")


def _price(context: ToolContext, item: MenuItem) -> str:
    return price_text(item.price, context.restaurant.currency, context.restaurant.locale)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ValueError("choices: each needs its text")
    return line


def _check_offer(offered: Sequence[tuple[str, int | None]], kind: str | None) -> None:
    if kind == "buttons" and len(offered) > MOST_BUTTONS:
        raise ValueError(f"kind: buttons are {MOST_BUTTONS} at most; send list for more")
    texts = [fold(text) for text, _ in offered]
    ids = [item_id for _, item_id in offered if item_id is not None]
    if len(set(texts)) < len(texts) or len(set(ids)) < len(ids):
        raise ValueError("choices: two are the same; each is another answer")


offer_choices = Tool(
    name=NAME,
    description="Answers to tap below your question, in the same message.",
    arguments=OfferChoicesArguments,
    run=run,
)
