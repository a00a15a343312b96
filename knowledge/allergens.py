"""What dishes contain and whom they fit: a closed vocabulary, and the kitchens' words for it.

The allergens are the 14 of Regulation (EU) No 1169/2011, Annex II. A word stands here only if what
it names surely contains the allergen; what is not here is refused, or excludes. It knows no dish.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import chain

from knowledge.kitchen_words import (
    ALLERGEN_WORDS,
    DIET_WORDS,
    NEGATIONS,
    NONE_WORDS,
    PHRASES_BEFORE,
)
from knowledge.words import words_of
from models.menu import ALLERGENS, DIETS, MenuItem

MOST_GUESSES = 3
_BEFORE = tuple(" ".join(words_of(phrase)) for phrase in PHRASES_BEFORE)
_NEGATIONS = frozenset(words_of(" ".join(NEGATIONS)))
# What a dish with such a tag cannot contain; where it does, one of the two is wrong.
NEVER_IN: Mapping[str, frozenset[str]] = {
    "vegan": frozenset({"milk", "eggs", "fish", "crustaceans", "molluscs"}),
    "vegetarian": frozenset({"fish", "crustaceans", "molluscs"}),
    "kosher": frozenset({"crustaceans", "molluscs"}),
    "gluten-free": frozenset({"gluten"}),
    "dairy-free": frozenset({"milk"}),
}


# Diets of a thing that is not in it, whatever else is.
FREE_FROM = ("gluten-free", "dairy-free")
_OF_CONTENTS = (*FREE_FROM, "contains-alcohol")


@dataclass(frozen=True)
class Read:
    """Words as a kitchen wrote them: the keys that they mean, and those that nobody knows."""

    keys: frozenset[str]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a dish contains, the words of that which nobody knows, and the diets that it fits."""

    contained: frozenset[str]
    unclear: tuple[str, ...]
    diets: frozenset[str]


def facts_of(item: MenuItem) -> Facts:
    contained = allergens_in(item.allergens)
    return Facts(contained.keys, contained.unknown, diets_in(item.dietary, contained.keys))


def allergens_in(words: object) -> Read:
    """What a dish contains, by its list: `["dairy", "nuts"]`."""
    return _read(_as_words(words), "allergens")


def diets_in(words: object, allergens: frozenset[str]) -> frozenset[str]:
    """Whom a dish that contains these allergens fits. An unknown word fits nobody."""
    diets = _read(_as_words(words), "dietary").keys
    return frozenset(diet for diet in diets if not NEVER_IN.get(diet, frozenset()) & allergens)


def allergens_of(word: str) -> frozenset[str]:
    """The allergens that a word means, as kitchens use it; none, if it means none that we know."""
    return _meanings("allergens").get(" ".join(words_of(word)), frozenset())


def diet_of(word: str) -> str | None:
    """The diet that a word means; None, if it means none that we know."""
    return next(iter(_meanings("dietary").get(" ".join(words_of(word)), ())), None)


def phrases() -> frozenset[str]:
    """What has two words or more and means allergens or a diet, but says not what is not in it."""
    diets = (word for word in _meanings("dietary") if diet_of(word) not in _OF_CONTENTS)
    return frozenset(word for word in chain(diets, _meanings("allergens")) if " " in word)


def known_words(words: Iterable[str], field: str) -> tuple[list[str], dict[str, str]]:
    """The keys for `words` of a menu's field, each once; and which words were read as which keys.

    Raises ValueError, which names every word that is not known, and what it might have meant.
    """
    keys: list[str] = []
    readings: dict[str, str] = {}
    wrong = []
    for word in words:
        meant = _meaning(word, field)
        if meant is None:
            wrong.append(_complaint(word, field))
            continue
        keys += meant
        if list(meant) != [word]:
            readings[word] = " and ".join(meant)
    if wrong:
        raise ValueError("; ".join(wrong))
    return list(dict.fromkeys(keys)), readings


def _as_words(listed: object) -> tuple[str, ...]:
    """Not every row came through a file: one may hold anything."""
    return tuple(map(str, listed)) if isinstance(listed, list | tuple) else (str(listed),)


@lru_cache(maxsize=4096)
def _read(words: tuple[str, ...], field: str) -> Read:
    meanings = {word: _meaning(word, field) for word in words}
    known = [meant for meant in meanings.values() if meant is not None]
    unknown = tuple(word for word, meant in meanings.items() if meant is None)
    return Read(frozenset(chain.from_iterable(known)), unknown)


def _meaning(written: str, field: str) -> tuple[str, ...] | None:
    """The keys that it means, in the vocabulary's order; None if a part of it means none."""
    vocabulary = _vocabulary(field)
    if written in vocabulary:
        return (written,)
    meanings = _meanings(field)
    parts = [written]
    if _found(written, meanings) is None:
        parts = written.replace(";", ",").replace("/", ",").replace("&", ",").split(",")
    meant = [_found(part, meanings) for part in parts]
    if None in meant:
        return None
    return tuple(key for key in vocabulary if any(key in (keys or ()) for keys in meant))


def _found(part: str, meanings: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    phrase = " ".join(words_of(part))
    return meanings.get(phrase) or meanings.get(_without_phrase_before(phrase))


def _without_phrase_before(phrase: str) -> str:
    """Without "may contain" and its like: what may be in a dish is taken to be in it."""
    before = next((each for each in _BEFORE if phrase.startswith(f"{each} ")), "")
    return phrase[len(before) :].strip()


def _complaint(word: str, field: str) -> str:
    vocabulary = _vocabulary(field)
    meanings = _meanings(field)
    phrase = " ".join(words_of(word))
    if not phrase or phrase in NONE_WORDS:
        return f"{word!r} is left out: write [] where there is none"
    if field == "allergens" and not _NEGATIONS.isdisjoint(phrase.split()):
        return f"{word!r} says what is not in it: the list has what is"
    named = [part for part in phrase.split() if part in meanings]
    guesses = named or get_close_matches(phrase, meanings, MOST_GUESSES, cutoff=0.75)
    if not guesses:
        return f"{word!r} is not known; use {', '.join(vocabulary)}"
    meant = dict.fromkeys(_told(guess, meanings[guess], vocabulary) for guess in guesses)
    return f"{word!r} is not known; did you mean {' or '.join(meant)}?"


def _told(word: str, keys: frozenset[str], vocabulary: Collection[str]) -> str:
    meant = " and ".join(key for key in vocabulary if key in keys)
    return meant if word == " ".join(words_of(meant)) else f"{word} ({meant})"


def _vocabulary(field: str) -> tuple[str, ...]:
    return ALLERGENS if field == "allergens" else DIETS


@cache
def _meanings(field: str) -> dict[str, frozenset[str]]:
    """Every word, folded and in the singular, with the keys that it means."""
    meanings: dict[str, frozenset[str]] = {}
    words = ALLERGEN_WORDS if field == "allergens" else DIET_WORDS
    for keys, listed in words.items():
        for word in listed.split(","):
            phrase = " ".join(words_of(word))
            meanings[phrase] = meanings.get(phrase, frozenset()) | frozenset(keys.split(" + "))
    return meanings | {" ".join(words_of(key)): frozenset({key}) for key in _vocabulary(field)}
