"""What a diner's words ask for: what to look for, and what a dish must be, must lack, may cost.

Pure: it knows no menu. Prices are in whatever currency the menu is in.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

from knowledge.diners_words import ALCOHOL, PORK, SPICY, STOP_WORDS
from knowledge.language_tables import DIET, OWN, THING, WORD, listed
from knowledge.pictures import pictured
from knowledge.prices import Sort, prices_in
from knowledge.unwanted import Parted, allowed_of, lasting_of, parted
from knowledge.vocabulary import parts_of
from knowledge.whose import of_oneself
from knowledge.words import fold
from models.menu import ALLERGENS, DIETS

# Tags that are asked for, and leave nothing out.
NOT_EXCLUDING = frozenset({SPICY})
_LEFT_OUT = frozenset({*ALLERGENS, ALCOHOL, PORK, SPICY})
_DIETS = frozenset(DIETS) - NOT_EXCLUDING
_LITTLE = frozenset({"stop", "fillers", "nothing", "asks", "orders", "welcome", "labels"})
# Who wants none of it is of that diet, and who is of that diet wants none of it.
_DIETS_OF = {"meat": "vegetarian", "animal": "vegan"}
_DIETS_WITHOUT = {"no-alcohol": ALCOHOL, "no-pork": PORK, "not-spicy": SPICY}
# Who may have it is of none of these any more.
_DIETS_ENDED = {
    "meat": ("vegetarian", "vegan", "pescatarian"),
    "animal": ("vegan",),
    "gluten": ("gluten-free",),
}

MOST_READ = 16_384  # characters; WhatsApp takes 4,096


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
    near_price: Decimal | None = None  # the nearest to it first
    sort: Sort = "best"
    not_understood: tuple[str, ...] = ()
    # Somebody's allergy or diet, which holds from now on, and not what they skip today.
    is_lasting: bool = False

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
            near_price=self.near_price or other.near_price,
            sort=other.sort if self.sort == "best" else self.sort,
            not_understood=tuple(dict.fromkeys(self.not_understood + other.not_understood)),
            is_lasting=self.is_lasting or other.is_lasting,
        )


def exclusions_in(text: str) -> Wishes:
    """Only what somebody must not or will not have, out of free conversation."""
    return _exclusions(parted(parts_of(_folded(text))))


def lasting_in(text: str) -> Wishes:
    """Only what somebody never has: their allergies and diets, as they plainly tell them."""
    return _exclusions(lasting_of(parts_of(_folded(text))))


def own_lasting_in(text: str) -> Wishes:
    """Of that, what the writer says of themselves."""
    return _exclusions(lasting_of(of_oneself(parts_of(_folded(text)))))


def allowed_in(text: str) -> frozenset[str]:
    """What somebody says that they may have after all, by its keys: "I'm not allergic to fish"."""
    keys = {key for part in allowed_of(parts_of(_folded(text))) for key in part.keys}
    return frozenset(keys.union(*(_DIETS_ENDED.get(key, ()) for key in keys)))


def _folded(text: str) -> str:
    """Four messages' length of it is read: nobody writes more to a waiter, and all wait for it."""
    return fold(text[:MOST_READ])


def _exclusions(said: Parted) -> Wishes:
    wishes = _wishes(said)
    return Wishes(
        diets=wishes.diets - NOT_EXCLUDING,
        without=wishes.without,
        # "No cash" is of no list, and of no dish; an allergy to durians may be of one.
        without_words=wishes.without_words
        - (frozenset() if wishes.is_lasting else set(wishes.not_understood)),
        not_understood=_unknown(said),
        is_lasting=wishes.is_lasting,
    )


def wishes_in(query: str, currency: str = "") -> Wishes:
    """Read a diner's words: "vegan dessert without nuts under 5,000" is a word and three wishes.

    `currency`: the menu's; an amount in another one is not understood.
    """
    bounds, text = prices_in(_folded(query), currency)
    wishes = _wishes(parted(parts_of(text)))
    return replace(
        wishes,
        not_understood=(*bounds.foreign, *wishes.not_understood),
        min_price=bounds.least,
        max_price=bounds.most,
        near_price=bounds.near,
        sort=bounds.sort,
    )


def little_of(text: str) -> str:
    """What of a query asks for nothing by itself, as its "a dish", though a menu may know it."""
    little = (part.words for part in parts_of(_folded(text)) if part.role in _LITTLE)
    return " ".join(chain.from_iterable(little))


def _wishes(said: Parted) -> Wishes:
    diets = {key for part in said.wanted if part.role == DIET for key in part.keys}
    named = frozenset(key for part in said.wanted if part.role == THING for key in part.keys)
    keys = frozenset(key for part in said.unwanted for key in part.keys)
    keys |= {thing for diet, thing in _DIETS_WITHOUT.items() if diet in diets}
    diets |= {diet for thing, diet in _DIETS_OF.items() if thing in keys}
    if any(part.role == OWN and "gluten" in part.keys for part in said.unwanted):
        diets |= {"gluten-free"}
    diets |= keys & _DIETS  # a Muslim's
    if "meat" in keys and "fish" in named - keys:
        diets = diets - {"vegetarian"} | {"pescatarian"}
    if SPICY in named - keys:
        diets |= {SPICY}
    avoided = frozenset(part.words[0] for part in said.avoided)
    unjudged = [" ".join(part.words) for part in said.wanted if part.words in listed("needs")]
    without = keys & _LEFT_OUT
    return Wishes(
        words=_words(said),
        diets=frozenset(diets - _DIETS_WITHOUT.keys()),
        without=without,
        without_words=frozenset(keys - without - _DIETS_OF.keys() - _DIETS) | avoided,
        contains=frozenset(key for part in said.asked for key in part.keys),
        not_understood=tuple(dict.fromkeys([*unjudged, *_unknown(said), *sorted(avoided)])),
        is_lasting=said.is_lasting,
    )


def _asking() -> frozenset[tuple[str, ...]]:
    return listed("which") | listed("has")


def _unknown(said: Parted) -> tuple[str, ...]:
    """What somebody is allergic to, in a word that is on no list."""
    words = (part.words[0] for part in said.unknown)
    return tuple(word for word in words if word not in STOP_WORDS)


def _words(said: Parted) -> tuple[str, ...]:
    """What to look for. Whom it is for, and what is asked whether it is in it, is on no menu."""
    looked_for = [
        part.words
        for part in said.wanted
        if (part.role in (WORD, "labels") and not (said.asked and part.words in _asking()))
        or (part.role == THING and part not in said.asked)
    ]
    words = chain.from_iterable(pictured().get(word, (word,)) for word in chain(*looked_for))
    return tuple(dict.fromkeys(word for word in words if word.isalnum() and word not in STOP_WORDS))
