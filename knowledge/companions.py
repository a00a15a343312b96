"""Whether a diner speaks of somebody who eats with them; the words are in companions.toml."""

import tomllib
from functools import cache
from pathlib import Path

from knowledge.words import words_of

TABLE = Path(__file__).with_name("companions.toml")


def speaks_of_others(text: str) -> bool:
    return not _companions().isdisjoint(words_of(text))


@cache
def _companions() -> frozenset[str]:
    languages: dict[str, str] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return frozenset(word for listed in languages.values() for word in words_of(listed))
