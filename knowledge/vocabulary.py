"""The words of six languages for what must, and must not, be in a dish.

It finds them in a text, mistyped too, and says what each is; it decides nothing and knows no dish.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from knowledge.diners_words import STOP_WORDS
from knowledge.language_tables import (
    DIET,
    NAMES,
    THING,
    WORD,
    Meaning,
    Phrase,
    meanings,
    phrases_in,
    tables,
)
from knowledge.phrase_index import PhraseIndex
from knowledge.words import singular

_MISTYPED_CUES = ("never", "without", "allergy", "around")
_MISTYPED = (*NAMES, *_MISTYPED_CUES)
SHORTEST_TYPO = 5  # letters: a shorter word with one wrong may be any other
LONG = 9  # letters: two may be wrong
SHORTEST_REST = 3  # letters, of "nut" in "nutfree"
SHORTEST_ELIDED = 4  # letters, of "oeuf" in "loeuf"

# Words, marks and pictures; the marks of a font or a skin are left out.
_TOKEN = re.compile(
    r"[^\W_]+|[^\w\s\-\"*\ufe0f\u200d\u2640\u2642\U0001f3fb-\U0001f3ff]|\n|(?<!\w)-|-(?!\w)"
)
# "Nooo" is a no.
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_END = ""  # the key in the tree where a phrase ends
_SOUNDS_ALIKE = str.maketrans("kqyz", "ccis")

Tree = dict[str, Any]  # of trees by their next word, and of a Meaning at _END


class Part(NamedTuple):
    """A phrase of a text: what it is, and its words as they were written, in the singular."""

    meaning: Meaning
    words: Phrase

    @property
    def role(self) -> str:
        return self.meaning.role

    @property
    def keys(self) -> frozenset[str]:
        return self.meaning.keys


@lru_cache(maxsize=1024)  # a turn reads the same words several times
def parts_of(text: str) -> tuple[Part, ...]:
    """The phrases of a folded text in their order, the longest that is known at each place."""
    typed = list(_typed(text))
    keys = [_keys(token) for token in typed]
    parts: list[Part] = []
    at = 0
    while at < len(typed):
        meaning, end = _longest(_tree(), keys, at)
        end = max(end, at + 1)
        parts.append(
            Part(meaning or Meaning(WORD), tuple(singular(token) for token in typed[at:end]))
        )
        at = end
    return tuple(parts)


def may_have(text: str, *groups: frozenset[str]) -> bool:
    """Whether a folded text has all words of a phrase of each group of roles.

    Far quicker than to part it.
    """
    words = _all_keys(text)
    return all(phrases_of(*roles).may_be_in(words) for roles in groups)


@lru_cache(maxsize=64)  # a turn asks several times; no text stays for long
def _all_keys(text: str) -> frozenset[str]:
    return frozenset(chain.from_iterable(map(_keys, _typed(text))))


@cache
def phrases_of(*roles: str) -> PhraseIndex:
    return PhraseIndex(phrase for phrase, meaning in meanings().items() if meaning.role in roles)


def _typed(text: str) -> Iterator[str]:
    return chain.from_iterable(map(_taken_apart, _TOKEN.findall(_STRETCHED.sub(r"\1", text))))


def _longest(tree: Tree, keys: list[Phrase], at: int) -> tuple[Meaning | None, int]:
    best = (tree.get(_END), at)
    for key in keys[at] if at < len(keys) else ():
        branch = tree.get(key)
        if branch is not None:
            found = _longest(branch, keys, at + 1)
            if found[0] is not None and (best[0] is None or found[1] > best[1]):
                best = found
    return best


@lru_cache(maxsize=8_192)
def _taken_apart(token: str) -> Phrase:
    """ "Nutfree" is two words, and so is "nonuts"."""
    if is_known(token):
        return (token,)
    if token.endswith(_single("endings")):
        for ending in _single("endings"):
            if token.endswith(ending) and _is_thing(token[: -len(ending)]):
                return (token[: -len(ending)], "free")
    if token.startswith(_single("without")):
        for beginning in _single("without"):
            if token.startswith(beginning) and _is_thing(token[len(beginning) :]):
                return (beginning, token[len(beginning) :])
    return (token,)


@lru_cache(maxsize=8_192)
def _keys(token: str) -> Phrase:
    """The words of the lists that it may be."""
    exact = (token, singular(token))
    patterns = _patterns_of(token)
    if patterns or is_known(token):
        return (*dict.fromkeys(exact), *patterns)
    for elided in _single("elisions"):
        rest = token[len(elided) :]
        is_long = len(rest) >= SHORTEST_ELIDED
        if is_long and token.startswith(elided) and (_is_thing(rest) or _is_cue(rest)):
            return _keys(rest)
    return (*exact, *(_mistyped(token) or _mistyped(singular(token))))


def _patterns_of(token: str) -> Phrase:
    if not _any_pattern().fullmatch(token):
        return ()  # as most
    return tuple(key for key, pattern in _patterns() if pattern.fullmatch(token))


def _mistyped(token: str) -> Phrase:
    if len(token) < SHORTEST_TYPO:
        return ()
    most = 2 if len(token) >= LONG else 1
    candidates = _candidates().get(_sound(token), {})
    found = extractOne(token, candidates.keys(), scorer=OSA.distance, score_cutoff=most)
    return (candidates[found[0]],) if found else ()


def _sound(word: str) -> str:
    return word[0].translate(_SOUNDS_ALIKE)


def is_known(token: str) -> bool:
    return token in _known() or singular(token) in _known()


def _is_thing(token: str) -> bool:
    meaning = meanings().get((singular(token),))
    return len(token) >= SHORTEST_REST and meaning is not None and meaning.role in (THING, DIET)


def _is_cue(token: str) -> bool:
    meaning = meanings().get((token,))
    is_listed = meaning is not None and meaning.role in (*_MISTYPED_CUES, "harm")
    return is_listed or bool(_patterns_of(token))


@cache
def _tree() -> Tree:
    tree: Tree = {}
    for phrase, meaning in meanings().items():
        branch = tree
        for word in phrase:
            branch = branch.setdefault(word, {})
        branch[_END] = meaning
    return tree


@cache
def _known() -> frozenset[str]:
    """All words of all lists, and those that are no mistyped others."""
    return frozenset(chain(STOP_WORDS, _single("real_words"), *meanings()))


@cache
def _single(name: str) -> tuple[str, ...]:
    """The phrases of a list that have one word, the longest first."""
    words = {
        phrase[0]
        for table in tables()
        for phrase in phrases_in(table.get(name))
        if phrase[1:] == ()
    }
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def _candidates() -> dict[str, dict[str, str]]:
    """What a mistyped word may be, in the plural too, by how it begins."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for phrase, meaning in meanings().items():
        word = phrase[0]
        is_one = len(phrase) == 1 and "*" not in word
        if is_one and meaning.role in _MISTYPED and len(word) >= SHORTEST_TYPO:
            found[_sound(word)][word] = word
            if meaning.role == THING:
                found[_sound(word)].setdefault(f"{word}s", word)
    return found


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = {word for phrase in meanings() for word in phrase if "*" in word}
    return tuple((word, re.compile(_pattern(word))) for word in sorted(words))


@cache
def _any_pattern() -> re.Pattern[str]:
    return re.compile("|".join(_pattern(word) for word, _ in _patterns()))


def _pattern(word: str) -> str:
    return word.replace("*", r"[^\W_]*")
