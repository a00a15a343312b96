"""One file of a diner's opened: fetched, and seen or heard. What it came to, is told in words.

It stores nothing, and whatever a file is, it raises nothing: what can't be opened is told as that.
"""

from dataclasses import dataclass, field
from threading import Semaphore

from models.inbox import Medium
from realtime.client import RealtimeError
from realtime.events import NO_USAGE, Usage
from realtime.sound import seconds_in
from realtime.transcribe import Transcriber
from telemetry.logs import log
from whatsapp import enclosures
from whatsapp.aside import Aside
from whatsapp.decoding import MOST_S, OpeningError
from whatsapp.enclosures import Found
from whatsapp.media import MediaDoor, MediaError

# For the words of a note, from when it was fetched.
HEARD_WITHIN_S = 45.0
AT_ONCE = 8
NOT_NOW = "nothing is heard here at the moment"


@dataclass(frozen=True, slots=True)
class Opening:
    """`room`: for so many files at once, each of which may be megabytes, and more as sound."""

    door: MediaDoor
    aside: Aside
    transcriber: Transcriber
    room: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))

    def open(self, medium: Medium, diner_id: int) -> tuple[Found, Usage]:
        """What is in a file, and what it took of a model to find out."""
        with self.room:
            return self._opened(medium, diner_id)

    def _opened(self, medium: Medium, diner_id: int) -> tuple[Found, Usage]:
        try:
            content = self.door.fetch(medium.url)
            if medium.is_picture:
                seen = Found(enclosures.PICTURE, picture=self.aside.picture(content))
                return seen, NO_USAGE
            if medium.is_sound:
                return self._heard(medium, self.aside.sound(content), diner_id)
            return enclosures.read(medium, content), NO_USAGE
        except (MediaError, OpeningError) as error:
            log.info("media.not_opened", type=medium.type, why=str(error))
            return enclosures.unopened(medium, str(error)), NO_USAGE

    def _heard(self, medium: Medium, pcm: bytes, diner_id: int) -> tuple[Found, Usage]:
        try:
            transcript = self.transcriber.transcribe(pcm, diner=diner_id, timeout_s=HEARD_WITHIN_S)
        except RealtimeError as error:
            log.warning("media.not_heard", kind=error.kind)
            return enclosures.unopened(medium, NOT_NOW), error.usage
        if not transcript.text:
            return enclosures.unopened(medium, "nobody could understand it"), transcript.usage
        is_cut = seconds_in(pcm) >= MOST_S
        heard = enclosures.heard(medium, transcript.text, MOST_S // 60 if is_cut else None)
        return heard, transcript.usage
