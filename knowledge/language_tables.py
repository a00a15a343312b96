"""What the tables of `knowledge/languages` say of dishes, and the kitchens' words, as phrases.

Read once. Who reads a text by them is `knowledge.vocabulary`.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from knowledge.kitchen_words import ALLERGEN_WORDS, DIET_WORDS, NEGATIONS
from knowledge.words import fold, singular

LANGUAGES = Path(__file__).with_name("languages")
THING = "thing"  # what may be in a dish
DIET = "diet"
OWN = "own"  # "coeliac" says what it is without
WORD = "word"  # of no list
NAMES = (OWN, THING, DIET)  # what names something that may be unwanted
# Of two lists that have the same phrase, the first one counts.
ROLES = (
    *("nothing", "labels", "not_allergic", OWN, THING, DIET),
    *("never", "without", "harm", "allergy", "around", "free"),
    *("contains", "orders", "asks", "welcome", "inside", "person", "i_am", "today"),
    *("but", "and", "over", "fillers", "needs", "stop"),
)
DIETS_OF_PEOPLE = ("vegan", "vegetarian", "pescatarian", "halal", "kosher")
_THINGS = ("allergens", "parts", "others", "avoid")
_LISTED = re.compile(r"(?:[^\W_]|\*)+|[^\w\s,*-]")

Phrase = tuple[str, ...]


class Meaning(NamedTuple):
    role: str
    keys: frozenset[str] = frozenset()
    is_whole: bool = False  # names all of an allergen: milk, and not cheese
    is_dish: bool = False  # is ordered by that name, too


@cache
def meanings() -> dict[Phrase, Meaning]:
    """Every phrase of every list; one that names several things names all of them."""
    meanings: dict[Phrase, Meaning] = {}
    for phrase, meaning in _listed():
        other = meanings.setdefault(phrase, meaning)
        if other is meaning:
            continue
        first = min(meaning, other, key=lambda each: ROLES.index(each.role))
        if meaning.role == other.role:
            first = Meaning(
                meaning.role, meaning.keys | other.keys, meaning.is_whole or other.is_whole
            )
        meanings[phrase] = first
    for phrase in listed("dishes") & meanings.keys():
        meanings[phrase] = meanings[phrase]._replace(is_dish=True)
    return meanings


@cache
def listed(name: str) -> frozenset[Phrase]:
    """The phrases that the languages have in a list."""
    return frozenset(
        tuple(map(singular, phrase)) for table in tables() for phrase in phrases_in(table.get(name))
    )


def _listed() -> Iterator[tuple[Phrase, Meaning]]:
    """Things in the singular, all else as it is written: "san" is not "sans"."""
    for table in (*tables(), {"parts": ALLERGEN_WORDS, "diets": _kitchens_diets()}):
        for role in ROLES:
            if isinstance(table.get(role), str):
                yield from ((phrase, Meaning(role)) for phrase in phrases_in(table[role]))
        for name in (*_THINGS, "diets", OWN):
            role = {"diets": DIET, OWN: OWN}.get(name, THING)
            for keys, phrases in table.get(name, {}).items():
                meaning = Meaning(role, frozenset(keys.split(" + ")), name == "allergens")
                for phrase in phrases_in(phrases):
                    yield tuple(map(singular, phrase)), meaning


def _kitchens_diets() -> dict[str, str]:
    """Without "meat-free" and its like: a "no" and its thing are read as such."""
    return {
        diet: ",".join(
            phrase
            for phrase in DIET_WORDS[diet].split(",")
            if NEGATIONS.isdisjoint(_LISTED.findall(fold(phrase)))
        )
        for diet in DIETS_OF_PEOPLE
    }


@cache
def named_in(key: str, language: str) -> str:
    """What a language calls an allergen, a diet or an ingredient; where it has no word, the key."""
    table = by_language()[language]
    lists = (table.get(name, {}) for name in (*_THINGS, "diets") if language != "en")
    called = next((each[key] for each in lists if key in each), key)
    return called.partition(",")[0].strip()


def phrases_in(listed: str | None) -> Iterator[Phrase]:
    for each in (listed or "").split(","):
        phrase = tuple(map(intern, _LISTED.findall(fold(each))))
        if phrase:
            yield phrase


def tables() -> tuple[dict[str, Any], ...]:
    return tuple(by_language().values())


@cache
def by_language() -> dict[str, dict[str, Any]]:
    """The tables by their files' names: "en", and "emoji", which is none."""
    files = sorted(LANGUAGES.glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
