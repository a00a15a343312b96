"""Whether a diner asks to see a dish: their words for it stand in picture_requests.toml. Pure."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge.words import listed, words_of

REQUESTS_FILE = Path(__file__).with_suffix(".toml")


def asks_to_see(texts: Iterable[str]) -> bool:
    spaced = [_spaced(text) for text in texts]
    return any(request in text for text in spaced for request in _requests())


@cache
def _requests() -> tuple[str, ...]:
    table = tomllib.loads(REQUESTS_FILE.read_text(encoding="utf-8"))
    return tuple(_spaced(each) for language in table.values() for each in listed(language))


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "
