"""Where a reply says that a dish lacks an allergen, or is safe for whom it is for.

Pure: it knows the languages' ways to say so (claims.toml) and no menu; whether it is so, others
know. What is hedged, asked, or a dish's own name is no claim.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from knowledge.language_tables import OWN, THING
from knowledge.sayings import (
    OUTSIDE,
    WORD,
    Sayings,
    all_sayings,
    any_of,
    any_saying,
    asks,
    confirms,
    holds,
    tables,
    these,
    words_in,
)
from knowledge.vocabulary import Part, parts_of
from knowledge.words import fold, singular
from models.menu import ALLERGENS

NEAR = 120  # characters around a phrase in which the allergens stand
HEDGED = 240  # characters before it in which a hedge does
MOST_BETWEEN = 2  # words of no meaning, of "no roasted or salted nuts"
MOST_ASKED = 3  # words, of "Any eggs? Not in this one."
_SENTENCE = re.compile(r"(?:[^.!?…\n]|\.(?=\w))*(?:[.!?…]+|\n|\Z)")
_ELIDED = re.compile(r"\b([cdjlmn]|senz|all|dell|nell)['\u2019]", re.IGNORECASE)
# "Eggless" and "nutfree"; "no nut-free bread" says nothing of a dish.
_JOINED = re.compile(
    r"\b(egg|nut|peanut|gluten|wheat|dairy|milk|lactose|fish|soya?)-?(?:less|free)\b"
)
_NO_SUCH = re.compile(
    r"\b(?:no|not|any|never) \w+[- ]free\b|\bno (?:\w+ ){1,3}left\b(?! out)|\bto be safe\b"
)
_RARE = ("free", "less", "left", "safe")  # one stands in what either finds
_PAUSES = ",;:"
_PAUSE = re.compile(r"[,;:()\u2013\u2014]|\s-\s")


@dataclass(frozen=True, slots=True)
class Claim:
    """`sentence`: where it stands in the reply. No allergens: it is of all that matter.

    `is_loose`: it is one only where a dish is spoken of: "fine for you", which a table may be too.
    `needs_dish`: only where its sentence names a dish: "we have no fish", "no fish, noted".
    """

    sentence: str
    allergens: frozenset[str]
    language: str
    is_loose: bool = False
    needs_dish: bool = False


# Where it stands, of what, and `is_loose` and `needs_dish` of a Claim.
_Found = tuple[re.Match[str], frozenset[str], bool, bool]


def claims_in(reply: str, names: Iterable[str]) -> list[Claim]:
    """What a reply claims; `names` are those of dishes, whose words claim nothing."""
    found = []
    # A dish of one word may be what is said not to be in another: "milk".
    called = (each for name in names for each in (name, name.partition("(")[0].strip()))
    dishes = any_of(each for each in called if " " in each or "-" in each)
    asked = ""
    for sentence in sentences(reply):
        text = _folded(sentence)
        text = dishes.sub(OUTSIDE, text) if dishes else text
        question = ""
        if sentence.rstrip().endswith("?"):
            question = text if len(WORD.findall(text)) <= MOST_ASKED else ""
            asked = ""
            text = _said_in(text)
        words = frozenset(WORD.findall(asked + text))
        if any_saying().may_claim(words):  # as few do
            found += [
                replace(claim, sentence=sentence)
                for each in all_sayings()
                if each.gate.may_claim(words)
                for claim in _claims_of(text, asked, each)
            ]
        asked = question
    return found


def sentences(text: str) -> list[str]:
    """All of a text, sentence by sentence, line by line."""
    return [found[0] for found in _SENTENCE.finditer(text) if found[0]]


def instead(language: str) -> str:
    """What may be said in a claim's place."""
    return str(tables()[language]["instead"])


def speaks_of_these(sentence: str) -> bool:
    """Whether it is about what was told before, by "it" or "these"."""
    return bool(these().search(_folded(sentence)))


@cache
def common_words() -> frozenset[str]:
    """The words of what is said here, and those that describe many a dish and name none."""
    lists = (listed for table in tables().values() for listed in table.values())
    return frozenset(singular(word) for listed in lists for word in words_in(listed))


def _folded(text: str) -> str:
    folded = fold(_ELIDED.sub(r"\1 ", text) if "'" in text or "\u2019" in text else text)
    if any(each in folded for each in _RARE):  # a pattern is slower
        folded = _NO_SUCH.sub(OUTSIDE, _JOINED.sub(r"\1 free", folded))
    return folded


def _said_in(question: str) -> str:
    """What a question says beside what it asks: "it is milk-free, would you like it?"."""
    clauses = _PAUSE.split(question)
    if confirms().fullmatch(clauses[-1]):
        return ""
    asking = [each for each in clauses if asks().match(each)] or clauses[-1:]
    return ", ".join(each for each in clauses if each not in asking)


def _claims_of(text: str, asked: str, sayings: Sayings) -> Iterator[Claim]:
    """`asked`: a short question right before it."""
    plain = list(_claimed(text, sayings))
    yield from plain
    said = {claim.allergens for claim in plain}
    yield from (each for each in _hinted(asked + text, sayings) if each.allergens not in said)


def _claimed(text: str, sayings: Sayings) -> Iterator[Claim]:
    """The claims of a sentence, which is yet to be told."""
    for clause in sayings.but.split(text):
        found = [*_denied(clause, sayings), *_called_safe(clause, sayings)]
        is_noted = bool(sayings.noted.search(text))
        for where, allergens, is_loose, is_of_stock in found:
            if not sayings.hedges.search(clause[: where.start()][-HEDGED:]):
                yield Claim("", allergens, sayings.language, is_loose, is_of_stock or is_noted)


def _hinted(text: str, sayings: Sayings) -> Iterator[Claim]:
    """What a sentence that names a dish says without a phrase for it: "it skips the egg"."""
    text = sayings.answer.sub("", text)
    if holds().search(text) or sayings.hedges.search(text):
        return
    needs_dish = bool(sayings.noted.search(text)) or not these().search(text)
    is_allergy = bool(sayings.allergy.search(text))
    if is_allergy or sayings.deny.search(text):
        things = (part for part in parts_of(text) if part.role in (THING, OWN))
        allergens = _allergens(part for part in things if not part.meaning.is_dish)
        if allergens or is_allergy:
            yield Claim("", allergens, sayings.language, True, needs_dish)
    if any(each.search(text) for each in sayings.pairs):
        yield Claim("", frozenset(), sayings.language, True, needs_dish)


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
    return (is_ours or bool(sayings.gone.search(around, end))) and not these().search(clause)


def _things(parts: Sequence[Part]) -> frozenset[str]:
    """The allergens at the beginning of these, in a list or alone."""
    things = []
    passed = 0
    for part in parts:
        if part.role in (THING, OWN):
            things.append(part)
            passed = 0
        elif OUTSIDE in part.words or passed == MOST_BETWEEN:
            break
        elif not things and part.words[0] in _PAUSES and (passed or part.words[0] == ","):
            break  # "no problem, the fish is ..."
        elif part.role not in ("and", "fillers", "stop") and part.words[0].isalnum():
            passed += 1
    return _allergens(things)


def _allergens(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(key for part in parts for key in part.keys if key in ALLERGENS)
