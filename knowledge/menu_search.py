"""Ranks a restaurant's menu for a diner's words, in spite of accents, typing errors and synonyms.

Pure: it reads the items it is given and asks no database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise, zip_longest

from knowledge.allergens import facts_of
from knowledge.fitting import fits
from knowledge.scoring import Place, best_first, word_scores
from knowledge.wishes import Wishes, wishes_in
from knowledge.words import words_of
from models.menu import MenuItem

# How much a word weighs by where it stands. A description's passing mention is half a name's.
CATEGORY_WEIGHT = 1.5
NAME_WEIGHT = 0.9
TAG_WEIGHT = 0.8  # keywords and dietary tags
DESCRIPTION_WEIGHT = 0.45
OTHER_PLACES = 0.25  # of the weight of every place but the best
WHOLE_NAME_BONUS = 0.5
KEPT_SHARE = 0.55  # of the best item's score: what is further off is not what the diner meant

_DRINKS = frozenset(
    words_of(
        "coffee tea drink beverage beer wine cocktail mocktail"
        " spirit liqueur juice smoothie water soda"
    )
)
_ALCOHOL = frozenset(words_of("beer wine cocktail spirit liqueur"))
_KINDS: dict[str, Callable[["Entry"], bool]] = {
    **dict.fromkeys(("drink", "beverage", "drinking"), lambda entry: entry.is_drink),
    **dict.fromkeys(
        ("food", "meal", "dish", "lunch", "dinner", "supper", "bite"),
        lambda entry: not entry.is_drink,
    ),
    **dict.fromkeys(("alcohol", "booze"), lambda entry: bool(entry.category & _ALCOHOL)),
}
# Words that menus rarely use for what they offer.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "sweet": ("dessert",),
    "pudding": ("dessert",),
    "appetizer": ("starter",),
    "appetiser": ("starter",),
    "fry": ("chip", "frite"),
    "chip": ("fry", "frite"),
    "meat": ("beef", "goat", "pork", "lamb", "chicken", "rabbit", "sausage"),
    "main": ("grill", "plate", "meat", "fish", "pasta", "vegetarian"),
    "seafood": ("fish", "octopus", "prawn", "squid", "calamari"),
    "soda": ("soft", "fanta"),
    "skewer": ("brochette",),
    "kebab": ("brochette",),
    "plantain": ("banana",),
}


@dataclass(frozen=True)
class Found:
    """What the menu has for a diner's words, best first.

    `overview`: the words asked for nothing in particular, so the items are a few of every category
    in turn. `only_without_wishes`: the words are on the menu, but nothing of it meets the wishes
    (vegan, under 5,000, ...). `unclear`: what was left out of all that, since nobody knows what a
    word of its allergens means. `not_stated`: what would fit, but its row doesn't say that it is
    free of what the wishes exclude. `wishes`: what all that went by.
    """

    items: tuple[MenuItem, ...]
    overview: bool = False
    only_without_wishes: bool = False
    unclear: tuple[MenuItem, ...] = ()
    not_stated: tuple[MenuItem, ...] = ()
    wishes: Wishes = field(default=Wishes(), compare=False)


def search_menu(items: Sequence[MenuItem], query: str, asked: Wishes = Wishes()) -> Found:  # noqa: B008
    """Rank `items` for `query`; what does not fit is left out, so nonsense finds nothing.

    `asked`: what is wished beside the query's words; the two add up.
    """
    wishes = wishes_in(query).also(asked)
    if asked.category:
        wishes = wishes.also(wishes_in(asked.category))
    entries = [Entry(item) for item in items]
    met = [_meets(entry, wishes) for entry in entries]
    fitting = [entry for entry, is_met in zip(entries, met, strict=True) if is_met]
    unsaid = [entry for entry, is_met in zip(entries, met, strict=True) if is_met is None]
    unclear = [entry for entry in unsaid if entry.facts.unclear]
    not_stated = [entry for entry in unsaid if not entry.facts.unclear]
    if all(word in _KINDS for word in wishes.words):
        return Found(
            _taste_of_everything(fitting, wishes),
            overview=wishes == Wishes(),
            unclear=_taste_of_everything(unclear, wishes),
            wishes=wishes,
            not_stated=_taste_of_everything(not_stated, wishes),
        )
    ranked = _by_price(_ranked(fitting, wishes.words), wishes)
    is_in_vain = not ranked and len(fitting) < len(entries)
    return Found(
        tuple(entry.item for entry in ranked),
        only_without_wishes=is_in_vain and bool(_ranked(entries, wishes.words)),
        unclear=tuple(entry.item for entry in _ranked(unclear, wishes.words)),
        wishes=wishes,
        not_stated=tuple(entry.item for entry in _ranked(not_stated, wishes.words)),
    )


def _by_price(ranked: list["Entry"], wishes: Wishes) -> list["Entry"]:
    if wishes.sort == "best":
        return ranked
    is_down = wishes.sort == "price_down"
    return sorted(ranked, key=lambda entry: entry.item.price, reverse=is_down)


class Entry:
    """A menu item, its words made ready to be compared."""

    def __init__(self, item: MenuItem) -> None:
        self.item = item
        self.facts = facts_of(item)
        self.category: frozenset[str] = frozenset(words_of(item.category))
        self.name = words_of(item.name)
        # In brackets stands a translation or a size: "Kinnie (bittersweet orange)" is Kinnie.
        self.short_name = words_of(item.name.partition("(")[0])
        tags = [self.name, *(words_of(tag) for tag in (*item.keywords, *item.dietary))]
        # "icecream" and "flatwhite" are two words on the menu.
        joined = {first + second for tag in tags for first, second in pairwise(tag)}
        self.tags = frozenset(chain.from_iterable(tags[1:]))
        self.description = frozenset(words_of(item.description))
        self.is_drink: bool = bool(self.category & _DRINKS)
        self.places = (
            Place(CATEGORY_WEIGHT, self.category),
            Place(NAME_WEIGHT, self.name),
            Place(TAG_WEIGHT, self.tags, whole=joined),
            Place(DESCRIPTION_WEIGHT, whole=self.description),
        )


def _ranked(entries: list[Entry], words: tuple[str, ...]) -> list[Entry]:
    columns = [_column(entries, word) for word in words]
    if any(all(parts) for parts in zip(*columns, strict=True)):
        return _best_of(entries, words, columns)
    # Nothing is both "coffee" and "cake": the diner wants some of each.
    some_of_each = [
        _best_of(entries, (word,), [column]) for word, column in zip(words, columns, strict=True)
    ]
    in_turn = chain.from_iterable(zip_longest(*some_of_each))
    return list(dict.fromkeys(entry for entry in in_turn if entry is not None))


def _column(entries: list[Entry], word: str) -> list[float]:
    """Every entry's score for one word."""
    if (kind := _KINDS.get(word)) is not None:
        return [float(kind(entry)) for entry in entries]
    places = [entry.places for entry in entries]
    return word_scores(places, word, _SYNONYMS.get(word, ()), OTHER_PLACES)


