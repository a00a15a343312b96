"""Texts that a pattern is slow with, if it can be: made of what it looks for itself."""

import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import regex

Pattern = re.Pattern[str] | regex.Pattern[str]

# What people's keyboards, forms and Markdown are full of; a pattern's own marks come along.
PIECES = (" ", "\n", "a", "A", "0", "_", "*", "`", "[", "(", "\\", "\u0301", "\u200d", "👩🏾")
MOST_OWN = 8
MOST_BEGINNINGS = 400
CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
ALPHABET = "ab0 A-_*#[](){}<>/|.,:;!?'\"`~=&%$€+@\\\n\t\x00\x01é"


class Shape(NamedTuple):
    """A text of any length: one thing again and again, and what stands around it."""

    beginning: str
    again: str
    end: str = ""

    def text(self, length: int) -> str:
        return f"{self.beginning}{self.again * (length // max(len(self.again), 1))}{self.end}"


def shapes_for(pattern: Pattern) -> Iterator[Shape]:
    own = [each for each in dict.fromkeys(pattern.pattern) if not each.isalnum()]
    beginnings = beginnings_of(pattern)
    # Of a list of a thousand words one is like another.
    some = beginnings[:: len(beginnings) // MOST_BEGINNINGS + 1]
    return shapes([*PIECES, *own[:MOST_OWN]], some)


def shapes(pieces: Sequence[str], beginnings: Sequence[str] = ()) -> Iterator[Shape]:
    """A beginning and then one piece without end; a beginning, or two pieces, again and again."""
    pieces = list(dict.fromkeys(pieces))
    beginnings = list(dict.fromkeys(["", *beginnings]))
    for beginning, piece in product(beginnings, pieces):
        yield Shape(beginning, piece, "!b")
    for again in (*beginnings, *(first + second for first, second in product(pieces, repeat=2))):
        yield Shape("", again)


def beginnings_of(pattern: Pattern) -> list[str]:
    """The shortest texts that match a first part of it, by every way through it."""
    if isinstance(pattern, regex.Pattern):  # whose grammar is another one
        return []
    return _beginnings(parser.parse(pattern.pattern, pattern.flags))[0]


def _beginnings(tree: Iterable[tuple[object, Any]]) -> tuple[list[str], str]:
    """All of them, and the shortest match of the whole."""
    found: list[str] = []
    whole = ""
    for step, what in tree:
        within, part = _step(str(step), what)
        found += [whole + each for each in within]
        whole += part
        found.append(whole)
    return found, whole


def _step(step: str, what: Any) -> tuple[list[str], str]:
    match step, what:
        case "LITERAL", int(code):
            return [], chr(code)
        case "NOT_LITERAL", int(code):
            return [], next(each for each in ALPHABET if each != chr(code))
        case "ANY", _:
            return [], "a"
        case "IN", list(choices):
            return [], next((each for each in ALPHABET if _is_in(each, choices)), "") or _first(
                choices
            )
        case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (least, _, tree)):
            within, part = _beginnings(tree)
            return within, part * max(least, 1)
        case "SUBPATTERN", (*_, tree):
            return _beginnings(tree)
        case "ATOMIC_GROUP", tree:
            return _beginnings(tree)
        case "BRANCH", (_, branches):
            ways = [_beginnings(each) for each in branches]
            return [text for within, _ in ways for text in within], ways[0][1]
    return [], ""  # it looks, and takes nothing


def _is_in(character: str, choices: list[tuple[object, Any]]) -> bool:
    is_in = False
    is_negated = False
    for kind, what in choices:
        match str(kind), what:
            case "NEGATE", _:
                is_negated = True
            case "LITERAL", code:
                is_in |= ord(character) == code
            case "RANGE", (first, last):
                is_in |= first <= ord(character) <= last
            case "CATEGORY", category:
                name = str(category).removeprefix("CATEGORY_")
                escape = CATEGORIES[name.removeprefix("NOT_")]
                is_in |= bool(re.match(escape, character)) != name.startswith("NOT_")
    return is_in != is_negated


def _first(choices: list[tuple[object, Any]]) -> str:
    """Of characters that are not in the alphabet."""
    match choices[0]:
        case _, (int(code), _):
            return chr(code)
        case _, int(code):
            return chr(code)
    return ""
