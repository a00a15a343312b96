"""Which dishes of a menu a member of the staff means by a few words: "tilapia", "rolex", "tilpia".

Pure. A dish goes by its name; a single word may be a kind, "fish" or "kuku", and is searched too.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.lexicon import Lexicon, shipped_lexicon
from knowledge.menu_search import search_menu
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
    """Those called so first. `is_sure`: it is these, all of them; else it has to be asked which."""

    items: tuple[MenuItem, ...]
    is_sure: bool = False


def dishes_meant(items: Sequence[MenuItem], typed: str, lexicon: Lexicon | None = None) -> Meant:
    """By the whole name; else by words of the name; else begun, by the keywords, or mistyped.

    What a word is the kind of comes behind what is called so. A number behind the words picks one
    of those that they mean without it, "tilapia 2", and an "all" takes each of them. Of several
    between commas all are meant, where it is sure of each.
    """
    whole = _meant_by(items, typed, lexicon)
    parts = [part for part in re.split(r"[,;\n]", typed[:LONGEST]) if part.strip()]
    if whole.items or len(parts) < 2:
        return whole
    each = [_meant_by(items, part, lexicon) for part in parts]
    if not all(part.is_sure or len(part.items) == 1 for part in each):
        return whole
    chosen = {item.id for part in each for item in part.items}
    return Meant(tuple(item for item in items if item.id in chosen), is_sure=True)


def _meant_by(items: Sequence[MenuItem], typed: str, lexicon: Lexicon | None) -> Meant:
    typed = typed[:LONGEST].strip()
    if fold(typed) in _ALL:
        return Meant(())  # all of what?
    meant = _by_words(items, typed, lexicon)
    words, _, number = typed.rpartition(" ")
    number = number.lstrip("#")
    if meant.items or not words:
        return meant
    first, _, others = typed.partition(" ")
    for said, rest in ((number, words), (first, others)):
        if fold(said) in _ALL:
            return Meant(_by_words(items, rest, lexicon).items, is_sure=True)
    if not (number.isdecimal() and int(number)):
        return meant
    at = int(number) - 1
    picked = _by_words(items, words, lexicon).items[at : at + 1]
    return Meant(picked, is_sure=bool(picked))


def nearest(
    items: Sequence[MenuItem], typed: str, lexicon: Lexicon | None = None
) -> Sequence[MenuItem]:
    """The few whose names or keywords are most like what was typed; else what a search finds."""
    words = words_of(typed[:LONGEST])
    scored = [
        (sum(max((likeness(word, each) for each in _all(item)), default=0.0) for word in words), n)
        for n, item in enumerate(items)
    ]
    best = sorted((-score, n) for score, n in scored if score > 0)
    near = [items[n] for _, n in best] or _searched(items, typed, lexicon)
    return near[:MOST_NEAREST]


def _by_words(items: Sequence[MenuItem], typed: str, lexicon: Lexicon | None) -> Meant:
    folded = fold(typed)
    for item in items:
        short = item.name.partition("(")[0].strip()
        if folded in (fold(item.name), fold(short), item.slug):
            return Meant((item,), is_sure=True)
    words = [word for word in words_of(typed) if word not in _ARTICLES]
    found, is_sure = _called(items, words)
    is_one_word = len((lexicon or shipped_lexicon()).phrases(words)) == 1  # as "red wine" is
    kind = _searched(items, typed, lexicon) if is_one_word else ()
    if not found and len(kind) == 1:
        return Meant(())  # it is not called so: no more than the nearest
    meant = tuple(dict.fromkeys((*found, *kind)))
    return Meant(meant, is_sure and len(meant) == 1)


def _called(items: Sequence[MenuItem], words: Sequence[str]) -> tuple[tuple[MenuItem, ...], bool]:
    """Those that the surest way to read the words finds, and whether it is a sure one."""
    for of, fits, is_sure in _LADDER if words else ():
        found = tuple(item for item in items if all(fits(word, of(item)) for word in words))
        if found:
            return found, is_sure
    return (), False


def _searched(items: Sequence[MenuItem], typed: str, lexicon: Lexicon | None) -> Sequence[MenuItem]:
    """What a search finds; of what names nothing in particular it offers some of everything."""
    found = search_menu(items, typed[:LONGEST], lexicon=lexicon)
    return () if found.overview else found.items


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
