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
    FREE_OF_WORDS,
    MADE_WITH,
    NEGATIONS,
    NONE_WORDS,
    PHRASES_BEFORE,
)
from knowledge.words import listed, words_of
from models.menu import ALLERGENS, DIETS, MenuItem

MOST_GUESSES = 3
_BEFORE = tuple(" ".join(words_of(phrase)) for phrase in PHRASES_BEFORE)
_NEGATIONS = frozenset(words_of(" ".join(NEGATIONS)))
# The fields of a menu by what their words may be; the others list what is in a dish.
_WORDS = {"dietary": DIET_WORDS, "free_of": FREE_OF_WORDS}
IN_IT = ("allergens", "may_contain")
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
# What is said of a thing that is no allergen, and the tags that it belies.
BELIED_BY: Mapping[str, frozenset[str]] = {
    "contains-alcohol": frozenset({"halal", "no-alcohol"}),
    "contains-pork": frozenset(
        {"halal", "kosher", "no-pork", "pescatarian", "vegetarian", "vegan"}
    ),
}
_OF_CONTENTS = (*FREE_FROM, "no-pork", "no-alcohol", *BELIED_BY)


@dataclass(frozen=True)
class Read:
    """Words as a kitchen wrote them: the keys that they mean, and those that nobody knows."""

    keys: frozenset[str]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What the file says of a dish: of each allergen that it is in it, may be, is not, or nothing.

    An allergen stands in one of the four sets, the worst that is said of it. `unclear`: words that
    nobody knows, which may mean any. `diets`: what it fits.
    """

    contained: frozenset[str]
    may_contain: frozenset[str]
    free_of: frozenset[str]
    not_stated: frozenset[str]
    unclear: tuple[str, ...]
    diets: frozenset[str]


def facts_of(item: MenuItem) -> Facts:
    return _facts(
        _as_words(item.allergens),
        _as_words(item.may_contain or ()),
        _as_words(item.free_of or ()),
        _as_words(item.dietary),
    )


@lru_cache(maxsize=4096)
def _facts(
    allergens: tuple[str, ...],
    perhaps: tuple[str, ...],
    free_of: tuple[str, ...],
    dietary: tuple[str, ...],
) -> Facts:
    contained = _read(allergens, "allergens")
    possible = _read(perhaps, "allergens")
    in_it = contained.keys | possible.keys
    # "Gluten-free" and "dairy-free" say it of gluten and milk. "Vegan" says nothing of traces.
    promised = [NEVER_IN[diet] for diet in _read(dietary, "dietary").keys & set(FREE_FROM)]
    absent = _read(free_of, "free_of").keys.union(*promised) - in_it
    return Facts(
        contained=contained.keys,
        may_contain=possible.keys - contained.keys,
        free_of=absent,
        not_stated=frozenset(ALLERGENS) - in_it - absent,
        unclear=contained.unknown + possible.unknown,
        diets=diets_in(dietary, contained.keys, possible.keys),
    )


def allergens_in(words: object) -> Read:
    """What a dish contains, by its list: `["dairy", "nuts"]`."""
    return _read(_as_words(words), "allergens")


def diets_in(
    words: object, allergens: frozenset[str], perhaps: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Whom a dish fits that contains `allergens` and may contain those of `perhaps`.

    An unknown word fits nobody, and what is in the dish is stronger than a tag.
    """
    diets = _read(_as_words(words), "dietary").keys
    belied = frozenset[str]().union(*(BELIED_BY.get(diet, ()) for diet in diets))
    return frozenset(
        diet for diet in diets - belied if not _never_in(diet) & _counted(diet, allergens, perhaps)
    )


def contradictions(
    dietary: Collection[str],
    allergens: Collection[str],
    may_contain: Collection[str],
    free_of: Collection[str],
) -> list[str]:
    """What of a dish's lists, in keys, can't be true together: a sentence for each."""
    told = [
        f"free_of: has {key}, which stands in {field} too"
        for field, listed in (("allergens", allergens), ("may_contain", may_contain))
        for key in listed
        if key in free_of
    ]
    for diet in dietary:
        for key in _counted(diet, frozenset(allergens), frozenset(may_contain)) & _never_in(diet):
            field = "allergens" if key in allergens else "may_contain"
            told.append(f"dietary: has {diet}, yet {field} has {key}")
        told += [
            f"dietary: has {diet}, yet {tag} too"
            for tag, belied in BELIED_BY.items()
            if tag in dietary and diet in belied
        ]
    return told


def _never_in(diet: str) -> frozenset[str]:
    return NEVER_IN.get(diet, frozenset())


def _counted(diet: str, allergens: frozenset[str], perhaps: frozenset[str]) -> frozenset[str]:
    """What breaks a diet: a trace breaks a promise of "free", and no vegan's conviction."""
    return allergens | perhaps if diet in FREE_FROM else allergens


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
    meanings = _made_with() if field in IN_IT else _meanings(field)
    parts = [written]
    if _found(written, meanings) is None:
        parts = written.replace(";", ",").replace("/", ",").replace("&", ",").split(",")
    meant = [_found(part, meanings) for part in parts]
    if None in meant:
        return None
    return tuple(key for key in vocabulary if any(key in (keys or ()) for keys in meant))


@cache
def _made_with() -> dict[str, frozenset[str]]:
    """What a kitchen's word says is in it: wine has sulphites, though it is no name for them."""
    meanings = dict[str, frozenset[str]]()
    for key, phrases in MADE_WITH.items():
        for phrase in (" ".join(words_of(each)) for each in listed(phrases)):
            meanings[phrase] = meanings.get(phrase, frozenset()) | {key}
    return meanings | _meanings("allergens")


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
    if field == "free_of" and (part := _meanings("allergens").get(phrase)):
        return f"{word!r} is but a part of {_told(phrase, part, vocabulary)}: say whether all is"
    if field in IN_IT and not _NEGATIONS.isdisjoint(phrase.split()):
        return f"{word!r} says what is not in it: that stands in free_of"
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
    return DIETS if field == "dietary" else ALLERGENS


@cache
def _meanings(field: str) -> dict[str, frozenset[str]]:
    """Every word, folded and in the singular, with the keys that it means."""
    meanings: dict[str, frozenset[str]] = {}
    words = _WORDS.get(field, ALLERGEN_WORDS)
    for keys, phrases in words.items():
        for word in listed(phrases):
            phrase = " ".join(words_of(word))
            meanings[phrase] = meanings.get(phrase, frozenset()) | frozenset(keys.split(" + "))
    return meanings | {" ".join(words_of(key)): frozenset({key}) for key in _vocabulary(field)}
