"""Numbers in words, in six languages: "five thousand", "cinquemila", "elfu tano".

Pure. They become figures behind a mark, so that whoever reads figures reads them too, and what is
left of them becomes words again.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge.words import fold, listed

WORDS_FILE = Path(__file__).with_suffix(".toml")
MARK = r"[\ue000-\uf8ff]"  # characters that nobody writes, so many
FIRST_MARK = 0xE000
MOST = 6_400
_MARKED = re.compile(rf"{MARK}\d++")
_APART = r"[\s-]++"


def in_figures(text: str) -> tuple[str, list[str]]:
    """A folded text with its numbers as figures, each behind a mark, and how they were said."""
    said: list[str] = []

    def figures(found: re.Match[str]) -> str:
        said.append(found[0])
        value = _value_of(found["number"]) * (1000 if found["thousand"] else 1)
        return f"{chr(FIRST_MARK + len(said) - 1)}{value}"

    return _pattern().sub(figures, re.sub(MARK, " ", text), count=MOST), said


def in_words(text: str, said: list[str]) -> str:
    """The text with the numbers that are left in it as they were said."""
    return _MARKED.sub(lambda found: said[ord(found[0][0]) - FIRST_MARK], text)


def value_of_word(word: str) -> int:
    """What a single word counts to, 0 where it is no number."""
    return _listed("numbers").get(word, 0)


def _value_of(number: str) -> int:
    """ "Five", "five thousand", "quinze mille cinq cents"."""
    total = 0
    last = 0
    for found in _any_word().finditer(number):
        word = re.sub(_APART, " ", found[0])
        if last and word in _listed("times"):
            last *= _listed("times")[word]
        else:
            last += _listed("numbers").get(word, 0)
        if last >= 1000:
            total += last
            last = 0
    return total + last


@cache
def _pattern() -> re.Pattern[str]:
    """Written together or apart; not behind figures, as the "mille" of "5 mille"."""
    first = _any_of(_listed("numbers"))
    any_word = _any_word().pattern
    thousand = _any_of(_listed("thousand"))
    return re.compile(
        rf"(?<!\w)(?<!\d\s)(?:(?P<thousand>{thousand})\s++)?"
        rf"(?P<number>(?:{first})(?:{any_word})*+(?!\w)(?:[\s-]++(?:{any_word})++(?!\w))*+)"
    )


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile(_any_of({**_listed("numbers"), **_listed("times")}))


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(word.replace(" ", _APART) for word in longest_first)


@cache
def _listed(name: str) -> dict[str, int]:
    """The words of a list, of all languages together, each with its value."""
    values = {}
    for language in tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")).values():
        for each in listed(language.get(name, "")):
            words = fold(each).replace("-", " ").split()
            value = int(words.pop()) if words[-1].isdigit() else 1000
            values[" ".join(words)] = value
    return values
