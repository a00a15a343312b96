"""No text makes a pattern of ours slow: a hundred thousand characters take it no time.

A pattern that reads again, from each place, what it has read already takes the square of a text's
length: seconds, in which nobody else is served.
"""

import ast
import importlib
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from heapq import nlargest
from itertools import count
from math import inf
from pathlib import Path

import pytest
import regex

from conversation import keywords
from knowledge.wishes import wishes_in
from knowledge.words import fold
from models.bubbles import Bubble
from telemetry.masking import masked
from tests.adversary import PIECES, Pattern, Shape, shapes, shapes_for
from whatsapp.bubbles import fitting
from whatsapp.inbound import parse_message
from whatsapp.markup import to_whatsapp
from whatsapp.signature import is_genuine
from whatsapp.split import split

ROOT = Path(__file__).parents[1]
LENGTH = 100_000
LIMIT_S = 0.05  # of CPU, for a text of that length
READER_LIMIT_S = 1.0
# All shapes are tried short, the slowest ones longer, and the slowest of those in full.
LONGER = 10_000
TRIED_LONGER = 5
TRIED_IN_FULL = 3
MAY_SEEM = 10  # times as many seem to be the slowest while others keep the machine busy
SHORT = 40  # times as short, to see which are the slowest
ATTEMPTS = 3  # the best counts: the first one fills caches
STUMBLE_S, EVERY = 0.001, 40  # readings
# For ten times the text: ten times is in proportion, a hundred times is the square.
MOST_GROWTH = 30
MOST_LOAD = 10  # times as slow as its share: that is no other program's doing
PARTS = 4  # of all patterns, each tried by a test of its own
# What they are there for begins when they are imported.
PROGRAMS = {"app", "gunicorn.conf", "web_worker", "sandbox.__main__", "evaluation.__main__"}


@pytest.mark.parametrize("nth", range(PARTS))
def test_a_hundred_thousand_characters_take_no_pattern_long(nth: int) -> None:
    patterns = sorted(all_patterns().items())
    assert len(patterns) > 40  # they are found
    part = patterns[nth::PARTS]
    slow = {where: text for where, pattern in part if (text := slow_text(pattern))}
    assert slow == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\s*/(\w+)",
        r"^#{1,6}[ \t]+(?P<words>[^\n]+?)[ \t]*#*$",
        r"\[a\]\(https://[^\s)]+\)",
    ],
)
def test_a_slow_one_is_told(pattern: str) -> None:
    assert slow_text(re.compile(pattern, re.MULTILINE))


def test_a_slow_one_is_told_on_a_machine_that_stumbles() -> None:
    pattern = re.compile(r"\[a\]\(https://[^\s)]+\)")
    readings = count()

    def read(text: str) -> None:
        until = time.thread_time() + STUMBLE_S * (next(readings) % EVERY == 0)
        while time.thread_time() < until:
            pass
        all_of(pattern, text)

    assert slow_with(read, shapes_for(pattern), LIMIT_S)


# What reads a diner's text, or a model's: loops of ours around the patterns.
@pytest.mark.parametrize(
    "read",
    [
        to_whatsapp,
        split,
        lambda text: fitting([Bubble(text)]),
        keywords.parse,
        fold,
        wishes_in,
        lambda text: parse_message({"MessageSid": "SM1", "From": "a", "To": "b", "Body": text}),
        lambda text: is_genuine("token", "https://x.rw/whatsapp", {"Body": text}, "signature"),
        masked,
    ],
)
def test_what_reads_texts_of_others_reads_them_once(read: Callable[[str], object]) -> None:
    own = ("|", ">", "#", "~~~", "```", "[a](https://x", "&amp;", "no ", "a, ", "vegan ", "-")
    assert slow_with(read, shapes((*PIECES, *own)), READER_LIMIT_S) is None


def slow_text(pattern: Pattern) -> str | None:
    return slow_with(partial(all_of, pattern), shapes_for(pattern), LIMIT_S)


@cache
def all_patterns() -> dict[str, Pattern]:
    """By where they stand: those that a module keeps, and those said where they are used."""
    found: dict[Pattern, str] = {}
    for module in modules():
        for name, value in vars(importlib.import_module(module)).items():
            for pattern in kept_in(value):
                found.setdefault(pattern, f"{module}.{name} {pattern.pattern[:30]}")
        for pattern in said_in(module):
            found.setdefault(pattern, f"{module} {pattern.pattern[:30]}")
    return {where: pattern for pattern, where in found.items()}


def modules() -> Iterator[str]:
    """The service and the sandbox, without tests, migrations and programs."""
    for file in sorted(ROOT.rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        is_ours = parts[0] not in {"tests", "docs"} and not parts[0].startswith(".")
        if is_ours and "migrations" not in parts and name not in PROGRAMS:
            yield name


def kept_in(value: object) -> Iterator[Pattern]:
    if isinstance(value, re.Pattern | regex.Pattern):
        if isinstance(value.pattern, str):  # bytes are a file's, at the command line
            yield value
    elif isinstance(value, dict | list | tuple | set | frozenset):
        for each in value.values() if isinstance(value, dict) else value:
            yield from kept_in(each)


def said_in(module: str) -> Iterator[Pattern]:
    """Of `re.sub(r"\\s+", ...)` the first argument."""
    text = Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text if "re." in text else "")):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=name),
                args=[ast.Constant(value=str(said)), *_],
            ) if name not in ("compile", "escape"):
                yield re.compile(said)


def slow_with(read: Callable[[str], object], shapes: Iterable[Shape], limit_s: float) -> str | None:
    """The beginning of a text that it is slow with."""
    for length, tried in ((LONGER, TRIED_LONGER), (LENGTH, TRIED_IN_FULL)):
        short = length // SHORT
        timed = ((takes_s(read, shape.text(short)), shape) for shape in shapes)
        seeming = [shape for _, shape in nlargest(MAY_SEEM * tried, timed)]
        timed = ((best_s(read, shape.text(short)), shape) for shape in seeming)
        shapes = [shape for _, shape in nlargest(tried, timed)]
        for shape in shapes:
            if is_slow(read, shape, length, limit_s):
                return shape.text(LONGER)[:40]
    return None


def is_slow(read: Callable[[str], object], shape: Shape, length: int, limit_s: float) -> bool:
    """Whether it takes longer than its part of the limit, and not for the machine's load alone."""
    share_s = limit_s * length / LENGTH
    whole_s = best_s(read, shape.text(length), share_s)
    if whole_s <= share_s:
        return False
    tenth_s = best_s(read, shape.text(length // 10))
    return whole_s > MOST_GROWTH * tenth_s or whole_s > MOST_LOAD * share_s


def best_s(read: Callable[[str], object], text: str, enough_s: float = 0.0) -> float:
    best = inf
    for _ in range(ATTEMPTS):
        best = min(best, takes_s(read, text))
        if best <= enough_s or best > MOST_GROWTH * enough_s > 0:
            break
    return best


def takes_s(read: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    read(text)
    return time.thread_time() - began


def all_of(pattern: Pattern, text: str) -> None:
    deque(pattern.finditer(text), maxlen=0)
