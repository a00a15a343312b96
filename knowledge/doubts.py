"""What the words of a dish say and its lists don't: for who wrote the menu to look at again.

It decides nothing: a dish with cream in its name and no milk in its allergens is loaded as it is.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from knowledge.allergens import allergens_of
from knowledge.files import Dish
from knowledge.fitting import named_contents, said_words
from knowledge.kitchen_words import HARMLESS, MADE_WITH
from knowledge.menu_pictures import can_be_sent
from knowledge.words import listed, words_of
from models.menu import ALLERGENS, MenuItem

LONGEST_PHRASE = 4  # words
# Dishes share their words: both samples have about so many phrases.
REMEMBERED_PHRASES = 32_768
_HARMLESS = frozenset(" ".join(words_of(phrase)) for phrase in listed(HARMLESS))
_MADE_WITH = {
    key: frozenset(" ".join(words_of(phrase)) for phrase in listed(phrases))
    for key, phrases in MADE_WITH.items()
}
# The tags that say how it is, with either of which nobody need ask.
_TAGS = {
    "contains-alcohol": {"contains-alcohol", "no-alcohol", "halal"},
    "contains-pork": {"contains-pork", "no-pork", "halal", "kosher", "vegetarian", "vegan"},
}


def doubts(dishes: Iterable[Dish | MenuItem]) -> Iterator[str]:
    """What its lists lack of each dish, and a sentence for each picture that can't be sent."""
    for dish in dishes:
        yield from lacking(dish)
        if dish.image_url and not can_be_sent(dish.image_url):
            yield f"{dish.name}: its image_url is no address of https, so it is not shown"


def lacking(dish: Dish | MenuItem) -> Iterator[str]:
    """A sentence for each word in its name or description that its lists lack."""
    listed = {*dish.allergens, *(dish.may_contain or ())}
    for word, keys in _allergens_said(f"{dish.name}. {dish.description}"):
        if keys.isdisjoint(listed):
            missing = " or ".join(key for key in ALLERGENS if key in keys)
            yield f"{dish.name}: says {word!r}, and its allergens lack {missing}"
    for tag, enough in _TAGS.items():
        texts = (dish.name, dish.category, dish.description, *dish.keywords)
        named = named_contents(tag, texts) if enough.isdisjoint(dish.dietary) else None
        if named:
            yield f"{dish.name}: says {named!r}, and its dietary lacks {tag}"


def silent(dishes: Iterable[Dish]) -> list[str]:
    """The names of the dishes that state of nothing that they are free of it."""
    return [dish.name for dish in dishes if dish.free_of is None]


def _allergens_said(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each word or phrase, once, with the allergens that it means, any of which may be meant."""
    words = said_words(text)
    told: set[str] = set()
    at = 0
    while at < len(words):
        sizes = range(min(LONGEST_PHRASE, len(words) - at), 0, -1)
        phrases = (" ".join(words[at : at + size]) for size in sizes)
        known = next((each for each in phrases if each in _HARMLESS or _meant(each)), words[at])
        if known not in told:
            told.add(known)
            yield from ((known, keys) for keys in _meant(known))
        at += len(known.split())


@lru_cache(maxsize=REMEMBERED_PHRASES)
def _meant(phrase: str) -> tuple[frozenset[str], ...]:
    """What has to stand in the lists for a phrase: of each set one at least."""
    made_with = [frozenset({key}) for key, phrases in _MADE_WITH.items() if phrase in phrases]
    return tuple(keys for keys in (allergens_of(phrase), *made_with) if keys)
