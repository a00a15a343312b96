"""How replies say of dishes what is not in them, language by language: `claims.toml`.

It makes patterns of the lists, and a gate before them, since patterns are slow. It judges nothing.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from knowledge.language_tables import OWN, THING
from knowledge.phrase_index import PhraseIndex
from knowledge.vocabulary import phrases_of
from knowledge.words import fold, singular

TABLE = Path(__file__).with_name("claims.toml")
OUTSIDE = "\0"  # where a dish's name stood
MOST_AMID = 4  # words, of "won't cause you any trouble"
SHORTEST_HEDGE = 6  # letters: a shorter one may be a word of another language
WORD = re.compile(r"[^\W_]+")
_CLAIMING = ("before", "after", "safe", "fine", "only", "allergy")
_PAIRS = (("good", "whom", 0), ("can", "eat", 2), ("deny", "harm", MOST_AMID))


class Sayings(NamedTuple):
    """A language's ways to say it."""

    language: str
    gate: "Gate"
    before: re.Pattern[str]
    after: re.Pattern[str]
    safe: re.Pattern[str]
    fine: re.Pattern[str]
    only: re.Pattern[str]
    deny: re.Pattern[str]
    allergy: re.Pattern[str]
    ours: re.Pattern[str]
    gone: re.Pattern[str]
    noted: re.Pattern[str]
    hedges: re.Pattern[str]
    but: re.Pattern[str]
    pairs: tuple[re.Pattern[str], ...]
    answer: re.Pattern[str]  # "no problem", and then what it answers


class Gate:
    """Whether there may be a claim, by the words alone."""

    def __init__(self, tables: Iterable[Mapping[str, str]]) -> None:
        tables = list(tables)
        self._claiming = PhraseIndex(tuple(each) for table in tables for each in _told(table))
        denied = (phrase for table in tables for phrase in table["deny"].split(","))
        self._denying = PhraseIndex(tuple(words) for words in map(words_in, denied))

    def may_claim(self, words: frozenset[str]) -> bool:
        return self._claiming.may_be_in(words) or (
            self._denying.may_be_in(words)
            and phrases_of(THING, OWN).may_be_in(words.union(map(singular, words)))
        )


@cache
def all_sayings() -> tuple[Sayings, ...]:
    return tuple(_sayings_of(language, table) for language, table in tables().items())


def _sayings_of(language: str, table: Mapping[str, str]) -> Sayings:
    lists = {each: _phrases(table[each]) for each in Sayings._fields if each in table}
    pairs = tuple(_pair(table[first], table[second], most) for first, second, most in _PAIRS)
    answer = re.compile(rf"\A\W*{pairs[-1].pattern}\s*(?:[^\w\s]|\Z)")
    return Sayings(
        language=language,
        gate=Gate([table]),
        pairs=pairs,
        answer=answer,
        **lists,
    )


def _told(table: Mapping[str, str]) -> Iterator[list[str]]:
    """The words of each way to claim something, the longest first, as it is rare."""
    phrases = [phrase for part in _CLAIMING for phrase in table[part].split(",")]
    for first, second, _ in _PAIRS:
        one, other = (table[each].split(",") for each in (first, second))
        phrases += [f"{begun} {ended}" for begun in one for ended in other]
    for phrase in phrases:
        if words := words_in(phrase):
            yield sorted(words, key=len, reverse=True)


def _pair(first: str, second: str, most: int) -> re.Pattern[str]:
    """One of the first, and after so many words at most one of the second."""
    amid = rf"(?:[^\w,;:.]{{1,4}}\w+){{0,{most}}}[^\w,;:.]{{1,4}}"
    return re.compile(f"{_either(first)}{amid}{_either(second)}")


@cache
def any_saying() -> Gate:
    return Gate(tables().values())


@cache
def holds() -> re.Pattern[str]:
    """Of all languages, as some words for allergies are; with the hedges that are long enough."""
    hedges = [each for table in tables().values() for each in table["hedges"].split(",")]
    long = [each for each in hedges if len(each.strip()) >= SHORTEST_HEDGE]
    return _phrases(",".join([*(table["holds"] for table in tables().values()), *long]))


@cache
def these() -> re.Pattern[str]:
    return _phrases(_of_all("these"))


@cache
def asks() -> re.Pattern[str]:
    """At the beginning of a clause."""
    return re.compile(rf"\W*{_either(_of_all('asks'))}")


@cache
def confirms() -> re.Pattern[str]:
    """Of a whole clause."""
    return re.compile(rf"\W*{_either(_of_all('confirms'))}\W*")


def _of_all(name: str) -> str:
    return ",".join(table[name] for table in tables().values())


def words_in(text: str) -> list[str]:
    return WORD.findall(fold(text))


def _phrases(listed: str) -> re.Pattern[str]:
    return re.compile(_either(listed))


def _either(listed: str) -> str:
    pattern = _any_of(listed.split(","))
    assert pattern, "every list has a phrase"
    return pattern


def any_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    pattern = _any_of(phrases)
    return re.compile(pattern) if pattern else None


def _any_of(phrases: Iterable[str]) -> str:
    """The longest first; hyphens and blanks are alike."""
    listed = {" ".join(words_in(phrase)) for phrase in phrases} - {""}
    if not listed:
        return ""
    longest = sorted(listed, key=lambda each: (-len(each), each))
    either = "|".join(re.escape(each).replace("\\ ", r"[^\w\0]{1,4}") for each in longest)
    return rf"(?<![^\W_])(?:{either})(?![^\W_])"


@cache
def tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
