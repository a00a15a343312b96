"""Whether a diner asks to see a dish: their words for it stand in picture_requests.toml. Pure."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge.notes import own_words
from knowledge.words import listed, words_of

REQUESTS_FILE = Path(__file__).with_suffix(".toml")


def asks_to_see(texts: Iterable[str]) -> bool:
    """By a diner's own words: who sends a picture, or quotes one, asks for none by that."""
    own = [_spaced(own_words(text)) for text in texts]
    return any(request in words for words in own for request in _requests())


@cache
def _requests() -> tuple[str, ...]:
    table = tomllib.loads(REQUESTS_FILE.read_text(encoding="utf-8"))
    return tuple(_spaced(each) for language in table.values() for each in listed(language))


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "
