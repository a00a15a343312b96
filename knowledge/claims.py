"""Where a reply says that a dish lacks an allergen, or is safe for whom it is for.

Pure: it knows the languages' ways to say so (claims.toml) and no menu; whether it is so, others
know. What is hedged, asked, or a dish's own name is no claim.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from knowledge.phrase_index import PhraseIndex
from knowledge.vocabulary import OWN, THING, Part, parts_of
from knowledge.words import fold, singular
from models.menu import ALLERGENS

TABLE = Path(__file__).with_name("claims.toml")
NEAR = 120  # characters around a phrase in which the allergens stand
HEDGED = 240  # characters before it in which a hedge does
MOST_BETWEEN = 2  # words of no meaning, of "no roasted or salted nuts"
_SENTENCE = re.compile(r"(?:[^.!?…\n]|\.(?=\w))*(?:[.!?…]+|\n|\Z)")
_ELIDED = re.compile(r"\b([cdjlmn]|senz|all|dell|nell)['\u2019]", re.IGNORECASE)
# "Eggless" and "nutfree"; "no nut-free bread" says nothing of a dish.
_JOINED = re.compile(
    r"\b(egg|nut|peanut|gluten|wheat|dairy|milk|lactose|fish|soya?)(?:less|free)\b"
)
_NO_SUCH = re.compile(r"\b(?:no|not|any|never) \w+[- ]free\b")
_WORD = re.compile(r"[^\W_]+")
_PAUSES = ",;:"
_CLAIMING = ("before", "after", "safe", "fine", "only")
_OUTSIDE = "\0"  # where a dish's name stood


@dataclass(frozen=True, slots=True)
class Claim:
    """`sentence`: where it stands in the reply. No allergens: it is of all that matter.

    `is_loose`: it is one only where a dish is spoken of: "fine for you", which a table may be too.
    `is_of_stock`: of what the house lacks, unless a dish is named: "we have no fish".
    """

    sentence: str
    allergens: frozenset[str]
    language: str
    is_loose: bool = False
    is_of_stock: bool = False


# Where it stands, of what, and `is_loose` and `is_of_stock` of a Claim.
_Found = tuple[re.Match[str], frozenset[str], bool, bool]


class Sayings(NamedTuple):
    """A language's ways to say it; `claiming` are those without which there is no claim."""

    language: str
    claiming: PhraseIndex
    before: re.Pattern[str]
    after: re.Pattern[str]
    safe: re.Pattern[str]
    fine: re.Pattern[str]
    only: re.Pattern[str]
    ours: re.Pattern[str]
    gone: re.Pattern[str]
    hedges: re.Pattern[str]
    but: re.Pattern[str]


def claims_in(reply: str, names: Iterable[str]) -> list[Claim]:
    """What a reply claims; `names` are those of dishes, whose words claim nothing."""
    found = []
    # A dish of one word may be what is said not to be in another: "milk".
    called = (each for name in names for each in (name, name.partition("(")[0].strip()))
    dishes = _any_of(each for each in called if " " in each or "-" in each)
    for sentence in sentences(reply):
        if not sentence.rstrip().endswith("?"):
            text = _folded(sentence)
            text = dishes.sub(_OUTSIDE, text) if dishes else text
            words = frozenset(_WORD.findall(text))
            found += [
                replace(claim, sentence=sentence)
                for each in _sayings()
                if each.claiming.may_be_in(words)  # as few are
                for claim in _claimed(text, each)
            ]
    return found


def sentences(text: str) -> list[str]:
    """All of a text, sentence by sentence, line by line."""
    return [found[0] for found in _SENTENCE.finditer(text) if found[0]]


def instead(language: str) -> str:
    """What may be said in a claim's place."""
    return str(_tables()[language]["instead"])


def speaks_of_these(sentence: str) -> bool:
    """Whether it is about what was told before, by "it" or "these"."""
    return bool(_these().search(_folded(sentence)))


@cache
def common_words() -> frozenset[str]:
    """The words of what is said here, and those that describe many a dish and name none."""
    lists = (listed for table in _tables().values() for listed in table.values())
    return frozenset(singular(word) for listed in lists for word in _words(listed))


