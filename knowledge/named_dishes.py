"""Which dishes of a menu a reply speaks of: by their names, the names before the bracket, or words.

Pure. What a member of the staff types is another matter: that is `knowledge.dish_names`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from knowledge.claims import common_words
from knowledge.diners_words import STOP_WORDS
from knowledge.language_tables import THING
from knowledge.lexicon import LITTLE
from knowledge.vocabulary import Part, parts_of
from knowledge.words import fold, words_of

SHORTEST_WORD = 3  # letters

Words = tuple[str, ...]
NOTHING: frozenset[str] = frozenset()


def short_name(name: str) -> str:
    """Without what stands in brackets: a translation, a size."""
    return name.partition("(")[0].strip() or name


def named_in(text: str, names: Iterable[str], denied: frozenset[str] = NOTHING) -> set[str]:
    """The dishes that a text names; `denied`: the allergens that it says are not in it.

    "Milk" is a dish, and none in "it has no milk".
    """
    said = words_of(text)
    by_words = _by_words(names)
    longest = max(map(len, by_words), default=0)
    things = [part for part in parts_of(fold(text)) if part.keys & denied]
    found: set[str] = set()
    doubted: set[str] = set()
    at = 0
    while at < len(said):
        sizes = range(min(longest, len(said) - at), 0, -1)
        size = next((each for each in sizes if said[at : at + each] in by_words), 0)
        if size:
            words = said[at : at + size]
            is_denied = size == 1 and any(words[0] in part.words for part in things)
            (doubted if is_denied else found).update(by_words[words])
        at += size or 1
    return found or (doubted if len(things) > 1 else set())


def listed(text: str, names: Collection[str]) -> str:
    """Those that a text names, one after the other; nothing where it names none."""
    return ", ".join(sorted(map(short_name, named_in(text, names)))) if names else ""


def meant_in(
    text: str,
    names: Collection[str],
    likely: Collection[str],
    denied: frozenset[str] = NOTHING,
) -> set[str]:
    """The dishes that a text without their names may mean: "the chips".

    By its words that stand in names; `likely` ones before others, and those with most of them.
    """
    words = _telling(text, denied)
    shared = {name: len(words & set(words_of(name))) for name in names}
    meant: set[str] = set()
    for word in words:
        having = [name for name in names if word in words_of(name)]
        having = [name for name in having if name in likely] or having
        most = max((shared[name] for name in having), default=0)
        meant.update(name for name in having if shared[name] == most)
    return meant


def speaks_of_more(text: str) -> bool:
    """Whether it has words that may name a dish which is on no list."""
    unknown = (part for part in parts_of(fold(text)) if part.role == "word")
    return any(_may_tell(word) for part in unknown for word in part.words)


def _by_words(names: Iterable[str]) -> Mapping[Words, set[str]]:
    by_words: dict[Words, set[str]] = defaultdict(set)
    for name in names:
        for said in (name, short_name(name)):
            by_words[words_of(said)].add(name)
    return by_words


def _telling(text: str, denied: frozenset[str]) -> set[str]:
    """The words that may stand for a dish: none of what is said not to be in it."""
    parts = [part for part in parts_of(fold(text)) if not _is_of_contents(part, denied)]
    return {word for part in parts for word in part.words if _may_tell(word)}


def _is_of_contents(part: Part, denied: frozenset[str]) -> bool:
    return part.role == THING and (part.meaning.is_whole or bool(part.keys & denied))


def _may_tell(word: str) -> bool:
    is_common = word in STOP_WORDS or word in LITTLE or word in common_words()
    return len(word) >= SHORTEST_WORD and word.isalpha() and not is_common
