"""Words as people type them: accents folded, plurals and typing errors forgiven.

Pure: it knows no table and no language beyond the alphabet.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.process import extract

SHORTEST_TYPO = 4  # letters: shorter words must be right, or every word is like every other
LEAST_LIKENESS = 80.0  # of 100
LEAST_MEANT = (
    82.0  # of 100, where nothing else was meant: a letter of six may be wrong, not of five
)
SURE_LIKENESS = 90.0  # of 100: so like each other that even the first letter may differ
SHORTEST_PREFIX = 4  # letters
BEGUN = 0.8  # of 1: what a beginning is worth

# A menu's texts are the same in every search, and to fold them is most of its work.
# Three large menus have about so many.
REMEMBERED_TEXTS = 8_192

# Letters that Unicode does not take apart into a plain letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {"ħ": "h", "ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe"}
)
_APOSTROPHES = re.compile("['\u2019\u02bc]")
# What stands before an apostrophe is a word of its own in French, Italian, Maltese and
# Kinyarwanda: "l'eau", "dell'orto", "x'hemm", "y'inka". English has "don't".
_ELIDED = re.compile(
    r"\b(l|d|j|m|n|s|t|c|x|qu|un|all|dell|nell|sull|dall|quell|y|cy|by|bw|kw|ky|rw|tw|mw|zw|z|w|k|b)"
    "['\u2019\u02bc](?=[^\\W\\d_]{2})"
)
_WORD = re.compile(r"[^\W_]+")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_DOUBLED = re.compile(r"(.)\1+")
_SOUNDS = (("ts", "z"), ("tz", "z"), ("ph", "f"), ("sch", "sh"), ("ck", "k"), ("ch", "k"))
_SOUNDS_ALIKE = str.maketrans("kqy", "cci")


def fold(text: str) -> str:
    """`text` in lower case, no accents or apostrophes: "Ħobż biż-Żejt" is "hobz biz-zejt"."""
    plain = text.casefold()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
        plain = plain_digits(bare)
    if _APOSTROPHES.search(plain):
        plain = _APOSTROPHES.sub("", _ELIDED.sub(r"\1 ", plain))
    return plain if plain.isascii() else plain.translate(_UNDECOMPOSED)


def listed(text: str) -> list[str]:
    """What a list of a table has, which commas part."""
    return [part for each in text.split(",") if (part := each.strip())]


def plain_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9, each in its place: "٢٥٠٠" is "2500"."""
    return _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of `text` in their order, each in the singular."""
    return tuple(singular(word) for word in _WORD.findall(fold(text)))


def singular(word: str) -> str:
    """An English plural's singular, well enough for both sides of a comparison to meet."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def equal_or_begun(word: str, candidates: Collection[str]) -> float:
    """1 if `word` is a candidate, less if one only begins with it ("choc", "chocolate"), else 0."""
    if word in candidates:
        return 1.0
    if len(word) >= SHORTEST_PREFIX:
        for candidate in candidates:
            if candidate.startswith(word):
                return BEGUN
    return 0.0


def likeness(word: str, candidate: str) -> float:
    """How sure it is that `word` is `candidate` mistyped: 0 (it is not) to 1.

    The first letter is seldom mistyped, and without it coffee is toffee.
    """
    if min(len(word), len(candidate)) >= SHORTEST_TYPO:
        ratio = fuzz.ratio(word, candidate, score_cutoff=LEAST_LIKENESS)
        if ratio >= SURE_LIKENESS or (ratio >= LEAST_LIKENESS and _start_alike(word, candidate)):
            return ratio / 100
    return equal_or_begun(word, (candidate,))


def meant_by(word: str, candidates: Collection[str]) -> str | None:
    """The candidate that a mistyped or begun word is; None, if it is like none of them."""
    alike = extract(word, candidates, scorer=fuzz.ratio, score_cutoff=LEAST_MEANT, limit=5)
    for candidate, ratio, _ in alike:
        if ratio >= SURE_LIKENESS or _start_alike(word, candidate):
            return str(candidate)
    sound = _sounded(word)
    for candidate in candidates:
        if candidate.startswith(word) or _sounded(candidate) == sound:
            return candidate
    return None


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _sounded(word: str) -> str:
    """How a word sounds, roughly: "pastitsi" as "pastizzi", "makkaroni" as "macaroni"."""
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    return _DOUBLED.sub(r"\1", word.translate(_SOUNDS_ALIKE))


def _start_alike(word: str, candidate: str) -> bool:
    return word[0].translate(_SOUNDS_ALIKE) == candidate[0].translate(_SOUNDS_ALIKE)
