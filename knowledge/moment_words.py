"""The words of six languages for days, parts of a day and spans of time, as moment_words.toml says.

Months and weekdays are those of knowledge/periods, numbers those of knowledge/number_words.toml.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.words import fold, listed

WORDS_FILE = Path(__file__).with_suffix(".toml")


def languages() -> tuple[str, ...]:
    return tuple(_tables())


def words_for(language: str, name: str) -> tuple[str, ...]:
    """A list of a language: "fillers", "tonight", "in"."""
    return tuple(map(fold, listed(_tables()[language].get(name, ""))))


def words_of_all(name: str, meaning: str = "") -> tuple[str, ...]:
    """A list of every language; of a table, the words with that meaning."""
    if not meaning:
        return tuple(word for language in languages() for word in words_for(language, name))
    tables = [meanings(language, name) for language in languages()]
    return tuple(word for table in tables for word, means in table.items() if means == meaning)


def meanings(language: str, name: str) -> dict[str, str]:
    """What each word of a language means in one of its tables: "days", "parts", "units"."""
    table = _tables()[language].get(name, {})
    return {fold(word): meaning for meaning, words in table.items() for word in listed(words)}


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
