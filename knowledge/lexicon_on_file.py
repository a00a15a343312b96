"""What words mean at a restaurant: those that come with the service, and over them the table's.

Everywhere's rows go before the shipped words, a restaurant's own before both. A lexicon is made
anew when the table has changed.
"""

from typing import Any
from weakref import WeakKeyDictionary

from knowledge.lexicon import Lexicon, Word, shipped_lexicon, shipped_words
from models import synonyms
from models.database.engine import Database
from models.synonyms import EVERYWHERE, Said

Session = Any  # a database session: its library has one door, models
Version = tuple[int, int]

# By restaurant; what everywhere's words make is one, whoever asks.
_made: WeakKeyDictionary[Database, tuple[Version, dict[str, Lexicon]]] = WeakKeyDictionary()


def lexicon_of(database: Database, session: Session, restaurant: str) -> Lexicon:
    """What words mean at `restaurant`, by its slug. One cheap query, unless something changed."""
    version = synonyms.version(session)
    known_version, made = _made.get(database, (None, {}))
    if version != known_version:
        made = {}
        _made[database] = version, made
    if restaurant not in made:
        rows = synonyms.rows(session, restaurant)
        owner = restaurant if any(row.restaurant for row in rows) else EVERYWHERE
        if owner not in made:
            made[owner] = _lexicon(rows)
        made[restaurant] = made[owner]
    return made[restaurant]


def words_at(session: Session, restaurant: str = EVERYWHERE) -> list[Said]:
    """The words that are known at a restaurant, by its slug, or everywhere."""
    return _over_the_shipped(synonyms.rows(session, restaurant))


def take_away(session: Session, restaurant: str, language: str, word: str) -> bool:
    """Let a word mean nothing known there; False, if it did not."""
    if not any(
        (each.language, each.word) == (language, word) for each in words_at(session, restaurant)
    ):
        return False
    synonyms.put(session, restaurant, language, word, None)
    return True


def _lexicon(rows: list[Said]) -> Lexicon:
    if not rows:
        return shipped_lexicon()
    words = _over_the_shipped(rows)
    return Lexicon(Word(each.language, each.word, each.means or ()) for each in words)


def _over_the_shipped(rows: list[Said]) -> list[Said]:
    said = {
        (each.language, each.word): Said(EVERYWHERE, each.language, each.word, each.means)
        for each in shipped_words()
    }
    said |= {(row.language, row.word): row for row in rows}
    return [each for each in said.values() if each.means is not None]
