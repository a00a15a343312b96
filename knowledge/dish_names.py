"""Which dishes of a menu a member of the staff means by a few words: "tilapia", "rolex", "tilpia".

Pure. A diner's words are another matter: those are searched, by `knowledge.menu_search`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.words import equal_or_begun, fold, likeness, words_of
from models.menu import MenuItem

MOST_NEAREST = 3
_ARTICLES = frozenset(["the", "a", "an", "le", "la", "les", "l", "il", "lo", "un", "una", "une"])
_ALL = frozenset(
    ["all", "every", "tous", "toutes", "tutti", "tutte", "kollha", "zote", "yote", "byose"]
)
LONGEST = 200  # characters, and so many words at most are compared with every dish's


@dataclass(frozen=True, slots=True)
class Meant:
    """In the menu's order. `is_sure`: it is these, all of them; else it has to be asked which."""

    items: tuple[MenuItem, ...]
    is_sure: bool = False


def dishes_meant(items: Sequence[MenuItem], typed: str) -> Meant:
    """By the whole name; else by words of the name; else begun, by the keywords, or mistyped.

    A number behind the words picks one of those that they mean without it, "tilapia 2", and an
    "all" takes each of them. Of several between commas all are meant, where it is sure of each.
    """
    whole = _meant_by(items, typed)
    parts = [part for part in re.split(r"[,;\n]", typed[:LONGEST]) if part.strip()]
    if whole.items or len(parts) < 2:
        return whole
    each = [_meant_by(items, part) for part in parts]
    if not all(part.is_sure or len(part.items) == 1 for part in each):
        return whole
    chosen = {item.id for part in each for item in part.items}
    return Meant(tuple(item for item in items if item.id in chosen), is_sure=True)


def _meant_by(items: Sequence[MenuItem], typed: str) -> Meant:
    typed = typed[:LONGEST].strip()
    meant = _by_words(items, typed)
    words, _, number = typed.rpartition(" ")
    number = number.lstrip("#")
    if meant.items or not words:
        return meant
    first, _, others = typed.partition(" ")
    for said, rest in ((number, words), (first, others)):
        if fold(said) in _ALL:
            return Meant(_by_words(items, rest).items, is_sure=True)
    if not (number.isdecimal() and int(number)):
        return meant
    at = int(number) - 1
    picked = _by_words(items, words).items[at : at + 1]
    return Meant(picked, is_sure=bool(picked))


def nearest(items: Sequence[MenuItem], typed: str) -> list[MenuItem]:
    """The few whose names or keywords are most like what was typed, if any are."""
    words = words_of(typed[:LONGEST])
    scored = [
        (sum(max((likeness(word, each) for each in _all(item)), default=0.0) for word in words), n)
        for n, item in enumerate(items)
    ]
    best = sorted((-score, n) for score, n in scored if score > 0)
    return [items[n] for _, n in best[:MOST_NEAREST]]


def _by_words(items: Sequence[MenuItem], typed: str) -> Meant:
    folded = fold(typed)
    for item in items:
        short = item.name.partition("(")[0].strip()
        if folded in (fold(item.name), fold(short), item.slug):
            return Meant((item,), is_sure=True)
    words = [word for word in words_of(typed) if word not in _ARTICLES]
    for of, fits, is_sure in _LADDER:
        found = tuple(item for item in items if words and all(fits(w, of(item)) for w in words))
        if found:
            return Meant(found, is_sure and len(found) == 1)
    return Meant(())


def _named(item: MenuItem) -> Sequence[str]:
    return words_of(item.name)


def _all(item: MenuItem) -> Sequence[str]:
    return words_of(" ".join([item.name, *item.keywords]))


def _is_one(word: str, words: Sequence[str]) -> bool:
    return word in words


def _begins_one(word: str, words: Sequence[str]) -> bool:
    return equal_or_begun(word, words) > 0


def _is_like_one(word: str, words: Sequence[str]) -> bool:
    return any(likeness(word, each) > 0 for each in words)


_Step = tuple[Callable[[MenuItem], Sequence[str]], Callable[[str, Sequence[str]], bool], bool]
_LADDER: Sequence[_Step] = (
    (_named, _is_one, True),
    (_named, _begins_one, False),
    (_all, _begins_one, False),
    (_all, _is_like_one, False),
)
