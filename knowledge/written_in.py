"""In which of our languages somebody writes: told by its everyday words, else by how words look.

Made of the tables of `languages` and `synonyms`, and of nothing else: a text of a few words has to
do, where libraries that know a hundred languages need sentences. Pure.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from math import exp, log
from typing import Any

from knowledge.language_tables import by_language
from knowledge.lexicon import shipped_words
from knowledge.phrases import LANGUAGES
from knowledge.words import fold, likeness

MOST = 500  # characters: what comes behind tells nothing new
# What a word weighs in the languages that have it: a small word, another one that the tables have,
# and what crosses borders: what may stand in a dish's name, and a "merci".
EVERYDAY, LISTED, NAMED = 3.0, 2.0, 1.0
IN_NAMES = NAMED / EVERYDAY  # of what it weighs, beside words that say more
UNLISTED = 1.0  # at most, by its looks
SHORTEST_LOOKED_AT = 4  # letters
# So much is enough where nothing is known of a diner: one word, but no name of a dish alone.
LEAST, LEAST_AHEAD = 1.5, 1.0
# And so much where they wrote another one until now.
LEAST_TO_CHANGE, AHEAD_TO_CHANGE = 4.5, 3.0
# And so much a word by looks alone, where no table has one of them; few names have as many.
LEAST_BY_LOOKS, FEWEST_BY_LOOKS = 0.7, 3
# Words, of what may be a dish's name; in more, strangers' languages look like ours.
MOST_OF_A_NAME = 4
# The lists whose words say more than a name does, but for those that names have too.
_SAYING = ("everyday", "courtesies", "orders", "asks", "please", "allergy")

_WORD = re.compile(r"[^\W\d_]{2,}")  # a letter alone may be a size, or a times
# Notes of ours, and addresses.
_NO_WORDS = re.compile(r"^\[[^\]\n]*+\]$|(?:https?://|www\.)\S*+", re.MULTILINE | re.IGNORECASE)

_Weights = tuple[float, ...]  # in the order of LANGUAGES
_NOTHING: _Weights = (0.0,) * len(LANGUAGES)


def written_in(text: str, before: str | None = None) -> str | None:
    """The language of a text; None where it does not tell. `before`: what they wrote until now.

    A dish's name tells none, however foreign.
    """
    return _told_by(text[:MOST], before)


def seems_written_in(text: str, names: Callable[[], Iterable[str]]) -> str | None:
    """The language of a few words of who has told none: "vin rouge", if no dish here is called so.

    `names`: what the menu says, asked only where it matters. Words that all stand there tell none.
    """
    text = text[:MOST]
    language = _told_by(text, None, may_name=True)
    if language is None or _written_in_names(_words_of_text(text), names()):
        return None
    return language


def _written_in_names(words: Iterable[str], names: Iterable[str]) -> bool:
    """Whether each of the words is one of the names', perhaps mistyped."""
    named = {word for name in names for word in _words_of_text(name)}
    return all(word in named or any(likeness(word, each) > 0 for each in named) for word in words)


def _words_of_text(text: str) -> Collection[str]:
    return dict.fromkeys(_WORD.findall(fold(_NO_WORDS.sub(" ", text))))


@lru_cache(maxsize=64)  # a turn asks as it begins and as it ends; no text stays for long
def _told_by(text: str, before: str | None, *, may_name: bool = False) -> str | None:
    words = _words_of_text(text)
    told = _told(words, may_name=may_name and len(words) <= MOST_OF_A_NAME)
    *_, second, first = sorted(told)
    language = LANGUAGES[told.index(first)]
    if before in (None, language):
        is_clear = first >= LEAST and first - second >= LEAST_AHEAD
    else:
        is_clear = first >= LEAST_TO_CHANGE and first - second >= AHEAD_TO_CHANGE
    return language if is_clear else None


def _told(words: Collection[str], *, may_name: bool) -> Sequence[float]:
    """What they weigh in each language that they say something in.

    A dish's name says nothing; with `may_name` it does.
    """
    said = [not each.isdisjoint(words) for each in _saying()]
    if any(said):
        told = _summed(map(_weights_beside, words))
        return [weight * is_said for weight, is_said in zip(told, said, strict=True)]
    told = _summed(map(_weights, words))
    least = LEAST_BY_LOOKS * max(len(words), FEWEST_BY_LOOKS)
    is_by_looks = max(told) >= least and _words().keys().isdisjoint(words)
    return told if may_name or is_by_looks else _NOTHING


