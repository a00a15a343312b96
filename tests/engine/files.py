"""What stands in place of Twilio's media, of their decoders, and of who hears: as the test says."""

from collections import Counter
from threading import Event, Lock
from typing import Any

from conversation.opening import Opening
from models.inbox import Medium
from models.tokens import Tokens
from realtime.client import RealtimeError
from realtime.transcribe import Transcript
from whatsapp.decoding import OpeningError
from whatsapp.media import NOT_THERE, MediaError

HOLD_S = 10.0


def picture(name: str) -> Medium:
    return Medium(f"https://api.twilio.com/{name}", "image/jpeg")


def note(name: str) -> Medium:
    return Medium(f"https://api.twilio.com/{name}", "audio/ogg")


class Files:
    """Each file is its own name; `words`: what is said in a note, by its name."""

    def __init__(self, **words: str) -> None:
        self.words = words
        self.broken: set[str] = set()
        self.missing: set[str] = set()
        self.troubles: dict[str, Exception] = {}
        self.fetched: Counter[str] = Counter()
        self.slow: set[str] = set()  # if any, they alone wait at the gate
        self.gate = Event()
        self.gate.set()
        self._lock = Lock()
        stands_in: Any = self
        self.opening = Opening(stands_in, stands_in, stands_in)

    def fetch(self, url: str, *_: object, **__: object) -> bytes:
        name = url.rpartition("/")[2]
        with self._lock:
            self.fetched[name] += 1
        if name in self.slow or not self.slow:
            assert self.gate.wait(HOLD_S), "held for too long"
        self._fail(name, MediaError)
        self._fail(name, ZeroDivisionError)
        if name in self.missing:
            raise MediaError(NOT_THERE)
        return name.encode()

    def picture(self, content: bytes, _diner: object) -> bytes:
        return self._opened(content)

    def sound(self, content: bytes, _diner: object) -> bytes:
        return self._opened(content)

    def transcribe(self, pcm: bytes, *, diner: object, timeout_s: float) -> Transcript:
        self._fail(pcm.decode(), RealtimeError)
        return Transcript(self.words.get(pcm.decode(), ""), Tokens(100, 0, 10))

    def _opened(self, content: bytes) -> bytes:
        self._fail(content.decode(), OpeningError)
        if content.decode() in self.broken:
            raise OpeningError("it is broken")
        return content

    def _fail(self, name: str, kind: type[Exception]) -> None:
        trouble = self.troubles.get(name)
        if isinstance(trouble, kind):
            raise trouble
