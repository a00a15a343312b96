"""What models send as arguments about the menu, taken as it is meant: "dairy", "5k", a list or not.

What must not be in a dish is never ignored: a word that nobody knows is avoided as a word, or
refused with the words that there are.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator

from knowledge.diners_words import ALCOHOL, PORK
from knowledge.prices import PriceBounds, prices_in
from knowledge.wishes import Wishes, wishes_in
from knowledge.words import fold
from models.menu import ALLERGENS, DIETS
from personas.tool import Arguments

# Diets that may be asked for, for the model to read.
DIETS_ON_FILE = ", ".join(diet for diet in DIETS if not diet.startswith("contains-"))
_UNKNOWN_ALLERGEN = (
    f"exclude_allergens: {{!r}} is not known; use {', '.join(ALLERGENS)},"
    " or pass an ingredient in avoid_ingredients"
)
_UNKNOWN_DIET = (
    f"dietary: {{!r}} is not on file: leave it out and say so; on file are {DIETS_ON_FILE}"
)
_NO_INGREDIENT = "avoid_ingredients: {!r} is no ingredient: name one in English"
_BETWEEN = re.compile(r"[,;/&+]|\band\b|\bor\b")
_ASKED_AFTER = frozenset({*ALLERGENS, ALCOHOL, PORK})
_SORTS = {
    "price_up": "price_up price_asc price_ascending asc ascending up cheap cheaper cheapest"
    " cheapest_first lowest lowest_price lowest_first low_to_high price_low_to_high price_lowest"
    " price",
    "price_down": "price_down price_desc price_descending desc descending down dear dearest"
    " expensive most_expensive most_expensive_first highest highest_price highest_first"
    " high_to_low price_high_to_low price_highest",
    "best": "best best_match relevance relevant default none null",
}
# What models write where there is nothing to pass.
_NOTHING = frozenset(
    {
        *("none", "no", "nothing", "nil", "null", "n/a", "n.a", "na", "not applicable", "any"),
        *("unknown", "not specified", "unspecified", "none known", "none stated", "undefined"),
        *("no preference", "no preferences", "no restriction", "no restrictions", "no diet"),
        *("no allergy", "no allergies", "no allergens", "no known allergies", "[]"),
    }
)


def is_nothing(given: object) -> bool:
    """Whether it is what models write where there is nothing: "none", "N/A", "-"."""
    text = " ".join(str(given).lower().replace("_", " ").split()).strip(".!")
    return not text.strip("-–—") or text in _NOTHING


def words_listed(given: object) -> object:
    """A list of words, of a list or of a text that lists them, without those for nothing."""
    if isinstance(given, str):
        given = () if is_nothing(given) else _BETWEEN.split(given)
    if isinstance(given, list | tuple):
        return tuple(str(each).strip() for each in given if not is_nothing(each))
    return given


Listed = Annotated[tuple[str, ...], BeforeValidator(words_listed)]


class Exclusions(Arguments):
    """What a diner must not have, as every tool takes it that offers something of the menu."""

    exclude_allergens: Listed = ()
    dietary: Listed = ()
    avoid_ingredients: Listed = ()

    def as_wishes(self) -> Wishes:
        """All of it. Raises ValueError for a word that nobody knows."""
        return (
            each_read(self.exclude_allergens, without, _UNKNOWN_ALLERGEN)
            .also(each_read(self.dietary, as_diet, _UNKNOWN_DIET))
            .also(each_read(self.avoid_ingredients, without, _NO_INGREDIENT))
        )


def price(given: object) -> object:
    """A number, or a text as diners write it: "RWF 5,000", "5k", "12,50 euros"."""
    if not isinstance(given, str):
        return given
    if is_nothing(given):
        return None
    bounds, rest = prices_in(fold(f"max {given}"))
    if bounds.most is None or rest.replace("max", "", 1).strip():
        raise ValueError(f"{given!r} is no price: send a number, in the restaurant's currency")
    return given


def bounded(least: Decimal | str | None, most: Decimal | str | None, currency: str) -> Wishes:
    """Between two prices; one in another currency than the menu's is not understood."""
    lower = _bounds("min", least, currency)
    upper = _bounds("max", most, currency)
    return Wishes(
        min_price=lower.least,
        max_price=upper.most,
        not_understood=tuple(dict.fromkeys((*lower.foreign, *upper.foreign))),
    )


def _bounds(word: Literal["min", "max"], given: Decimal | str | None, currency: str) -> PriceBounds:
    if isinstance(given, str):
        return prices_in(fold(f"{word} {given}"), currency)[0]
    return PriceBounds(least=given, most=given)


def sort_of(given: object) -> object:
    """By what models call it: "cheapest first" is "price_up"; what nobody knows stays."""
    if given is None or given == "":
        return "best"
    said = re.sub(r"\W+", "_", str(given).lower()).strip("_")
    return next((sort for sort, said_as in _SORTS.items() if said in said_as.split()), given)


def asked_allergens(words: Sequence[str]) -> Wishes:
    """What must be in it: an allergen, pork or alcohol, or a word to look for."""
    together = Wishes()
    for word in words:
        read = wishes_in(f"without {word}")
        known = read.without & _ASKED_AFTER
        together = together.also(Wishes(contains=known) if known else wishes_in(word))
    return together


def without(word: str) -> tuple[str, ...]:
    """The sentence about what must not be in a dish."""
    return (f"without {word}",)


def as_diet(word: str) -> tuple[str, ...]:
    """The sentences about a diet, the likelier one first."""
    spelled = word.replace("_", "-")
    return spelled, spelled.replace("-", " ")


def _exclusions_in(sentence: str) -> Wishes:
    read = wishes_in(sentence)
    return Wishes(diets=read.diets, without=read.without, without_words=read.without_words)


def each_read(
    words: Sequence[str],
    as_sentences: Callable[[str], Sequence[str]],
    wrong: str,
    read: Callable[[str], Wishes] = _exclusions_in,
) -> Wishes:
    """What the words mean, each by the first sentence about it that excludes something.

    Raises ValueError for a word of which none does: `wrong`, with the word in its braces.
    """
    together = Wishes()
    for word in words:
        readings = map(read, as_sentences(word))
        meant = next((wishes for wishes in readings if wishes.excludes), None)
        if meant is None:
            raise ValueError(wrong.format(word))
        together = together.also(meant)
    return together
