"""Which jurisdiction of those on file is meant: by its names, its parts' and its cities'.

The names are data: jurisdictions.json, and country_names.json, which is CLDR's. It knows no rule.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.words import fold, likeness

ON_FILE = {
    "RW": "Rwanda",
    "MT": "Malta",
    "EU": "the EU",
    "UK": "the UK",
    "US": "the US",
    "CA": "Canada",
    "IFRS": "IFRS",
    "US-GAAP": "US GAAP",
}
JURISDICTIONS = tuple(ON_FILE)

COUNTRIES = {"RW": "RW", "MT": "MT", "EU": "EU", "EZ": "EU", "GB": "UK", "US": "US", "CA": "CA"}
EU_MEMBERS = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR"),
        *("HU", "IE", "IT", "LT", "LU", "LV", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)  # Malta has rules of its own
LONGEST_NAME = 5  # words
MOST_LETTERS = 1_000  # of a text; no place is looked for behind them
SURE_LIKENESS = 0.8  # of 1: a name mistyped
SHORTEST_IN_PROSE = 4  # letters: in a topic, "us" and "can" are no places
_NO_WORD = re.compile(r"[^a-z0-9]+")
# "Fresno, CA"
_CODE_BEHIND = re.compile(r",\s*([A-Z]{2})\.?\s*$")

# How sure a name is: a country beats its city's namesake elsewhere.
_OWN, _COUNTRY, _STATE, _CITY, _VAGUE = range(5)


class Place(NamedTuple):
    """What a name stands for. `code` is None if nothing is on file for it."""

    code: str | None
    name: str
    certainty: int

    @property
    def part(self) -> str:
        """Its name, where it is a part of what the rules are for."""
        return "" if self.certainty in (_OWN, _VAGUE) else self.name


@dataclass(frozen=True)
class Jurisdiction:
    """Whose rules are meant: one of JURISDICTIONS.

    `part` is the state, the province or the member that was named; `doubt` says what else the name
    may stand for.
    """

    code: str
    part: str = ""
    doubt: str = ""


def jurisdiction_of(name: str, topic: str = "") -> Jurisdiction | None:
    """Whose rules `name` means, even mistyped; None if nothing is on file for it.

    `topic` helps where a name has two meanings: "CA" is Canada, and "CA" with the franchise tax is
    California.
    """
    words = _words(name)
    about = _words(topic)
    doubt = ""
    if double := _data()["doubts"].get(" ".join(words)):
        if set(double["hints"]) & set(about):
            return _jurisdiction([_places()[double["other"].lower()]])
        doubt = double["doubt"]
    found = _jurisdiction(_named(name, words))
    if found is None:
        return None
    named = [place.part for place in places_in(topic) if place.code == found.code and place.part]
    return replace(found, part=found.part or next(iter(named), ""), doubt=doubt)


def doubt_about(name: str) -> str:
    """What else a name may stand for, as a sentence; often nothing."""
    double = _data()["doubts"].get(" ".join(_words(name)))
    return str(double["doubt"]) if double else ""


def places_in(text: str) -> list[Place]:
    """The places that prose names, in their order."""
    words = _words(text)
    return [place for name, place in _scan(words) if len(name) >= SHORTEST_IN_PROSE]


def words_of_places(text: str) -> frozenset[str]:
    """The folded words of `text` that name a place."""
    found = [name for name, _ in _scan(_words(text)) if len(name) >= SHORTEST_IN_PROSE]
    return frozenset(word for name in found for word in name.split())


def _named(name: str, words: Sequence[str]) -> list[Place]:
    if len(words) == 1 and (place := _codes().get(words[0])):
        return [place]
    places = [place for _, place in _scan(words)]
    behind = _CODE_BEHIND.search(name)
    state = _data()["codes"].get(behind[1]) if behind else None
    if state and "CA" not in {place.code for place in places[:-1]}:
        # The last one was the code itself, read as another's.
        places = [place for place in places if place.certainty != _OWN] + [_places()[state.lower()]]
    return places or _mistyped(words)


def _jurisdiction(places: Sequence[Place]) -> Jurisdiction | None:
    """The surest name counts; of equals the last, as in an address; of own names the longest."""
    if not places:
        return None
    surest = min(place.certainty for place in places)
    best = [place for place in places if place.certainty == surest]
    chosen = max(best, key=lambda place: len(place.name)) if surest == _OWN else best[-1]
    if chosen.code is None:
        return None
    parts = [place.part for place in places if place.part and place.code == chosen.code]
    return Jurisdiction(chosen.code, chosen.part or next(iter(parts), ""))


def _mistyped(words: Sequence[str]) -> list[Place]:
    """The place whose name is likest to one of the words: "Austalia" is nearer no member's."""
    likest = max(
        ((likeness(word, name), name) for word in words for name in _places()), default=(0.0, "")
    )
    return [_places()[likest[1]]] if likest[0] > SURE_LIKENESS else []


def _scan(words: Sequence[str]) -> Iterator[tuple[str, Place]]:
    """The names in the words, the longest at each place: "New Mexico" is not Mexico."""
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            if place := _places().get(name):
                yield name, place
                at += length
                break
        else:
            at += 1


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", fold(text[:MOST_LETTERS])).split()


@cache
def _data() -> Mapping[str, Any]:
    return _read("jurisdictions.json")


@cache
def country_names() -> Mapping[str, Mapping[str, str]]:
    """By language and country: babel would hold all that it knows of these languages for them."""
    return _read("country_names.json")


def _read(name: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return read


@cache
def _places() -> Mapping[str, Place]:
    """Every place by its folded names; what is listed here goes before CLDR's."""
    data = _data()
    places: dict[str, Place] = {}
    for names in country_names().values():
        for country, name in names.items():
            places[" ".join(_words(name))] = _country(country)
    for other, names in data["not_on_file"].items():
        places |= dict.fromkeys([other.lower(), *names], Place(None, other, _COUNTRY))
    for code, parts in data["parts"].items():
        for part, names in parts.items():
            certainty = _COUNTRY if code == "EU" else _STATE
            places |= dict.fromkeys(names, Place(code, part, _CITY))
            places[part.lower()] = Place(code, part, certainty)
            places[part.lower().removeprefix("the ")] = Place(code, part, certainty)
    for code, names in data["cities"].items():
        places |= dict.fromkeys(names, Place(code, "", _CITY))
    for code, names in data["vague"].items():
        places |= {name: Place(code, name, _VAGUE) for name in names}
    for code, names in data["names"].items():
        places |= {name: Place(code, name, _OWN) for name in names}
    return places


def _country(country: str) -> Place:
    name = country_names()["en"][country]
    if country in COUNTRIES:
        return Place(COUNTRIES[country], name, _OWN)
    return Place("EU" if country in EU_MEMBERS else None, name, _COUNTRY)


@cache
def _codes() -> Mapping[str, Place]:
    """A code that stands alone: a jurisdiction's before a member's, and that before a state's."""
    states = {code.lower(): _places()[name.lower()] for code, name in _data()["codes"].items()}
    members = {code.lower(): _country(code) for code in (*EU_MEMBERS, *COUNTRIES)}
    return states | members
