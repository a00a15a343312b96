"""`offer_choices`: what the diner may tap below the answer, in place of writing it.

A dish that they must not have, or that can't be had, is never among it. Nothing is sent by it: the
choices go out with the answer's words.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from knowledge import opting
from knowledge.choosing import id_of
from knowledge.claims import claims_in
from knowledge.fitting import fits
from knowledge.hours import hours_of
from knowledge.language_tables import OWN, THING
from knowledge.money import price_text
from knowledge.named_dishes import meant_in, named_in
from knowledge.phrases import language_of, phrase
from knowledge.serving import is_served
from knowledge.vocabulary import parts_of
from knowledge.words import fold
from models.bubbles import MOST_BUTTONS, MOST_ITEMS, Choice, Choices
from models.menu import MenuItem, all_items
from personas.effects import OfferChoices
from personas.tool import Answer, Arguments, Tool, ToolContext

FEWEST = 2
LONGEST = 60  # characters
NAME = "offer_choices"
# Behind marks or emoji too.
_A_KEYWORD = re.compile(r"\A\W*?[/\\\u2044\u2215\u29f8\uff0f]")
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
        Field(min_length=FEWEST, max_length=MOST_ITEMS),
        WithJsonSchema(
            {
                "type": "array",
                "minItems": FEWEST,
                "maxItems": MOST_ITEMS,
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
    return Answer(told, (OfferChoices(choices, context.excluded()),))


def _options(context: ToolContext, offered: Sequence[tuple[str, int | None]]) -> Iterator[Choice]:
    """Raises ValueError, which says what to send instead."""
    with context.database.transaction() as session:
        menu = all_items(session, context.restaurant.id)
    items = {each.id: each for each in menu if each.available}
    # A dish that is served has its name before one that left the menu.
    names = {each.name: each for each in sorted(menu, key=lambda each: each.available)}
    for text, item_id in offered:
        item = _item(text, item_id, items)
        about = [*([item] if item else []), *map(names.__getitem__, named_in(text, names))]
        _check_words(text, names)
        _check_contents(context, text, about, names)
        for each in about:
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


def _check_words(text: str, names: Collection[str]) -> None:
    """Raises ValueError for a tap that does or says more than to choose."""
    asked = opting.asked(text)
    if asked is not None and asked.word == opting.STOP:
        raise ValueError(f"{text!r} is not offered: it ends all messages. Say it in other words.")
    if _A_KEYWORD.match(text) and text not in _keywords():
        raise ValueError(f"{text!r} is not offered: of commands there are {', '.join(_keywords())}")
    if any(not claim.is_loose for claim in claims_in(text, names)):
        raise ValueError(
            f"{text!r} is not offered: it says what is not in a dish, or that it is safe. Leave"
            " that out."
        )


def _keywords() -> tuple[str, ...]:
    """Those that take nothing from who taps them."""
    from personas.catalogue import PERSONAS  # noqa: PLC0415 (it imports who imports this)

    return tuple(f"/{each}" for each in (*PERSONAS, "help", "human"))


def _check_contents(
    context: ToolContext, text: str, about: Sequence[MenuItem], names: Mapping[str, MenuItem]
) -> None:
    """Raises ValueError for words that name what the diner must not have, of no dish's name."""
    excluded = context.excluded()
    told = frozenset[str]().union(*(_things_in(each.name) for each in about))
    is_against = bool((_things_in(text) - told) & excluded.without)
    if not about and (meant := meant_in(text, names, ())):
        is_against |= all(fits(names[each], excluded) is False for each in meant)
    if is_against:
        raise ValueError(
            f"{text!r} is not offered: it names what this diner must not have. Offer what"
            " lookup_menu gives for them."
        )


def _things_in(text: str) -> frozenset[str]:
    """The allergens that its words name."""
    parts = (part for part in parts_of(fold(text)) if part.role in (THING, OWN))
    return frozenset(key for part in parts for key in part.keys)


def _check(context: ToolContext, item: MenuItem, text: str) -> None:
    """Raises ValueError for a dish that is not to be offered."""
    if not item.available:
        raise ValueError(f"{text!r} is not offered: {item.name} left the menu. Leave it out.")
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