@cache
def _these() -> re.Pattern[str]:
    return _phrases(",".join(table["these"] for table in _tables().values()))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _folded(text: str) -> str:
    folded = _JOINED.sub(r"\1 free", fold(_ELIDED.sub(r"\1 ", text)))
    return _NO_SUCH.sub(_OUTSIDE, folded)


def _claimed(text: str, sayings: Sayings) -> Iterator[Claim]:
    """The claims of a sentence, which is yet to be told."""
    for clause in sayings.but.split(text):
        found = [*_denied(clause, sayings), *_called_safe(clause, sayings)]
        for where, allergens, is_loose, is_of_stock in found:
            if not sayings.hedges.search(clause[: where.start()][-HEDGED:]):
                yield Claim("", allergens, sayings.language, is_loose, is_of_stock)


def _denied(clause: str, sayings: Sayings) -> Iterator[_Found]:
    """What it is said not to be in it, by a phrase before or after it."""
    begun = set()
    for found in sayings.before.finditer(clause):
        things = _things(parts_of(clause[found.end() :][:NEAR]))
        if things:
            begun.add(found.start())
            yield found, things, False, _is_of_stock(clause, found, sayings)
    for found in sayings.after.finditer(clause):
        if found.start() in begun:
            continue  # "it has gluten, and is free of milk"
        things = _things(list(reversed(parts_of(clause[: found.start()][-NEAR:]))))
        if things:
            yield found, things, False, _is_of_stock(clause, found, sayings)


def _called_safe(clause: str, sayings: Sayings) -> Iterator[_Found]:
    if found := sayings.safe.search(clause):
        yield found, _named(clause), False, False
    if found := sayings.fine.search(clause):
        yield found, frozenset(), True, False
    if found := sayings.only.search(clause):
        yield found, frozenset(ALLERGENS) - _named(clause), False, False


def _named(clause: str) -> frozenset[str]:
    return _allergens(part for part in parts_of(clause) if part.role in (THING, OWN))


def _is_of_stock(clause: str, found: re.Match[str], sayings: Sayings) -> bool:
    around = clause[max(0, found.start() - NEAR) : found.end() + NEAR]
    start = min(NEAR, found.start())
    end = start + len(found[0])
    is_ours = any(each.end() >= start - 1 for each in sayings.ours.finditer(around, 0, end))
    return is_ours or bool(sayings.gone.search(around, end))


def _things(parts: Sequence[Part]) -> frozenset[str]:
    """The allergens at the beginning of these, in a list or alone."""
    things = []
    passed = 0
    for part in parts:
        if part.role in (THING, OWN):
            things.append(part)
            passed = 0
        elif _OUTSIDE in part.words or passed == MOST_BETWEEN:
            break
        elif not things and part.words[0] in _PAUSES and (passed or part.words[0] == ","):
            break  # "no problem, the fish is ..."
        elif part.role not in ("and", "fillers", "stop") and part.words[0].isalnum():
            passed += 1
    return _allergens(things)


def _allergens(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(key for part in parts for key in part.keys if key in ALLERGENS)


@cache
def _sayings() -> tuple[Sayings, ...]:
    parts = ("before", "after", "safe", "fine", "only", "ours", "gone", "hedges", "but")
    return tuple(
        Sayings(language, _claiming(table), *(_phrases(table[part]) for part in parts))
        for language, table in _tables().items()
    )


def _claiming(table: Mapping[str, str]) -> PhraseIndex:
    phrases = ",".join(table[part] for part in _CLAIMING).split(",")
    return PhraseIndex(tuple(words) for phrase in phrases if (words := _words(phrase)))


def _phrases(listed: str) -> re.Pattern[str]:
    found = _any_of(listed.split(","))
    assert found is not None, "every list has a phrase"
    return found


def _any_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """The longest first; hyphens and blanks are alike."""
    listed = {" ".join(_words(phrase)) for phrase in phrases} - {""}
    if not listed:
        return None
    longest = sorted(listed, key=lambda each: (-len(each), each))
    either = "|".join(re.escape(each).replace("\\ ", r"[^\w\0]{1,4}") for each in longest)
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])")


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
