"""What people call our keywords, and the words behind them, in their languages: aliases.toml."""

import tomllib
from pathlib import Path

from knowledge.opting import EVERYBODYS
from knowledge.words import fold, listed, words_of

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
# Each one's keyword, and the language that it tells.
KEYWORDS: dict[str, tuple[str, str | None]] = {
    fold(alias): (word, None if language == EVERYBODYS else language)
    for language, words in _TABLE["keywords"].items()
    for word, aliases in words.items()
    for alias in listed(aliases)
}
# What stands behind `/language`: "auto", "not", and each language by what no list of names has.
AS_WRITTEN = frozenset(words_of(_TABLE["language"]["as_written"]))
NOT = frozenset(words_of(_TABLE["language"]["not"]))
LANGUAGES = {
    name: language for language, names in _TABLE["languages"].items() for name in words_of(names)
}
# What stands behind `/me`.
ERASE = frozenset(words_of(_TABLE["me"]["erase"]))
DIET = frozenset(words_of(_TABLE["me"]["diet"]))
