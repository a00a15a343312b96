"""What a diner's words ask for: what to look for, and what a dish must be, must lack, may cost.

Pure: it knows no menu. Prices are in whatever currency the menu is in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from knowledge.allergens import BELIED_BY, diet_of
from knowledge.diners_words import PORK, STOP_WORDS
from knowledge.unwanted import is_like, parted, tags_of
from knowledge.words import fold
from models.menu import DIETS

_CURRENCY = r"(?:rwf|frw|rf|francs?|euros?|eur|€)?"
_NUMBER = r"(?P<amount>\d{1,3}(?:[ ,.]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?)\s*+(?P<thousand>k\b)?"
_PRICE = re.compile(
    r"(?:\b(?:under|below|less than|cheaper than|up to|at most|max(?:imum)?(?: of)?"
    r"|no(?:t)? (?:more|over)(?: than)?|within)|<)"
    rf"\s*+{_CURRENCY}\s*+{_NUMBER}\s*+{_CURRENCY}"
)
_WITH_CENTS = re.compile(r"\b\d++[.,]\d{1,2}")
_CHEAP = re.compile(
    r"\b(?:cheap(?:est|er)?|inexpensive|affordable|budget|low(?:est)? price[ds]?)\b"
)
# Tags that are asked for, and leave nothing out.
NOT_EXCLUDING = frozenset({"spicy", *BELIED_BY})
_LASTING = re.compile(r"\b(?:allerg|intoleran|coeliac|celiac|vegan|vegetarian|halal|kosher)")

Sort = Literal["best", "price_up", "price_down"]


@dataclass(frozen=True)
class Wishes:
    """What a diner asks for. Every word is folded and singular, as `knowledge.words` makes them."""

    words: tuple[str, ...] = ()  # to look for on the menu
    diets: frozenset[str] = frozenset()  # dietary tags that a dish must have
    # Allergens that must not be in it; or ALCOHOL, PORK, SPICY.
    without: frozenset[str] = frozenset()
    # Not allergens: neither the name nor the description may mention them.
    without_words: frozenset[str] = frozenset()
    contains: frozenset[str] = frozenset()  # allergens that are asked for: "what contains nuts?"
    category: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    sort: Sort = "best"
    not_understood: tuple[str, ...] = ()
    # Somebody's allergy or diet, which holds from now on, and not what they skip today.
    is_lasting: bool = False

    @property
    def cheapest_first(self) -> bool:
        return self.sort == "price_up"

    @property
    def excludes(self) -> bool:
        return bool(self.diets or self.without or self.without_words)

    def also(self, other: "Wishes") -> "Wishes":
        """Both: exclusions and diets add up, the tighter of two prices holds."""
        lowest = [each.min_price for each in (self, other) if each.min_price is not None]
        highest = [each.max_price for each in (self, other) if each.max_price is not None]
        return Wishes(
            words=tuple(dict.fromkeys(self.words + other.words)),
            diets=self.diets | other.diets,
            without=self.without | other.without,
            without_words=self.without_words | other.without_words,
            contains=self.contains | other.contains,
            category=self.category or other.category,
            min_price=max(lowest, default=None),
            max_price=min(highest, default=None),
            sort=other.sort if self.sort == "best" else self.sort,
            not_understood=tuple(dict.fromkeys(self.not_understood + other.not_understood)),
            is_lasting=self.is_lasting or other.is_lasting,
        )


def exclusions_in(text: str) -> Wishes:
    """Only what somebody must not or will not have, out of free conversation."""
    wishes = wishes_in(text)
    return Wishes(
        diets=wishes.diets - NOT_EXCLUDING,
        without=wishes.without,
        without_words=wishes.without_words,
        is_lasting=bool(_LASTING.search(fold(text))),
    )


def wishes_in(query: str) -> Wishes:
    """Read a diner's words: "vegan dessert without nuts under 5,000" is a word and three wishes."""
    text = fold(query)
    prices: list[Decimal] = []
    text = _PRICE.sub(_taking(lambda found: prices.append(_amount(found))), text)
    cheap = bool(_CHEAP.search(text))
    wanted, unwanted = parted(_CHEAP.sub(" ", text))
    diets, words = _diets_and_words(wanted)
    tags, others = _contents(unwanted)
    if "meat" in others:
        others -= {"meat"}
        diets |= {"vegetarian"}
    if "pork" in others:
        others -= {"pork"}
        tags |= {PORK}
    return Wishes(
        words=words,
        diets=diets,
        without=tags,
        without_words=others,
        max_price=min(prices, default=None),
        sort="price_up" if cheap else "best",
    )


def _taking(take: Callable[[re.Match[str]], None]) -> Callable[[re.Match[str]], str]:
    def replacement(found: re.Match[str]) -> str:
        take(found)
        return " "

    return replacement


def _amount(found: re.Match[str]) -> Decimal:
    written = found["amount"]
    has_cents = _WITH_CENTS.fullmatch(written)
    amount = Decimal(written.replace(",", ".") if has_cents else re.sub(r"\D", "", written))
    return amount * 1000 if found["thousand"] else amount


def _diets_and_words(wanted: list[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    diets = set()
    others = []
    for token in wanted:
        if diet := _diet_of(token):
            diets.add(diet)
        else:
            others += [word for word in token.split() if word not in STOP_WORDS]
    return frozenset(diets), tuple(dict.fromkeys(filter(str.isalnum, others)))


@lru_cache(maxsize=4096)
def _diet_of(token: str) -> str | None:
    """The diet that is asked for, even mistyped; who says "alcohol" asks for none."""
    if token in ("coeliac", "celiac"):
        return "gluten-free"
    named = diet_of(token) or next((diet for diet in DIETS if is_like(token, diet)), None)
    return None if named in BELIED_BY else named


def _contents(unwanted: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    tags: set[str] = set()
    others: set[str] = set()
    for thing in unwanted:
        known = tags_of(thing)
        if known is None:
            others.add(diet_of(thing) or thing)
        else:
            tags |= known
    return frozenset(tags), frozenset(others)
