"""Finds the rules of tax and accounting that a topic is about, and tells them from the nearest.

Pure: it ranks the rules it is given, and states none that is not among them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.jurisdictions import JURISDICTIONS, jurisdiction_of, words_of_places
from knowledge.scoring import Place, best_first
from knowledge.words import equal_or_begun, likeness, words_of
from models.tax import TaxRule

__all__ = ["JURISDICTIONS", "Found", "jurisdiction_code", "search", "search_rules"]

MOST_RULES = 5
MOST_NEAREST = 3
TOPIC_WEIGHT = 1.0
KEYWORD_WEIGHT = 0.9
CITATION_WEIGHT = 0.8  # "IFRS 16", "section 179"
RULE_WEIGHT = 0.4
KEPT_SHARE = 0.5  # of the best rule's score

# A rule is about a topic if it covers so much of what the topic says.
ABOUT_SHARE = 0.7
SURE_LIKENESS = 0.85  # of 1: a word mistyped
# How much a word of a topic says: LED is what stands behind the first thing said of it.
MAIN, ASPECT, LED, NOTHING = 1.0, 0.4, 0.2, 0.0

# Where to look when a jurisdiction's own rules say nothing:
# its union's law, then the standards its companies report by.
_NEXT = {
    "MT": ("EU", "IFRS"),
    "EU": ("IFRS",),
    "RW": ("IFRS",),
    "UK": ("IFRS",),
    "CA": ("IFRS",),
    "US": ("US-GAAP",),
    "US-GAAP": ("US",),
}
# What a company reports by says nothing of what it is taxed by.
_STANDARDS = ("IFRS", "US-GAAP")
# With a number behind them they are one word: IAS 2 is not paragraph 2.
_MARKERS = frozenset(words_of("ifrs ias asc frs"))
_APOSTROPHE = re.compile("['\u2019\u02bc]")  # "l'audit" is two words


@dataclass(frozen=True)
class Found:
    """The rules on a topic, the best first; where there are none, the nearest, which are not.

    `unsaid`: words of the topic of which the first rule, a general one, says nothing.
    """

    rules: list[TaxRule]
    nearest: list[TaxRule]
    unsaid: tuple[str, ...] = ()


def search(rules_of: Callable[[str], Sequence[TaxRule]], jurisdiction: str, topic: str) -> Found:
    """At most five rules on `topic`.

    `rules_of` gives the rules of a jurisdiction, one of JURISDICTIONS. Where `jurisdiction` has
    none on the topic, those of its union and of its reporting standards are searched instead.
    """
    nearest: list[TaxRule] = []
    beside = _NEXT.get(jurisdiction, ())
    if _is_of_tax(topic):
        beside = tuple(place for place in beside if place not in _STANDARDS)
    for place in (jurisdiction, *beside):
        found = rank(rules_of(place), topic)
        if found.rules:
            return found
        nearest = nearest or found.nearest
    return Found([], nearest)


def search_rules(
    rules_of: Callable[[str], Sequence[TaxRule]], jurisdiction: str, topic: str
) -> list[TaxRule]:
    """The rules that `search` finds."""
    return search(rules_of, jurisdiction, topic).rules


def jurisdiction_code(name: str) -> str | None:
    """A jurisdiction's code by that, by any of its names or its parts'; None if it is not known."""
    found = jurisdiction_of(name)
    return found.code if found else None


def rank(rules: Sequence[TaxRule], topic: str) -> Found:
    """The rules that `topic` is about, and the nearest of the others."""
    topic = _spelled(topic, _known_words(rules))
    weights = _weights(topic, rules)
    is_generic = not any(weights.values())
    if is_generic:
        weights = dict.fromkeys(weights, MAIN)  # "tax": whatever there is
    entries = [_places(rule, is_generic=is_generic) for rule in rules]
    fits = [{term: _fit(term, places) for term in weights} for places in entries]
    scores = [sum(each.values()) for each in fits]
    least = ABOUT_SHARE * sum(weights.values())
    particular = [term for term, weight in weights.items() if _is_particular(term, weight)]
    unsaid = [tuple(term for term in particular if not each[term]) for each in fits]
    about = [
        score
        if sum(weights[term] * _covered(fit) for term, fit in each.items()) >= least
        and (not missing or _is_general(rule))
        else 0.0
        for rule, score, each, missing in zip(rules, scores, fits, unsaid, strict=True)
    ]
    found = best_first(rules, about, KEPT_SHARE)[:MOST_RULES]
    if not found:
        return Found([], best_first(rules, scores, KEPT_SHARE)[:MOST_NEAREST])
    return Found(found, [], unsaid[list(rules).index(found[0])])


def _is_of_tax(topic: str) -> bool:
    terms = _terms(topic)
    of_tax = _table().of_tax.intersection((*words_of(_APOSTROPHE.sub(" ", topic)), *terms))
    return bool(of_tax) and "deferred tax" not in terms


def _is_particular(term: str, weight: float) -> bool:
    """Whether a rule that says nothing of it is another's: "excise on cars", not on drinks."""
    return (weight == LED and term not in _table().of_tax) or term in _table().decisive