def _best_of(
    entries: list[Entry], words: tuple[str, ...], columns: list[list[float]]
) -> list[Entry]:
    scores = [_together(parts) for parts in zip(*columns, strict=True)]
    return best_first(
        entries,
        scores,
        KEPT_SHARE,
        bonus=lambda entry: WHOLE_NAME_BONUS * _share_of_name(entry, words),
    )


def _together(parts: tuple[float, ...]) -> float:
    # An item that has one word of two is half an answer, however well that word fits.
    return sum(parts) * sum(part > 0 for part in parts) / len(parts)


def _share_of_name(entry: Entry, words: tuple[str, ...]) -> float:
    # Of "Espresso" and "Espresso macchiato", asked for "espresso", the first is meant.
    return sum(word in entry.short_name for word in words) / max(len(entry.short_name), 1)


def _meets(entry: Entry, wishes: Wishes) -> bool | None:
    """None where its row doesn't say whether it is free of what is excluded."""
    if wishes.max_price is not None and entry.item.price > wishes.max_price:
        return False
    if wishes.min_price is not None and entry.item.price < wishes.min_price:
        return False
    if wishes.contains and not wishes.contains & entry.facts.contained:
        return False
    return fits(entry.item, wishes)


def _taste_of_everything(entries: list[Entry], wishes: Wishes) -> tuple[MenuItem, ...]:
    """One item of every category in turn, food before drinks.

    Eight of these say more than the first eight coffees.
    """
    entries = [entry for entry in entries if all(_KINDS[word](entry) for word in wishes.words)]
    entries = _by_price(entries, wishes)
    categories: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.is_drink):
        categories.setdefault(entry.item.category, []).append(entry)
    rounds = chain.from_iterable(zip_longest(*categories.values()))
    return tuple(entry.item for entry in rounds if entry is not None)