def _summed(weights: Iterable[_Weights]) -> Sequence[float]:
    return [sum(column) for column in zip(*weights, _NOTHING, strict=True)]


def _weights_beside(word: str) -> _Weights:
    """What it weighs beside words that say more than a name."""
    weights = _weights(word)
    return tuple(IN_NAMES * each for each in weights) if word in _in_names() else weights


@lru_cache(maxsize=4_096)
def _weights(word: str) -> _Weights:
    listed = _words().get(word)
    if listed is not None:
        return listed
    return _by_looks(word) if len(word) >= SHORTEST_LOOKED_AT else _NOTHING


def _by_looks(word: str) -> _Weights:
    """How likely each language has a word with these letters, as a share of `UNLISTED`."""
    costs = [_looks()[each] for each in _threes(word) if each in _looks()]
    if not costs:
        return _NOTHING
    sums = [sum(column) for column in zip(*costs, strict=True)]
    chances = [exp((min(sums) - each) / _TENTHS) for each in sums]
    return tuple(UNLISTED * each / sum(chances) for each in chances)


@cache
def _words() -> dict[str, _Weights]:
    """What each word of the tables weighs: the more languages have it, the less."""
    words: dict[str, _Weights] = {}
    weighed: dict[str, list[float]] = {}
    for place, language in enumerate(LANGUAGES):
        for word, weight in _of(language):
            row = weighed.setdefault(word, [0.0] * len(LANGUAGES))
            row[place] = max(row[place], weight)
        for word in _words_of(language, "courtesies"):
            weighed[word][place] = NAMED
    shared: dict[_Weights, _Weights] = {}  # most words weigh as many others do
    for word, row in weighed.items():
        given = tuple(row)
        if given not in shared:
            shared[given] = tuple(weight * weight / sum(row) for weight in row)
        words[word] = shared[given]
    return words


@cache
def _saying() -> tuple[frozenset[str], ...]:
    """The words of each language, in the order of LANGUAGES, that make more than a name."""
    return tuple(
        frozenset(word for name in _SAYING for word in _words_of(each, name)) - _in_names()
        for each in LANGUAGES
    )


@cache
def _in_names() -> frozenset[str]:
    return frozenset(word for each in LANGUAGES for word in _words_of(each, "in_names"))


def _words_of(language: str, name: str) -> Iterator[str]:
    return _words_in(by_language()[language][name])


def _of(language: str) -> Iterator[tuple[str, float]]:
    table = by_language()[language]
    for name, value in table.items():
        named = isinstance(value, dict) or name == "dishes"
        weight = EVERYDAY if name == "everyday" else NAMED if named else LISTED
        yield from ((word, weight) for word in _words_in(value))
    for said in shipped_words():
        if said.language == language:
            yield from ((word, NAMED) for word in _words_in(said.word))


def _words_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _words_in(each)
    else:
        for phrase in value.split(","):
            if "*" not in phrase:  # a part of a word
                yield from _WORD.findall(fold(phrase))


_TENTHS = 10  # of a nat: whole numbers take no room of their own


@cache
def _looks() -> dict[str, tuple[int, ...]]:
    """What three letters cost in each language: the rarer there, the more, in tenths of a nat."""
    counts = [Counter[str]() for _ in LANGUAGES]
    for word, weights in _words().items():
        threes = list(_threes(word))
        for count, weight in zip(counts, weights, strict=True):
            if weight:
                count.update(threes)
    every = set().union(*counts)
    costs = [_cost_of_times(count, len(every)) for count in counts]
    return {
        three: tuple(cost[count[three]] for count, cost in zip(counts, costs, strict=True))
        for three in every
    }


def _cost_of_times(count: Counter[str], every: int) -> dict[int, int]:
    """What it costs to be there so many times; of `every` combinations, some are never."""
    total = count.total() + every / 2
    return {times: round(_TENTHS * log(total / (times + 0.5))) for times in {0, *count.values()}}


def _threes(word: str) -> Iterator[str]:
    padded = f"^{word}$"
    return (padded[at : at + 3] for at in range(len(padded) - 2))
