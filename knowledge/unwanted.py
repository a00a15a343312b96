"""Parts a diner's words into what is wanted and what must not be in it: "no", "free", "allergy".

It knows no menu. Of what it can't tell apart it takes an allergen to be unwanted: better to leave
a dish out than to offer it to who must not have it.
"""

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from knowledge.allergens import FREE_FROM, NEVER_IN, allergens_of, diet_of, phrases
from knowledge.diners_words import (
    BETWEEN,
    CONTENTS,
    COURSES,
    DETERMINERS,
    LEADING,
    NO,
    STOP_WORDS,
)
from knowledge.words import likeness, singular
from models.menu import ALLERGENS

LONGEST_PHRASE = 4  # words: "sulphur dioxide and sulphites"
MOST_WORDS = 3  # of a thing, its allergen last: "freshly roasted nuts"
_NO = re.compile(rf"\b(?:{NO})\b")
_NO_MARK = " \0 "
_TOKEN = re.compile(r"[^\W_]+|[^\w\s-]|(?<!\w)-|-(?!\w)")
_AFTER = re.compile(r"free|(?:allerg|intoleran|sensitiv)[a-z]*")
_LINKS = frozenset({"containing", "contain", "that", "which", "made"})
_NAMES = frozenset(name for names in CONTENTS.values() for name in names) | set(ALLERGENS)


def parted(text: str) -> tuple[list[str], list[str]]:
    """The wanted words of a folded text, and the unwanted; a phrase of the kitchens' is one."""
    tokens = _tokens(text)
    wanted: list[str] = []
    unwanted: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == _NO_MARK.strip():
            at = _take_list(tokens, at, wanted, unwanted)
        elif _AFTER.fullmatch(token) and wanted and is_known(wanted[-1]):
            _take_back(wanted, unwanted)
        elif token.startswith(("allerg", "intoleran")):
            at = _take_list(tokens, at, wanted, unwanted, only_known=True)
        elif (diet := diet_of(token)) in FREE_FROM:
            unwanted += NEVER_IN[diet]
        elif wanted[-1:] in (["non"], ["zero"]) and is_known(token):
            wanted[-1:] = []
            unwanted.append(token)
        elif token.startswith("non") and is_known(token[3:]):
            unwanted.append(token[3:])
        else:
            wanted.append(token)
    return wanted, unwanted


def is_known(thing: str) -> bool:
    """Whether it is something that dishes are free from; "what" is no mistyped "wheat"."""
    return thing == "meat" or (thing not in STOP_WORDS and tags_of(thing) is not None)


@lru_cache(maxsize=4096)
def tags_of(thing: str) -> frozenset[str] | None:
    """The allergens (or ALCOHOL) that diners mean by it, even mistyped."""
    named = next((tags for tags, names in CONTENTS.items() if thing in names), None)
    meant = named or allergens_of(thing)
    if meant:
        return meant
    return next(
        (tags for tags, names in CONTENTS.items() if any(is_like(thing, name) for name in names)),
        None,
    )


def is_like(word: str, name: str) -> bool:
    # The beginning of a word is not enough here: "fish" must not be "fishcake".
    return word == name or (abs(len(word) - len(name)) <= 2 and likeness(word, name) > 0.8)


def _tokens(text: str) -> list[str]:
    words = [singular(each) for each in _TOKEN.findall(_NO.sub(_NO_MARK, text))]
    known = _phrases()
    tokens = []
    at = 0
    while at < len(words):
        sizes = range(min(LONGEST_PHRASE, len(words) - at), 1, -1)
        said = (" ".join(words[at : at + size]) for size in sizes)
        phrase = next((each for each in said if each in known), words[at])
        tokens.append(known.get(phrase, phrase))
        at += len(phrase.split())
    return tokens


@cache
def _phrases() -> dict[str, str]:
    """By how they read once every "no" is a mark: "senza carne" begins with one."""
    return {" ".join(_NO.sub(_NO_MARK, phrase).split()): phrase for phrase in phrases()}


def _take_list(
    tokens: Sequence[str],
    at: int,
    wanted: list[str],
    unwanted: list[str],
    only_known: bool = False,
) -> int:
    """Take "any nuts, milk or the like" that begins at `at`; returns where it ends."""
    at = _after(tokens, at, LEADING | {":", "-", "="})
    thing, link = ([*tokens[at : at + 2], "", ""])[:2]
    if (link in _LINKS and _is_plain(thing)) or (link == "with" and thing in COURSES):
        wanted.append(thing)
        at = _after(tokens, at + 1, LEADING)
    while size := _size(tokens, at, only_known):
        unwanted += [each for each in tokens[at : at + size] if each not in STOP_WORDS]
        at += size
        next_at = _after(tokens, at, BETWEEN)
        if next_at == at:
            break
        at = _after(tokens, next_at, DETERMINERS)
        following = "".join(tokens[at : at + 1])
        # "Without nuts and a coffee", "no nuts, vegan dessert": there something else begins.
        begins_anew = at > next_at or following in COURSES or diet_of(following) is not None
        only_known = only_known or begins_anew
    return at


def _size(tokens: Sequence[str], at: int, only_known: bool) -> int:
    """How many words the thing at `at` has: as many as there are up to an allergen, or one."""
    for size, token in enumerate(tokens[at : at + MOST_WORDS], 1):
        if is_known(token):
            return size
        if not _is_plain(token):
            break
    return int(not only_known and at < len(tokens) and _is_plain(tokens[at]))


def _is_plain(token: str) -> bool:
    return token[:1].isalpha() and token not in STOP_WORDS and token not in BETWEEN


def _after(tokens: Sequence[str], at: int, passed: Collection[str]) -> int:
    while at < len(tokens) and tokens[at] in passed:
        at += 1
    return at


def _take_back(wanted: list[str], unwanted: list[str]) -> None:
    """Take "egg, milk and nut" before "free"; of "latte and gluten free cake" the gluten alone."""
    unwanted.append(wanted.pop())
    between = {"and", "or", "nor", "/", "&", "+"}
    while len(wanted) > 1 and wanted[-1] in between and wanted[-2] in _NAMES:
        wanted.pop()
        unwanted.append(wanted.pop())
        between.add(",")
