"""Who spoke is spoken to, in the words that were written, and in writing where that fails."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from conversation.ending import Ending, sorry
from conversation.voice import Voice
from models.bubbles import Bubble
from models.database.engine import Database, DatabaseUnavailableError
from models.diners import API
from models.media import File
from models.tokens import Tokens
from realtime.client import RealtimeError
from realtime.outcomes import Reply
from realtime.sound import BYTES_PER_S
from realtime.speak import Spoken
from tests.conversation.world import Model, says, taker, turn
from whatsapp.decoding import OpeningError

pytestmark = pytest.mark.usefixtures("kigali")

ANSWER = "Yes, goat is RWF 4,500."
SPOKEN = "Is there goat?\n[heard in a voice note]"
PATH = "/media/MQ.signed"


@dataclass
class Mouth:
    """A speaker, who makes a file of it, and who keeps that: all of it in the test's hands."""

    transcript: str | None = None
    seconds: float = 2.0
    fails: Exception | None = None
    at: str = ""  # who fails
    asked: list[str] = field(default_factory=list)
    kept: list[File] = field(default_factory=list)

    def speak(self, text: str, **_: Any) -> Spoken:
        self.asked.append(text)
        self._fail("speak")
        sound = bytes(round(self.seconds * BYTES_PER_S))
        return Spoken(sound, text if self.transcript is None else self.transcript, Tokens(9, 0, 40))

    def note(self, pcm: bytes, _diner: object) -> bytes:
        self._fail("note")
        return b"OggS"

    def keep(self, file: File, _diner_id: int) -> str:
        self._fail("keep")
        self.kept.append(file)
        return PATH

    def _fail(self, at: str) -> None:
        if self.fails is not None and self.at == at:
            raise self.fails


def ending_of(
    database: Database,
    mouth: Any,
    *texts: str,
    reply: Reply | RealtimeError | None = None,
    **diner: Any,
) -> Ending:
    model = Model(reply or says(ANSWER))
    one = taker(database, model, voice=Voice(mouth, mouth, mouth))
    return one.take(one.prepare(turn(*texts, **diner)))


@pytest.mark.parametrize("texts", [(SPOKEN,), ("Hello", SPOKEN), (SPOKEN, "I mean grilled")])
def test_who_spoke_is_spoken_to(database: Database, texts: Sequence[str]) -> None:
    mouth = Mouth()
    ending = ending_of(database, mouth, *texts)
    (bubble,) = ending.bubbles
    assert (bubble.text, bubble.voice) == (ANSWER, PATH)
    assert mouth.kept == [File(b"OggS", "audio/ogg; codecs=opus")]
    assert ending.tokens.output == 42


@pytest.mark.parametrize(
    "text",
    [
        "Is there goat?",
        "[heard in a voice note",
        "[sent a voice note that can't be heard: it is broken]",
    ],
)
def test_who_wrote_or_was_not_heard_gets_text(database: Database, text: str) -> None:
    mouth = Mouth()
    assert ending_of(database, mouth, text).bubbles[0].voice is None
    assert mouth.asked == []


def test_who_asks_over_http_gets_text(database: Database) -> None:
    assert ending_of(database, Mouth(), SPOKEN, channel=API).bubbles == (Bubble(ANSWER),)


def test_an_apology_is_written(database: Database) -> None:
    ending = ending_of(database, Mouth(), SPOKEN, reply=RealtimeError("timeout"))
    assert ending.bubbles == sorry("timeout", "waiter").bubbles


def test_a_keyword_is_answered_in_writing(database: Database) -> None:
    mouth = Mouth()
    one = taker(database, None, voice=Voice(mouth, mouth, mouth))  # type: ignore[arg-type]
    heard = turn("/help\n[heard in a voice note]", is_keyword=True)
    assert one.take(one.prepare(heard)).bubbles[0].voice is None


@pytest.mark.parametrize(
    "mouth",
    [
        Mouth(transcript="Yes, goat is RWF 5,400."),
        Mouth(transcript=""),
        Mouth(seconds=0),
        Mouth(seconds=0.2),
        Mouth(seconds=60),
        Mouth(fails=RealtimeError("timeout"), at="speak"),
        Mouth(fails=OpeningError("it is too large"), at="note"),
        Mouth(fails=DatabaseUnavailableError("away"), at="keep"),
    ],
)
def test_whatever_goes_wrong_the_text_goes_out(database: Database, mouth: Mouth) -> None:
    ending = ending_of(database, replace(mouth, asked=[], kept=[]), SPOKEN)
    assert ending.bubbles == (Bubble(ANSWER),)
    assert ending.cause is None


def test_what_was_said_in_vain_is_counted(database: Database) -> None:
    ending = ending_of(database, Mouth(transcript="No."), SPOKEN)
    assert ending.tokens.output == 42


def test_marks_are_not_spoken_and_stay_in_the_text(database: Database) -> None:
    mouth = Mouth()
    ending = ending_of(database, mouth, SPOKEN, reply=says("*Yes*, it is _grilled_. 🍲"))
    assert mouth.asked == ["Yes, it is grilled."]
    assert ending.text == "*Yes*, it is _grilled_. 🍲"
