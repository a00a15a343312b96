"""The lexicon of a restaurant, as the table of synonyms has it; made anew when that has changed.

Where nothing was ever loaded, it is the one that comes with the service.
"""

from weakref import WeakKeyDictionary

from knowledge.lexicon import Lexicon, Word, shipped_words
from models import synonyms
from models.database.engine import Database

Version = tuple[int, int]

# By restaurant; what everywhere's words make is one, whoever asks.
_made: WeakKeyDictionary[Database, tuple[Version, dict[str, Lexicon]]] = WeakKeyDictionary()


def lexicon_of(database: Database, restaurant: str) -> Lexicon:
    """What words mean at `restaurant`, by its slug. One cheap query, unless something changed."""
    with database.transaction() as session:
        version = synonyms.version(session)
        known_version, made = _made.get(database, (None, {}))
        if version == known_version and restaurant in made:
            return made[restaurant]
        words = synonyms.words_of(session, restaurant)
    if version != known_version:
        made = {}
        _made[database] = version, made
    owner = restaurant if any(each.restaurant for each in words) else synonyms.EVERYWHERE
    if owner not in made:
        made[owner] = _lexicon(words)
    made[restaurant] = made[owner]
    return made[restaurant]


def _lexicon(words: list[synonyms.Said]) -> Lexicon:
    own = [Word(each.language, each.word, each.means) for each in words]
    was_loaded = any(each.restaurant == synonyms.EVERYWHERE for each in words)
    return Lexicon(own if was_loaded else [*shipped_words(), *own])
