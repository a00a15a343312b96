"""What a diner's words ask for: what to look for, and what a dish must be, must lack, may cost.

Pure: it knows no menu. Prices are in whatever currency the menu is in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from knowledge.allergens import allergens_of
from knowledge.words import fold, likeness, singular, words_of

DIETS = {
    "vegan": ("vegan", "plantbased"),
    "vegetarian": ("vegetarian", "veggie", "veg", "meatless", "meatfree"),
    "halal": ("halal",),
    "spicy": ("spicy",),
}

ALCOHOL = "alcohol"
# What diners call it, even mistyped, and the allergens that they mean. "Nuts" covers peanuts, and
# prawns all shellfish: better to leave one out. Kitchens' own words come along.
CONTENTS = {
    frozenset({"nuts", "peanuts"}): ("nut",),
    frozenset({"peanuts"}): ("peanut", "groundnut"),
    frozenset({"milk"}): ("milk", "dairy", "lactose", "cheese", "cream", "butter"),
    frozenset({"gluten"}): ("gluten", "wheat", "flour", "coeliac", "celiac"),
    frozenset({"eggs"}): ("egg",),
    frozenset({"fish"}): ("fish",),
    frozenset({"crustaceans", "molluscs"}): (
        "shellfish",
        "crustacean",
        "mollusc",
        "prawn",
        "shrimp",
    ),
    frozenset({"fish", "crustaceans", "molluscs"}): ("seafood",),
    frozenset({"soya"}): ("soya", "soy", "soybean"),
    frozenset({"sulphites"}): ("sulphite", "sulfite"),
    frozenset({"sesame"}): ("sesame",),
    frozenset({"celery"}): ("celery",),
    frozenset({"mustard"}): ("mustard",),
    frozenset({"lupin"}): ("lupin",),
    frozenset({ALCOHOL}): ("alcohol", "alcoholic"),
}

STOP_WORDS = frozenset(
    words_of("""
        a about all also am an and any anything are as at available be best bring but by can card
        could course d day do does eat eating else everything famous favorite favourite feel few
        find for from get give go good got great had has have having hello hey hi hungry i id im in
        is it its just kind know let like list local looking m make many may maybe me menu might
        more most my need nice no not of offer on one only option or order other our please popular
        portion range recommend recommendation restaurant s sell serve served serving should show so
        some something special speciality specialty such suggest suggestion t take tell than thank
        that the their them there these they thing think this thirsty to today tonight too top try
        type typical up us want was way we well what whats when where which who will with without
        would you your
        """)
)

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
_COMPOUNDS = (
    (re.compile(r"\btree[ -]nuts?\b"), "nuts"),
    (re.compile(r"\bplant[ -]based\b"), "plantbased"),
    (re.compile(r"\bsea food\b"), "seafood"),
)
_WORD = r"[^\W\d_]+"
_WITHOUT = re.compile(
    r"\b(?:without|with no|no|free (?:of|from)|not containing|avoid(?:ing)?|except|allergic to"
    r"|intolerant (?:of|to)|(?:cant|cannot|can not|dont|do not) (?:eat|have|drink|like|want))"
    rf"\s+(?:any\s+|the\s+)?(?P<things>{_WORD}"
    rf"(?:\s*(?:,|/|\bor\b|\band\b|\bnor\b)\s*(?!with\b|no\b|without\b){_WORD})*)"
)
_FREE = re.compile(
    rf"\b(?P<things>{_WORD})[ -](?:free|allerg{_WORD}|intoleran{_WORD})\b"
    rf"|\bnon[ -]?(?P<other>{_WORD})"
)


@dataclass(frozen=True)
class Wishes:
    """What a diner asks for. Every word is folded and singular, as `knowledge.words` makes them."""

    words: tuple[str, ...] = ()  # to look for on the menu
    diets: frozenset[str] = frozenset()  # dietary tags that a dish must have
    without: frozenset[str] = frozenset()  # allergens that it must not contain, or ALCOHOL
    # Not allergens: neither the name nor the description may mention them.
    without_words: frozenset[str] = frozenset()
    max_price: Decimal | None = None
    cheapest_first: bool = False


def wishes_in(query: str) -> Wishes:
    """Read a diner's words: "vegan dessert without nuts under 5,000" is a word and three wishes."""
    text = fold(query)
    for pattern, word in _COMPOUNDS:
        text = pattern.sub(word, text)
    prices: list[Decimal] = []
    text = _PRICE.sub(_taking(lambda found: prices.append(_amount(found))), text)
    cheap = bool(_CHEAP.search(text))
    unwanted: list[str] = []
    text = _FREE.sub(lambda found: _allergen_free(found, unwanted), _CHEAP.sub(" ", text))
    text = _WITHOUT.sub(_taking(lambda found: unwanted.extend(_things(found))), text)
    diets, words = _diets_and_words(words_of(text))
    tags, others = _contents(unwanted)
    if "meat" in others:
        others -= {"meat"}
        diets |= {"vegetarian"}
    return Wishes(words, diets, tags, others, min(prices, default=None), cheap)


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


def _allergen_free(found: re.Match[str], unwanted: list[str]) -> str:
    """Take "gluten free" out of the text; leave "sugar free", which is a thing to look for."""
    thing = singular(found["things"] or found["other"])
    if thing != "meat" and _tags_of(thing) is None:
        return found[0]
    unwanted.append(thing)
    return " "


def _things(found: re.Match[str]) -> list[str]:
    return [word for word in words_of(found["things"]) if word not in STOP_WORDS]


def _diets_and_words(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    diets = set()
    others = []
    for word in words:
        diet = next(
            (diet for diet, names in DIETS.items() if any(_is(word, name) for name in names)), None
        )
        if diet:
            diets.add(diet)
        elif word in ("coeliac", "celiac"):
            diets.add("gluten-free")
        elif word not in STOP_WORDS:
            others.append(word)
    return frozenset(diets), tuple(dict.fromkeys(others))


def _contents(unwanted: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    tags: set[str] = set()
    others: set[str] = set()
    for thing in unwanted:
        known = _tags_of(thing)
        if known is None:
            others.add(thing)
        else:
            tags |= known
    return frozenset(tags), frozenset(others)


def _tags_of(thing: str) -> frozenset[str] | None:
    named = next(
        (tags for tags, names in CONTENTS.items() if any(_is(thing, name) for name in names)), None
    )
    return named or allergens_of(thing) or None


def _is(word: str, name: str) -> bool:
    # The beginning of a word is not enough here: "fish" must not be "fishcake".
    return word == name or (abs(len(word) - len(name)) <= 2 and likeness(word, name) > 0.8)
