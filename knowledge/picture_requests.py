"""Whether a diner asks to see a dish, and a reply says no: the words are picture_requests.toml's.

Pure.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge.notes import own_words
from knowledge.words import listed, words_of

REQUESTS_FILE = Path(__file__).with_suffix(".toml")


def asks_to_see(texts: Iterable[str]) -> bool:
    """By a diner's own words: who sends a picture, or quotes one, asks for none by that."""
    return any(_has(own_words(text), "asks") for text in texts)


def refuses(reply: str) -> bool:
    """Whether a reply says no to what was asked for."""
    return _has(reply, "refuses")


def _has(text: str, which: str) -> bool:
    spaced = _spaced(text)
    return any(phrase in spaced for phrase in _phrases(which))


@cache
def _phrases(which: str) -> tuple[str, ...]:
    table = tomllib.loads(REQUESTS_FILE.read_text(encoding="utf-8"))[which]
    return tuple(_spaced(each) for language in table.values() for each in listed(language))


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "
