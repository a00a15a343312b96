"""Has the model speak the fixed sentences of calls, and keeps those that say what they should.

It is asked for by a command, never while somebody calls.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.call.actions import SentenceKey
from conversation.call.sentences import KEYS, words
from conversation.voice import StrayedError, check
from knowledge.phrases import LANGUAGES
from models import sounds
from models.database.engine import Database
from models.tokens import Tokens
from realtime.client import RealtimeError
from realtime.speak import Speaker
from whatsapp.decoding import OpeningError
from whatsapp.streams import rest_of_frame

# What speaking one may take.
WITHIN_S = 30.0
# As many as a socket for voice takes.
AT_ONCE = 4


class Encoder(Protocol):
    def line(self, pcm: bytes) -> bytes:
        """Sound as telephones have it. Raises OpeningError."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """One sentence in one voice. `why_not`: the packaged one is played in its place."""

    voice: str
    language: str
    key: SentenceKey
    why_not: str | None
    usage: Tokens


class Voices:
    def __init__(
        self, database: Database, speaker: Speaker, aside: Encoder, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._speaker = speaker
        self._aside = aside
        self._now = now

    def make(
        self, voice: str, languages: Sequence[str] = LANGUAGES, *, anew: bool = False
    ) -> Iterator[Made]:
        """Those that are not there yet, or all of them anew; as each is done.

        Raises DatabaseUnavailableError.
        """
        wanted = self._wanted(voice, languages, anew=anew)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = [pool.submit(self._make, voice, *each) for each in wanted]
            for done in as_completed(asked):
                made, sound = done.result()
                if sound:
                    with self._database.transaction() as session:
                        text = words(made.key, made.language)
                        sounds.keep(session, voice, text, sound, self._now())
                yield made

    def _wanted(
        self, voice: str, languages: Sequence[str], *, anew: bool
    ) -> list[tuple[str, SentenceKey]]:
        every: dict[str, tuple[str, SentenceKey]]
        every = {words(key, language): (language, key) for language in LANGUAGES for key in KEYS}
        of_languages = {text: each for text, each in every.items() if each[0] in languages}
        with self._database.transaction() as session:
            sounds.forget_others(session, every)
            texts = of_languages if anew else sounds.missing(session, voice, of_languages)
        return [of_languages[text] for text in texts]

    def _make(self, voice: str, language: str, key: SentenceKey) -> tuple[Made, bytes]:
        text = words(key, language)
        usage = Tokens()
        why_not: str | None = None
        sound = b""
        try:
            spoken = self._speaker.speak(text, diner=text, timeout_s=WITHIN_S, voice=voice)
            usage = spoken.usage
            check(text, spoken)
            sound = self._aside.line(spoken.sound)
            sound += rest_of_frame(len(sound))
        except RealtimeError as error:
            why_not = error.kind
        except (StrayedError, OpeningError) as error:
            why_not = str(error)
        return Made(voice, language, key, why_not, usage), sound
