"""Whether what came of a turn is what its case expects. Pure; a fault is a sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversation.picturing import images_of, picture_of
from evaluation.case import Exchange, Expected
from knowledge.fitting import fits
from knowledge.picture_requests import asked_to_see
from knowledge.wishes import Wishes
from knowledge.words import fold
from models.menu import ALLERGENS, MenuItem
from personas.tool import Heard

LONGEST_QUOTE = 120  # letters of a reply in a fault
_LIST = r"(?:^|(?<=\n))[ \t]*(?:[-•–—]|\d+[.)])[ \t]*"


@dataclass(frozen=True)
class Called:
    """A call of a tool that was made, with what it answered."""

    tool: str
    arguments: Any
    answer: Any


@dataclass(frozen=True)
class Played:
    """What came of one thing that a diner said."""

    reply: str
    calls: tuple[Called, ...]
    persona: str
    cause: str | None = None  # why there is an apology in place of an answer


def faults_of(expected: Exchange, played: Played, menu: Sequence[MenuItem]) -> list[str]:
    """What is not as expected; nothing: all is."""
    if played.cause:
        return [f"no answer: {played.cause}"]
    reply = fold(played.reply)
    faults = [
        f"no call of {_told(call)}"
        for call in expected.calls
        if not any(_is_it(call, made) for made in played.calls)
    ]
    faults += [
        f"called {name}"
        for name in expected.never
        if any(made.tool == name for made in played.calls)
    ]
    faults += [f"says nothing of {text!r}" for text in expected.must if not _says(reply, text)]
    faults += [f"says {text!r}" for text in expected.must_not if _says(reply, text)]
    faults += [
        f"offers {item.name}"
        for item in _offered(reply, menu)
        if expected.offers_none_with and _breaks(item, expected.offers_none_with)
    ]
    if expected.picture not in (None, _has_picture(expected.says, played)):
        faults.append(f"{'no' if expected.picture else 'a'} picture goes with it")
    if expected.persona not in (None, played.persona):
        faults.append(f"the diner talks to the {played.persona}, not the {expected.persona}")
    return [*faults, *([f"reply: {_short(played.reply)}"] if faults else [])]


def _has_picture(says: str, played: Played) -> bool:
    told = [Heard(call.tool, call.answer) for call in played.calls if isinstance(call.answer, dict)]
    images = images_of(told)
    return picture_of(played.reply, images, asked_to_see([says], images)) is not None


def matches(expected: Any, actual: Any) -> bool:
    """Whether a value has what is expected of it, at whatever depth."""
    match expected:
        case Mapping():
            return isinstance(actual, Mapping) and all(
                name in actual and matches(each, actual[name]) for name, each in expected.items()
            )
        case list():
            there = actual if isinstance(actual, list) else [actual]
            return all(any(matches(each, one) for one in there) for each in expected)
        case str():
            if isinstance(actual, list):
                return any(matches(expected, one) for one in actual)
            return _says(fold(str(actual)), expected)
        case bool() | None:
            return actual is expected
    return str(expected) == str(actual)


def _is_it(expected: Expected, made: Called) -> bool:
    return (
        made.tool == expected.tool
        and matches(expected.arguments, made.arguments)
        and matches(expected.answer, made.answer)
    )


def _told(call: Expected) -> str:
    wanted = [f"{name}={each}" for name, each in (call.arguments | call.answer).items()]
    return f"{call.tool}({', '.join(wanted)})"


def _says(folded: str, text: str) -> bool:
    return any(fold(each) in folded for each in text.split("|"))


def _offered(reply: str, menu: Sequence[MenuItem]) -> list[MenuItem]:
    """The dishes that a reply names in bold or at the head of a line of a list, as an offer."""
    names = sorted({fold(item.name) for item in menu}, key=len, reverse=True)
    if not names:
        return []
    found = re.findall(rf"(?:\*|{_LIST}[*_]*)({'|'.join(map(re.escape, names))})(?![^\W_])", reply)
    return [item for item in menu if fold(item.name) in found]


def _breaks(item: MenuItem, unwanted: Sequence[str]) -> bool:
    """Whether nobody can say that it has none of it, and keeps the diets."""
    allergens = frozenset(unwanted).intersection(ALLERGENS)
    wishes = Wishes(without=allergens, diets=frozenset(unwanted) - allergens)
    return fits(item, wishes) is not True


def _short(reply: str) -> str:
    line = " ".join(reply.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"
