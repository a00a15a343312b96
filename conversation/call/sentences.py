"""The fixed sentences of a call: in words, by language, and as they sound.

How one sounds is the model's voice where that was made, else the packaged one. Nothing is spoken or
encoded here.
"""

from collections.abc import Mapping
from typing import get_args

from conversation.call.actions import Sentence, SentenceKey
from knowledge.call_sounds import packaged
from knowledge.phrases import Phrase, known, later, phrase
from realtime.request import VOICE

KEYS: tuple[SentenceKey, ...] = get_args(SentenceKey)
# No persona and no restaurant is named: these are stored, and played whoever answers.
TEXTS: Mapping[SentenceKey, str] = {
    # Who rings is told that no person answers, and what is kept.
    "hello": later(
        "Hello, and welcome! I am a program that answers for the restaurant. I write down what we"
        " say, and record no sound. How can I help you?"
    ),
    "hello_again": later("Hello again! It is the restaurant's program. How can I help you?"),
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
    def of(self, language: str | None, voice: str = VOICE) -> Mapping[SentenceKey, Sentence]:
        """All of them in a language, English where there are none in it, in this voice."""
        return {key: self.one(key, language, voice) for key in KEYS}

    def one(self, key: SentenceKey, language: str | None, voice: str = VOICE) -> Sentence:
        return Sentence(words(key, language), packaged(key, known(language)))


def words(key: SentenceKey, language: str | None) -> Phrase:
    return phrase(TEXTS[key], language)
