"""Whether a diner asks to see a dish, and a reply says no: the words are picture_requests.toml's.

Pure.
"""

import re
import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from knowledge.lexicon import shipped_lexicon
from knowledge.named_dishes import meant_in, named_in, short_name
from knowledge.notes import own_words
from knowledge.words import listed, words_of

REQUESTS_FILE = Path(__file__).with_suffix(".toml")
_CLAUSE = re.compile(r"[^.?!,;:…\n]+")


def asked_to_see(texts: Iterable[str], dishes: Collection[str]) -> set[str] | None:
    """Those of `dishes` of which a diner asks to see one, by their own words; None: of none.

    Who sends a picture, or quotes one, asks for none by that. "Can I see it?" may be any of them.
    """
    for text in texts:
        for clause in _CLAUSE.findall(own_words(text)):
            if not (_has(clause, "pictures") or _has(clause, "shows")) or _has(clause, "unasked"):
                continue
            named = _named(clause, dishes)
            if are_one(named):
                return named
            if not _has(clause, "others"):
                return named or set(dishes)
    return None


def refuses(reply: str) -> bool:
    """Whether a reply says no to what was asked for."""
    return _has(reply, "refuses")


def are_one(names: Iterable[str]) -> bool:
    """Whether they are one dish, of whatever size."""
    return len({short_name(name) for name in names}) == 1


def _named(clause: str, dishes: Collection[str]) -> set[str]:
    """By their names, or by words that mean what stands in them: "la chèvre" is the goat."""
    if named := named_in(clause, dishes):
        return named
    terms = shipped_lexicon().terms(clause)
    return meant_in(" ".join((clause, *(term.concept for term in terms))), dishes, dishes)


def _has(text: str, which: str) -> bool:
    spaced = _spaced(text)
    return any(_follow(pieces, spaced) for pieces in _phrases(which))


def _follow(pieces: tuple[str, ...], spaced: str) -> bool:
    at = 0
    for piece in pieces:
        if (found := spaced.find(piece, at)) < 0:
            return False
        at = found + len(piece) - 1
    return True


@cache
def _phrases(which: str) -> tuple[tuple[str, ...], ...]:
    table = tomllib.loads(REQUESTS_FILE.read_text(encoding="utf-8"))[which]
    phrases = (each for language in table.values() for each in listed(language))
    return tuple(tuple(map(_spaced, phrase.split("…"))) for phrase in phrases)


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "
