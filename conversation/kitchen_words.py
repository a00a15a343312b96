"""What a member of the staff wants of the menu, and what they are told of it, in their language.

It changes nothing: what follows from an order is `conversation.kitchen`'s to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from conversation.keywords import PRICE
from knowledge.dish_names import Meant, dishes_meant, nearest
from knowledge.hours import Hours, hours_of
from knowledge.lexicon import Lexicon
from knowledge.money import price_text
from knowledge.phrases import Phrase, phrase
from knowledge.until_in_words import until_text
from models.diners import Known
from models.menu import MenuItem
from models.menu_changes import DishChange
from models.restaurants import Restaurant

MOST_LISTED = 20  # and so many dishes at most one command changes


@dataclass(frozen=True, slots=True)
class Order:
    """What a member of the staff wants of the menu, and the menu; `now` is the restaurant's."""

    word: str
    rest: str
    member: Known
    restaurant: Restaurant
    now: datetime
    items: Sequence[MenuItem]
    lexicon: Lexicon

    @property
    def hours(self) -> Hours | None:
        return hours_of(self.restaurant)

    @property
    def language(self) -> str | None:
        return self.member.language

    def meant(self, words: str, items: Sequence[MenuItem] | None = None) -> Meant:
        return dishes_meant(self.items if items is None else items, words, self.lexicon)


def which(order: Order, meant: Meant, words: str, behind: str = "") -> Phrase:
    language = order.language
    if meant.items:
        command = f"/{order.word} {words}"
        asked = phrase(
            "Which one? Send its number behind the words, as {command} 1{price}:",
            language,
            command=command,
            price=behind,
        )
        if order.word != PRICE and not meant.is_sure:
            asked = phrase(
                "Which one? Send its number behind the words, as {command} 1, or {command} all:",
                language,
                command=command,
            )
        dishes = numbered([item.name for item in meant.items[:MOST_LISTED]])
        return Phrase(f"{asked}\n{dishes}")
    near = nearest(order.items, words, order.lexicon)
    if not near:
        return phrase(
            'I find no "{words}" on the menu. Send more of its name.', language, words=words
        )
    return phrase(
        'I find no "{words}" on the menu. The nearest: {dishes}.',
        language,
        words=words,
        dishes=named(near),
    )


def all_off(order: Order) -> Phrase:
    gone = each_until(off(order), order)
    if not gone:
        return phrase(
            "Nothing is off the menu. What runs out, /86 takes off: /86 tilapia", order.language
        )
    return listed(phrase("Off the menu", order.language), gone)


def off(order: Order) -> list[MenuItem]:
    return [each for each in order.items if each.sold_out_until and each.sold_out_until > order.now]


def as_it_was(dish: DishChange, order: Order) -> Phrase:
    language = order.language
    match dish.before:
        case Decimal():
            price = money(dish.before, order.restaurant)
            return phrase("*{dish}* costs {price} again", language, dish=dish.name, price=price)
        case datetime() if dish.before > order.now:
            until = until_text(dish.before, order.now, language)
            return phrase("*{dish}* is off the menu {until}", language, dish=dish.name, until=until)
    return phrase("*{dish}* is on the menu again", language, dish=dish.name)


def each_until(items: Sequence[MenuItem], order: Order) -> list[str]:
    return [
        f"*{each.name}* {until_text(each.sold_out_until, order.now, order.language)}"
        for each in items
    ]


def money(amount: Decimal, restaurant: Restaurant) -> str:
    return price_text(amount, restaurant.currency, restaurant.locale)


def named(items: Sequence[MenuItem]) -> str:
    return ", ".join(f"*{item.name}*" for item in items[:MOST_LISTED])


def numbered(names: Sequence[str]) -> str:
    return "\n".join(f"{n}. *{name}*" for n, name in enumerate(names, 1))


def listed(title: str, lines: Sequence[str]) -> Phrase:
    if len(lines) == 1:
        return Phrase(f"{title}: {lines[0]}.")
    return Phrase("\n".join([f"{title}:", *(f"- {line}" for line in lines[:MOST_LISTED])]))
