"""The fixed sentences of a call: in words, by language, and as they sound.

How one sounds is the model's voice where that was made, else the packaged one. Nothing is spoken or
encoded here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import get_args

from conversation.call.actions import Sentence, SentenceKey
from knowledge.call_sounds import packaged
from knowledge.phrases import LANGUAGES, Phrase, known, later, phrase
from models import sounds
from models.database.engine import Database, DatabaseUnavailableError
from realtime.request import VOICE

# How long what was looked up holds; and after the database was away, what was known before.
FRESH_S, AWAY_S = 600.0, 10.0
# A caller waits for it.
LIMIT_S = 1.0
KEYS: tuple[SentenceKey, ...] = get_args(SentenceKey)
# No persona and no restaurant is named: these are stored, and played whoever answers.
TEXTS: Mapping[SentenceKey, str] = {
    # Who rings is told that no person answers, and what is kept.
    "hello": later(
        "Hello, and welcome! I am a program that answers for the restaurant. I write down what we"
        " say, and record no sound. How can I help you?"
    ),
    "hello_again": later(
        "Hello again! It is the restaurant's program, and I write down what we say. How can I help"
        " you?"
    ),
    # While a tool takes longer, or another persona comes to the telephone.
    "moment": later("One moment, please."),
    "repeat": later("Sorry, I lost you for a moment. Could you say that again, please?"),
    "still_there": later("Are you still there?"),
    "goodbye": later("Thank you for calling. Goodbye!"),
    # The model is away, or no answer may be given: the call ends with it.
    "sorry": later(
        "Sorry, I can't talk at the moment. Please call again later, or write to us on WhatsApp."
    ),
    "busy": later(
        "Sorry, all our lines are busy. Please call again in a few minutes, or write to us on"
        " WhatsApp."
    ),
    "not_taken": later("Nobody takes calls on this number. Please write to us on WhatsApp."),
}


class Sentences:
    """`monotonic` tells the time. What the model has spoken is looked up anew after FRESH_S."""

    def __init__(self, database: Database, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._monotonic = monotonic
        self._made: dict[tuple[str, str], _Made] = {}

    def of(self, language: str | None, voice: str = VOICE) -> Mapping[SentenceKey, Sentence]:
        """All of them in a language, English where there are none in it, in this voice."""
        made = self._made_of(known(language), voice)
        return {key: self._sentence(key, known(language), made) for key in KEYS}

    def in_voices(self, voices: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """The words and the sound of each, in each language and each of these."""
        for voice, language in product(voices, LANGUAGES):
            for each in self.of(language, voice).values():
                yield each.text, each.sound

    def one(self, key: SentenceKey, language: str | None, voice: str = VOICE) -> Sentence:
        return self._sentence(key, known(language), self._made_of(known(language), voice))

    def _sentence(self, key: SentenceKey, language: str, made: Mapping[str, bytes]) -> Sentence:
        text = words(key, language)
        return Sentence(text, made.get(text) or packaged(key, language))

    def _made_of(self, language: str, voice: str) -> Mapping[str, bytes]:
        now = self._monotonic()
        before = self._made.get((language, voice))
        if before is not None and now < before.until:
            return before.sounds
        texts = [words(key, language) for key in KEYS]
        try:
            with self._database.transaction(LIMIT_S) as session:
                made = _Made(sounds.of(session, voice, texts), now + FRESH_S)
        except DatabaseUnavailableError:
            made = _Made(before.sounds if before else {}, now + AWAY_S)
        self._made[language, voice] = made
        return made.sounds


@dataclass(frozen=True, slots=True)
class _Made:
    """By text. `until` is monotonic."""

    sounds: Mapping[str, bytes]
    until: float


def every_text() -> list[Phrase]:
    """Each of them in each language."""
    return [words(key, language) for language in LANGUAGES for key in KEYS]


def words(key: SentenceKey, language: str | None) -> Phrase:
    return phrase(TEXTS[key], language)
