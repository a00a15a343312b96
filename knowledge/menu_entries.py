"""A menu's items as the search reads them: what each says, where it says it, of which kind it is.

Pure, and made once for a text: a menu is searched far more often than it changes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from knowledge.allergens import FREE_FROM, Facts, facts_of
from knowledge.lexicon import Lexicon
from knowledge.words import fold, words_of
from models.menu import MenuItem

REMEMBERED_ITEMS = 4_096  # a few large menus


@dataclass(frozen=True)
class Said:
    """What an item says, in the words and phrases of the lexicon."""

    category: frozenset[str]
    name: frozenset[str]
    itself: frozenset[str]  # of the name what it is, and not what comes with it: "fish" and chips
    tags: frozenset[str]  # keywords and diets
    description: frozenset[str]
    short_name: tuple[str, ...]  # without what stands in brackets: a translation, a size
    spelled: tuple[str, ...]  # the words of name and keywords, to tell typing errors by


class Entry:
    """A menu item, its words made ready to be compared."""

    def __init__(self, item: MenuItem, lexicon: Lexicon) -> None:
        self.item = item
        self.said: Said = _said(
            lexicon,
            item.name,
            item.category,
            item.description,
            tuple(item.keywords),
            tuple(item.dietary),
        )

    def mentions(self, word: str) -> bool:
        said = self.said
        return any(
            word in place for place in (said.name, said.tags, said.description, said.category)
        )

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.item)

    @property
    def is_drink(self) -> bool:
        return bool(self.said.category & _DRINKS)


@lru_cache(maxsize=REMEMBERED_ITEMS)
def _said(
    lexicon: Lexicon,
    name: str,
    category: str,
    description: str,
    keywords: tuple[str, ...],
    dietary: tuple[str, ...],
) -> Said:
    name = lexicon.accented(name)
    category = lexicon.accented(category)
    description = lexicon.accented(description)
    keywords = tuple(map(lexicon.accented, keywords))
    tags: set[str] = set()
    # Of "no-pork" and "dairy-free" no pork and no dairy is found.
    for tag in (*keywords, *(diet for diet in dietary if diet not in _OF_ABSENCE)):
        tags |= lexicon.concepts(words_of(tag))
    for tag in (name, *keywords):
        # "icecream" and "flatwhite" are two words on the menu.
        tags.update(first + second for first, second in pairwise(words_of(tag)))
    in_name = lexicon.concepts(words_of(name))
    spelled = [word for text in (name, *keywords) for word in words_of(text)]
    return Said(
        category=lexicon.concepts(words_of(category)),
        name=in_name,
        itself=_itself(lexicon, name) | {said for said in in_name if " " in said},
        tags=frozenset(tags),
        description=lexicon.concepts(words_of(description)),
        short_name=words_of(name.partition("(")[0]),
        spelled=tuple(dict.fromkeys(spelled)),
    )


def _itself(lexicon: Lexicon, name: str) -> frozenset[str]:
    heads = (_WITH.split(part)[0] for part in _BRACKETS.split(fold(name)))
    return frozenset().union(*(lexicon.concepts(words_of(head)) for head in heads))


_BRACKETS = re.compile(r"[()]")
# Of a name what stands before it is what the dish is; the words are folded.
_WITH = re.compile(
    r"[,&+]|\b(?:with|and|in|on|avec|et|au|aux|a la|sur|con|ed?|all[aeo]|ai|bi[lsztrx]?|fi[lt]|u"
    r"|jew|na|n|kwa|yenye)\b"
)
_OF_ABSENCE = frozenset({*FREE_FROM, "no-pork", "no-alcohol"})


def _is_alcohol(entry: Entry) -> bool:
    return bool(entry.said.category & _ALCOHOL) and "no-alcohol" not in entry.item.dietary


def _is_cold(entry: Entry) -> bool:
    words = entry.said.name | entry.said.tags
    if not entry.is_drink:
        return False
    if entry.said.category & _HOT_DRINKS or "hot" in words:
        return bool(words & _COLD_WORDS)
    return True


def _is_hot(entry: Entry) -> bool:
    words = entry.said.name | entry.said.tags
    if not entry.is_drink:
        return False
    return "hot" in words or bool(entry.said.category & _HOT_DRINKS and not words & _COLD_WORDS)


def _is_main(entry: Entry) -> bool:
    # A restaurant may say so itself, beside its categories.
    return bool(entry.said.category & _MAINS) or "main" in entry.said.tags


_DRINKS = frozenset(
    words_of(
        "coffee tea drink beverage beer wine cocktail mocktail"
        " spirit liqueur juice smoothie water soda"
    )
)
_ALCOHOL = frozenset(words_of("beer wine cocktail spirit liqueur"))
_HOT_DRINKS = frozenset({"coffee", "tea"})
_COLD_WORDS = frozenset({"cold", "ice", "iced coffee", "iced tea"})
_MAINS = frozenset(
    words_of("main grill grilled plate meat fish pasta vegetarian pizza curry burger")
)

# What is asked for by its kind, which a menu's words seldom say.
KINDS: dict[str, Callable[[Entry], bool]] = {
    **dict.fromkeys(("drink", "beverage", "drinking"), lambda entry: entry.is_drink),
    **dict.fromkeys(
        ("food", "meal", "dish", "lunch", "dinner", "supper"), lambda entry: not entry.is_drink
    ),
    "main": _is_main,
    **dict.fromkeys(("alcohol", "booze"), _is_alcohol),
    "cold": _is_cold,
    "hot": _is_hot,
}
TEMPERATURES = ("cold", "hot")
