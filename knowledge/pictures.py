"""What the pictures of food and drinks that diners send are of, as one looks for it on a menu."""

import tomllib
from functools import cache
from pathlib import Path

from knowledge.words import words_of

PICTURES_FILE = Path(__file__).with_suffix(".toml")


@cache
def pictured() -> dict[str, tuple[str, ...]]:
    """The words of every picture, folded and singular."""
    listed = tomllib.loads(PICTURES_FILE.read_text(encoding="utf-8")).items()
    return {each.strip(): words_of(said) for said, all_of in listed for each in all_of.split(",")}
