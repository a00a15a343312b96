"""The model speaks the fixed sentences once, over a real socket, and is kept to their words."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from conversation.call.sentences import KEYS, Sentences
from conversation.call.voices import Made, Voices
from knowledge.call_sounds import packaged
from models.database.engine import Database
from realtime.client import RealtimeClient
from realtime.connection import Connection
from realtime.fleet.limits import Limits
from realtime.request import EXTRAS
from realtime.speak import Speaker
from sandbox.realtime.server import RealtimeServer
from whatsapp.decoding import OpeningError
from whatsapp.telephone import encode

KEY = "sk-sandbox"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
FRAME = 160  # bytes


class Line:
    """What makes it fit for a telephone, here in this process."""

    def __init__(self) -> None:
        self.refuses: str | None = None

    def line(self, pcm: bytes) -> bytes:
        if self.refuses:
            raise OpeningError(self.refuses)
        return encode(pcm)


class Studio:
    """A model that speaks, and what is kept of it."""

    def __init__(self, database: Database) -> None:
        self.server = RealtimeServer(KEY)
        self.server.start()
        connect = lambda: Connection(self.server.url, "gpt-realtime-2.1-mini", KEY)  # noqa: E731
        self.client = RealtimeClient(connect, lambda *_: None, Limits(), EXTRAS)
        self.line = Line()
        self.voices = Voices(database, Speaker(self.client), self.line, lambda: NOW)
        self.database = database

    def make(self, *languages: str, voice: str = "marin", anew: bool = False) -> list[Made]:
        return list(self.voices.make(voice, languages, anew=anew))

    def is_packaged(self, language: str, voice: str = "marin") -> list[bool]:
        of_language = Sentences(self.database, lambda: 0.0).of(language, voice)
        return [each.sound == packaged(key, language) for key, each in of_language.items()]

    def close(self) -> None:
        self.client.close()
        self.server.close()


@pytest.fixture
def studio(database: Database) -> Iterator[Studio]:
    with closing(Studio(database)) as studio:
        yield studio


def test_each_sentence_of_a_language_is_spoken_and_played_from_then_on(studio: Studio) -> None:
    made = studio.make("fr")
    assert {each.key for each in made} == set(KEYS)
    assert {(each.voice, each.language, each.why_not) for each in made} == {("marin", "fr", None)}
    assert all(each.usage.audio_output for each in made)
    assert not any(studio.is_packaged("fr"))
    assert all(studio.is_packaged("en"))
    assert all(studio.is_packaged("fr", "cedar"))
    for each in Sentences(studio.database, lambda: 0.0).of("fr").values():
        assert len(each.sound) % FRAME == 0


def test_each_is_asked_for_in_its_voice(studio: Studio) -> None:
    studio.make("en", voice="cedar")
    asked = [each["event"]["response"]["audio"]["output"] for each in studio.server.requests]
    assert [each["voice"] for each in asked] == ["cedar"] * len(KEYS)


def test_what_is_there_is_not_spoken_again_but_where_it_is_wished(studio: Studio) -> None:
    studio.make("en")
    assert studio.make("en") == []
    assert len(studio.make("en", "fr")) == len(KEYS)
    assert len(studio.make("en", anew=True)) == len(KEYS)


def test_who_says_other_words_is_not_heard(studio: Studio) -> None:
    studio.server.behaviour.misreads = "We are closed for ever."
    assert {each.why_not for each in studio.make("en")} == {
        "other words were said than were written"
    }
    assert all(studio.is_packaged("en"))


def test_a_model_that_does_not_answer_leaves_the_packaged_ones(studio: Studio) -> None:
    studio.server.behaviour.insufficient_quota = True
    assert {each.why_not for each in studio.make("en")} == {"unavailable"}
    assert all(studio.is_packaged("en"))


def test_so_does_a_sound_that_can_not_be_made(studio: Studio) -> None:
    studio.line.refuses = "it takes too long to open"
    assert {each.why_not for each in studio.make("en")} == {"it takes too long to open"}
    assert all(studio.is_packaged("en"))
