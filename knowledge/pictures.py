"""What the pictures of food and drinks that diners send are of, as one looks for it on a menu."""

import tomllib
from functools import cache
from pathlib import Path

from knowledge.words import listed, words_of

PICTURES_FILE = Path(__file__).with_suffix(".toml")


@cache
def pictured() -> dict[str, tuple[str, ...]]:
    """The words of every picture, folded and singular."""
    table = tomllib.loads(PICTURES_FILE.read_text(encoding="utf-8")).items()
    return {each: words_of(said) for said, all_of in table for each in listed(all_of)}
