"""What callers hear that no model thought up: in their language, with a sound to each."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from conversation.call.actions import SentenceKey
from conversation.call.sentences import AWAY_S, FRESH_S, KEYS, Sentences, words
from knowledge.phrases import LANGUAGES
from models import sounds
from models.database.engine import Database
from tests.engine.store import Store

MARINS, PACKAGED = b"\x01" * 160, 5_000
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


class World:
    """A database, and the time, in the test's hands."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = 0.0
        self.sentences = Sentences(database, lambda: self.now)

    def is_spoken(self, voice: str, language: str) -> None:
        """The greeting, by the model."""
        with self.database.transaction() as session:
            sounds.keep(session, voice, words("hello", language), MARINS, NOW)

    def hello(self, language: str | None = "en", voice: str = "marin") -> bytes:
        return self.sentences.one("hello", language, voice).sound


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_has_words_of_its_language_and_a_sound(world: World, language: str) -> None:
    of_language = world.sentences.of(language)
    assert list(of_language) == list(KEYS)
    assert all(each.text and each.sound for each in of_language.values())
    if language != "en":
        english = {words(key, "en") for key in KEYS}
        assert not english & {each.text for each in of_language.values()}


@pytest.mark.parametrize("language", [None, "de", "", "../en"])
def test_another_language_is_answered_in_english(world: World, language: str | None) -> None:
    assert world.sentences.of(language) == world.sentences.of("en")


@pytest.mark.parametrize(
    ("language", "program", "sound"),
    [("en", "program", "record no sound"), ("fr", "programme", "sans enregistrer le son")],
)
def test_who_rings_is_told_that_a_program_answers_and_that_no_sound_is_kept(
    language: str, program: str, sound: str
) -> None:
    hello = words("hello", language)
    assert program in hello
    assert sound in hello


@pytest.mark.parametrize(
    ("language", "program", "noted"),
    [
        ("en", "program", "write down what we say"),
        ("fr", "programme", "note ce que nous disons"),
        ("it", "programma", "annoto quello che diciamo"),
        ("mt", "programm", "nikteb dak li ngħidu"),
        ("rw", "porogaramu", "nandika ibyo tuvuga"),
        ("sw", "programu", "ninaandika tunayosema"),
    ],
)
def test_each_greeting_says_that_a_program_answers_and_writes_it_down(
    language: str, program: str, noted: str
) -> None:
    greetings: tuple[SentenceKey, ...] = ("hello", "hello_again")
    for key in greetings:
        text = words(key, language).lower()
        assert program in text, key
        assert noted in text, key


def test_what_the_model_has_spoken_is_played_in_its_voice_and_language_alone(world: World) -> None:
    world.is_spoken("marin", "fr")
    assert world.hello("fr") == MARINS
    assert len(world.hello("fr", "cedar")) > PACKAGED
    assert len(world.hello("en")) > PACKAGED
    assert world.sentences.of("fr")["hello"].sound == MARINS
    assert len(world.sentences.of("fr")["busy"].sound) > PACKAGED


def test_what_was_made_meanwhile_is_played_by_and_by(world: World) -> None:
    world.hello()
    world.is_spoken("marin", "en")
    world.now = FRESH_S - 1
    assert len(world.hello()) > PACKAGED
    world.now = FRESH_S
    assert world.hello() == MARINS


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    yield store
    store.close()


def test_while_the_database_is_away_what_was_known_is_played(store: Store) -> None:
    world = World(store)
    world.is_spoken("marin", "en")
    assert world.hello() == MARINS
    store.is_away = True
    world.now = FRESH_S
    assert world.hello() == MARINS
    assert len(world.hello("fr")) > PACKAGED
    store.is_away = False
    world.is_spoken("marin", "fr")
    world.now += AWAY_S
    assert world.hello("fr") == MARINS
