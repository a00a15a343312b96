"""Whether a dish may be offered to who must not have something: yes, no, or nobody says.

Pure, and careful: only what its row states makes a dish free of an allergen. It ranks nothing, and
no price matters here.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.allergens import FREE_FROM, NEVER_IN, Facts, facts_of
from knowledge.diners_words import ALCOHOL, PORK, SPICY
from knowledge.ingredient_names import is_begun, names_of
from knowledge.kitchen_words import CONTENT_WORDS, OTHER_AFTER, OTHER_BEFORE
from knowledge.wishes import Wishes
from knowledge.words import REMEMBERED_TEXTS, fold, words_of
from models.menu import MenuItem

# Whom a dish fits besides, by its tags.
_FITTING = {
    "vegetarian": frozenset({"vegetarian", "vegan"}),
    "pescatarian": frozenset({"pescatarian", "vegetarian", "vegan"}),
    "no-pork": frozenset({"no-pork", "halal", "kosher", "pescatarian", "vegetarian", "vegan"}),
    "no-alcohol": frozenset({"no-alcohol", "halal"}),
}
# Diets under another name: what is not wanted, and is none of the 14.
_DIETS_WITHOUT = {ALCOHOL: "no-alcohol", PORK: "no-pork"}
_SAID_ABSENT = re.compile(
    r"\b(?:free of|without|instead of|in place of|no) \w++(?: or \w++)*+|\b\w++[- ]free\b(?! of)"
)
_CONTENTS = {tag: frozenset(words_of(words)) for tag, words in CONTENT_WORDS.items()}


def fits(item: MenuItem, wishes: Wishes) -> bool | None:
    """Whether it has nothing that `wishes` exclude; None where its row does not say."""
    facts = facts_of(item)
    diets = {*wishes.diets, *(_DIETS_WITHOUT.get(each, "") for each in wishes.without)} - {""}
    excluded = wishes.without.difference(_DIETS_WITHOUT, {SPICY})
    excluded = excluded.union(*(NEVER_IN[diet] for diet in diets.intersection(FREE_FROM)))
    kept = {_keeps(diet, item, facts) for diet in diets.difference(FREE_FROM)}
    if False in kept or excluded & (facts.contained | facts.may_contain):
        return False
    if SPICY in wishes.without and "spicy" in facts.diets:
        return False
    if wishes.without_words and _mentions_any(item, facts, wishes.without_words):
        return False
    if facts.unclear and (excluded or diets & NEVER_IN.keys()):
        return None
    return None if None in kept or excluded & facts.not_stated else True


def _keeps(diet: str, item: MenuItem, facts: Facts) -> bool | None:
    """Whether it keeps a diet. That there is no pork in it has to be said; alcohol has its tag."""
    if facts.diets & _FITTING.get(diet, {diet}):
        return True
    if diet == "no-alcohol":
        return not contains("contains-alcohol", item, facts)
    if diet == "no-pork":
        return False if contains("contains-pork", item, facts) else None
    return False


def contains(tag: str, item: MenuItem, facts: Facts) -> bool:
    """Whether a dish has what `tag` names, by the tag or by a word of its texts."""
    return tag in facts.diets or named_contents(tag, _texts(item)) is not None


def named_contents(tag: str, texts: Iterable[str]) -> str | None:
    """The first word that names what `tag` does: "wine", but not of wine vinegar."""
    for text in texts:
        words = said_words(text)
        around = zip(("", *words), words, (*words[1:], ""), strict=False)
        for before, word, after in around:
            is_other = before in OTHER_BEFORE or after in OTHER_AFTER
            if word in _CONTENTS[tag] and not is_other:
                return word
    return None


def _mentions_any(item: MenuItem, facts: Facts, ingredients: Iterable[str]) -> bool:
    """Whether its texts have any of them, by any of its names: "no onions" and "l'oignon"."""
    mentioned = facts.diets.union(*map(said_words, _texts(item)))
    return any(_is_among(mentioned, each) for each in ingredients)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _is_among(mentioned: frozenset[str], ingredient: str) -> bool:
    is_named = any(name <= mentioned for name in names_of(ingredient))
    return is_named or any(is_begun(word, ingredient) for word in mentioned)


def _texts(item: MenuItem) -> tuple[str, ...]:
    return (item.name, item.category, item.description, *item.keywords)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def said_words(text: str) -> tuple[str, ...]:
    """The words of a text, but what it says that there is not: "without butter or eggs"."""
    return words_of(_SAID_ABSENT.sub(" ", fold(text)))
