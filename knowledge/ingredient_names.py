"""What an ingredient is called in a menu's texts, in all languages, and what is made with it.

Pure: the words stand in `knowledge/languages`. It judges no dish.
"""

from functools import cache, lru_cache
from itertools import chain

from knowledge.language_tables import THING, meanings, phrases_in, tables
from knowledge.vocabulary import is_known
from knowledge.words import singular

SHORTEST_BEGINNING = 5  # letters, of "lemon" in "lemony"


@cache
def names_of(ingredient: str) -> frozenset[frozenset[str]]:
    """All its names in all languages, each as its words in the singular: a menu may have any.

    And those of what is made with it: chips hold potato.
    """
    holders = chain.from_iterable(
        phrases_in(table.get("holds", {}).get(ingredient)) for table in tables()
    )
    return _own_names(ingredient).union(frozenset(map(singular, each)) for each in holders)


@lru_cache(maxsize=8_192)
def is_begun(word: str, ingredient: str) -> bool:
    """Whether it begins as the ingredient is called, "lemony", and is no other: "lemongrass"."""
    names = (name for each in _own_names(ingredient) if len(each) == 1 for name in each)
    begun = any(len(name) >= SHORTEST_BEGINNING and word.startswith(name) for name in names)
    return begun and not is_known(word)


@cache
def _own_names(ingredient: str) -> frozenset[frozenset[str]]:
    names = {
        frozenset(phrase)
        for phrase, meaning in meanings().items()
        if meaning.role == THING and ingredient in meaning.keys
    }
    return frozenset(names or {frozenset(ingredient.split())})