def _is_general(rule: TaxRule) -> bool:
    """Whether it holds for whatever it is on: a standard rate."""
    return not _table().general.isdisjoint(_terms(rule.topic))


def _spelled(topic: str, known: frozenset[str]) -> str:
    """The topic with its mistyped words as they were meant."""
    words = []
    for word in words_of(_APOSTROPHE.sub(" ", topic)):
        likest = max(((likeness(word, other), other) for other in known), default=(0.0, word))
        is_slip = word not in known and likest[0] > SURE_LIKENESS
        words.append(likest[1] if is_slip else word)
    return " ".join(words)


def _known_words(rules: Sequence[TaxRule]) -> frozenset[str]:
    texts = [f"{rule.topic} {' '.join(rule.keywords)}" for rule in rules]
    return _table().words.union(*map(words_of, texts))


def _weights(topic: str, rules: Sequence[TaxRule]) -> dict[str, float]:
    """What each term of a topic says: most what it begins with, as "excise" in "excise on beer"."""
    table = _table()
    where = words_of_places(topic)
    words = words_of(topic)
    named = {word for rule in rules for word in words_of(" ".join(rule.keywords))}
    named |= {word for before, word in pairwise(words) if before in table.numbered}
    weights: dict[str, float] = {}
    is_led = False
    for term in _terms(topic):
        is_led |= term in table.leading and MAIN in weights.values()
        if term in table.stop or len(term) == 1 or (term.isdigit() and term not in named):
            continue
        if term in table.generic or term in where:
            weights.setdefault(term, NOTHING)
        elif is_led:
            weights.setdefault(term, LED)
        else:
            weights.setdefault(term, ASPECT if term in table.aspects else MAIN)
    if any(weights.values()):
        return {term: weight for term, weight in weights.items() if term not in table.generic}
    return weights


def _fit(term: str, places: Sequence[Place]) -> float:
    return max(
        place.weight * (equal_or_begun(term, place.words) or float(term in place.whole))
        for place in places
    )


def _covered(fit: float) -> float:
    """What only the rule's text says of a term is not what the rule is about."""
    return 1.0 if fit > RULE_WEIGHT else 0.5 if fit else 0.0


def _places(rule: TaxRule, *, is_generic: bool) -> tuple[Place, ...]:
    """Where a rule says what it is about. That it is of tax counts only for who asks no more."""
    topic, keywords, citation = (
        words_of(text)
        if is_generic
        else [term for term in _terms(text) if term not in _table().generic]
        for text in (rule.topic, ", ".join(rule.keywords), rule.citation)
    )
    return (
        Place(TOPIC_WEIGHT, topic),
        Place(KEYWORD_WEIGHT, keywords),
        # Its words are those of all laws.
        Place(CITATION_WEIGHT, whole=[term for term in citation if term[-1].isdigit()]),
        Place(RULE_WEIGHT, whole=_terms(rule.rule)),
    )


@lru_cache(maxsize=2_048)
def _terms(text: str) -> tuple[str, ...]:
    """The words of a text, those that are said as several, or in French, by their one name."""
    terms = dict.fromkeys(
        term for part in text.split(",") for term in _of_part(words_of(_APOSTROPHE.sub(" ", part)))
    )
    return tuple(terms)


def _of_part(words: Sequence[str]) -> Iterator[str]:
    table = _table()
    at = 0
    while at < len(words):
        for length in range(min(table.longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if phrase in table.same:
                yield table.same[phrase]
                break
        else:
            length = 1
            behind = words[at + 1] if at + 1 < len(words) else ""
            if words[at] in _MARKERS and behind[:1].isdigit():
                length = 2
                yield f"{words[at]} {behind}"
            else:
                yield words[at]
        at += length


@dataclass(frozen=True)
class _Table:
    """The words of tax and accounting, as tax_words.json lists them."""

    same: Mapping[tuple[str, ...], str]
    generic: frozenset[str]
    aspects: frozenset[str]
    stop: frozenset[str]
    leading: frozenset[str]  # behind them stands what a thing is of
    numbered: frozenset[str]  # behind them a number is a name: "form 8027"
    of_tax: frozenset[str]
    decisive: frozenset[str]  # a rule that says nothing of one is not about it
    general: frozenset[str]  # a rule with one of them in its topic holds for all things
    words: frozenset[str]  # all of these
    longest: int


@cache
def _table() -> _Table:
    file = Path(__file__).parent / "tax_words.json"
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    same = {
        words_of(phrase): term
        for term, phrases in data["same"].items()
        for phrase in (term, *phrases)
    }
    listed = {
        name: frozenset(words_of(" ".join(data[name])))
        for name in ("generic", "aspects", "stop", "leading", "numbered")
    }
    names = {name: frozenset(data[name]) for name in ("of_tax", "decisive", "general")}
    return _Table(
        **listed,
        **names,
        same=same,
        words=frozenset().union(*listed.values(), *same),
        longest=max(map(len, same)),
    )
