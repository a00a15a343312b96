"""Dishes as the console's pages list them: found by what is typed, by category, in short words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.allergens import facts_of
from knowledge.hours import hours_of
from knowledge.menu_pictures import is_ours
from knowledge.money import price_text
from knowledge.serving import served_text
from knowledge.until_in_words import until_text
from knowledge.words import fold
from models.menu import ALLERGENS, MenuItem
from models.restaurants import Restaurant


@dataclass(frozen=True, slots=True)
class Shown:
    """`until`: of what is sold out, in words. `picture`: one of ours, which a page may show."""

    item: MenuItem
    price: str
    until: str
    served: str
    picture: str
    is_silent: bool  # of no allergen it is stated whether it is in it

    @property
    def id(self) -> int:
        return self.item.id


def shown(items: Iterable[MenuItem], restaurant: Restaurant, at: datetime) -> list[Shown]:
    local = at.astimezone(ZoneInfo(restaurant.timezone))
    return [_shown(item, restaurant, local) for item in items]


def _shown(item: MenuItem, restaurant: Restaurant, local: datetime) -> Shown:
    hours = hours_of(restaurant)
    is_off = item.sold_out_until is not None and item.sold_out_until > local
    return Shown(
        item,
        price_text(item.price, restaurant.currency, restaurant.locale),
        until_text(item.sold_out_until, local, None) if is_off else "",
        served_text(item.served, hours) if item.served and hours else "",
        item.image_url if is_ours(item.image_url) else "",
        len(facts_of(item).not_stated) == len(ALLERGENS),
    )


def found(items: Sequence[MenuItem], words: str) -> list[MenuItem]:
    """Those in which each word stands, or begins one: in the name, category or other words."""
    wanted = fold(words).split()
    return [item for item in items if all(word in _text(item) for word in wanted)]


def _text(item: MenuItem) -> str:
    return fold(" ".join((item.name, item.category, item.slug, *map(str, item.keywords))))


def by_category(dishes: Iterable[Shown]) -> list[tuple[str, list[Shown]]]:
    """In the order of the menu."""
    parts: dict[str, list[Shown]] = {}
    for each in dishes:
        parts.setdefault(each.item.category, []).append(each)
    return list(parts.items())
