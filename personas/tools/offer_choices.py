"""`offer_choices`: what the diner may tap below the answer, in place of writing it.

A dish that they must not have, or that can't be had, is never among it. Nothing is sent by it: the
choices go out with the answer's words.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from knowledge import opting
from knowledge.allergens import NEVER_IN
from knowledge.choosing import id_of
from knowledge.claims import claims_in
from knowledge.fitting import fits
from knowledge.hours import hours_of
from knowledge.language_tables import DIET, OWN, THING
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
_POULTRY = frozenset({"chicken", "duck", "turkey"})
_MEAT = _POULTRY | {"meat", "beef", "goat", "lamb", "liver", "pork", "rabbit", "sausage"}
# By a diet's key, what is none of it in the words of no dish.
_NEVER_IN = {
    **NEVER_IN,
    "vegan": _MEAT | NEVER_IN["vegan"] | {"animal", "gelatine", "honey"},
    "vegetarian": _MEAT | NEVER_IN["vegetarian"] | {"gelatine"},
    "pescatarian": _MEAT,
    "halal": frozenset({"alcohol", "pork"}),
    "kosher": NEVER_IN["kosher"] | {"pork"},
}
# Markdown, which no tap shows.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^)\s\[]*\)")
_MARKED = re.compile(r"(?<![^\W_])(\*{1,3}|_{1,3}|~{1,2}|`{1,3})(?=\S)(.+?)(?<=\S)\1(?![^\W_])")
_LEADING = re.compile(r"\A(?:#{1,6}|[-*+•>])\s+")
NOTE = (
    "They stand below your answer, for the diner to tap: write the answer without them, and end it"
    " with the question."
)


def _listed(given: object) -> object:
    """Models send a text or a number where it stands alone, and all of them as JSON."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return given
    if not isinstance(given, list | tuple):
        return given
    return [
        {"text": str(each)} if isinstance(each, str | int) and not isinstance(each, bool) else each
        for each in given
    ]


def _kind(given: object) -> object:
    """In one spelling: "Buttons", "button"."""
    if not isinstance(given, str):
        return given
    plain = given.strip().lower()
    return {"button": "buttons", "lists": "list", "": None}.get(plain, plain)


class Offered(Arguments):
    """`text`: of a dish, its name where there is none."""

    text: Annotated[str, Field(max_length=LONGEST)] = ""
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
        BeforeValidator(_kind),
        WithJsonSchema({"type": "string", "enum": ["buttons", "list"]}),
    ] = None


def run(context: ToolContext, arguments: OfferChoicesArguments) -> Answer:
    try:
        given = enumerate(arguments.choices)
        offered = [(_one_line(each, nth), each.item_id) for nth, each in given]
        options = tuple(_options(context, offered))
        _check_offer(options, arguments.kind)
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
    for given, item_id in offered:
        item = _item(given, item_id, items)
        text = given or (item.name if item else "")
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
    told = frozenset[str]().union(*(_named_in(each.name, THING, OWN) for each in about))
    diets = excluded.diets - _named_in(text, DIET)  # "vegan cheese"
    against = excluded.without.union(*(_NEVER_IN.get(diet, ()) for diet in diets))
    is_against = bool((_named_in(text, THING, OWN) - told) & against)
    if not about and (meant := meant_in(text, names, ())):
        is_against |= all(fits(names[each], excluded) is False for each in meant)
    if is_against:
        raise ValueError(
            f"{text!r} is not offered: it names what this diner must not have. Offer what"
            " lookup_menu gives for them."
        )


def _named_in(text: str, *roles: str) -> frozenset[str]:
    """The allergens, or the diets, that its words name."""
    parts = (part for part in parts_of(fold(text)) if part.role in roles)
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


def _one_line(offered: Offered, nth: int) -> str:
    """Its words without the marks of a text: a tap shows them as they are."""
    line = _LINK.sub(r"\1", " ".join(offered.text.split()))
    before = ""
    while before != line:
        before, line = line, _MARKED.sub(r"\2", _LEADING.sub("", line))
    if not offered.item_id and not any(each.isprintable() and each != " " for each in line):
        raise ValueError(f"choices.{nth}.text: each needs one")
    return line.strip()


def _check_offer(options: Sequence[Choice], kind: str | None) -> None:
    if kind == "buttons" and len(options) > MOST_BUTTONS:
        raise ValueError(f"kind: buttons are {MOST_BUTTONS} at most; send list for more")
    for each in ({fold(each.title) for each in options}, {each.id for each in options}):
        if len(each) < len(options):
            raise ValueError("choices: two are the same; each is another answer")


offer_choices = Tool(
    name=NAME,
    description="Answers to tap below your question, in the same message.",
    arguments=OfferChoicesArguments,
    run=run,
)
