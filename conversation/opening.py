"""One file of a diner's opened: fetched, and seen or heard. What it came to, is told in words.

It stores nothing, and whatever a file is, it raises nothing: what can't be opened is told as that.
"""

from dataclasses import dataclass, field

from models.inbox import Medium
from models.tokens import NO_TOKENS, Tokens
from realtime.client import RealtimeError
from realtime.sound import seconds_in
from realtime.transcribe import Transcriber
from telemetry.logs import log
from whatsapp import enclosures
from whatsapp.aside import Aside
from whatsapp.decoding import MOST_S, OpeningError
from whatsapp.enclosures import Found
from whatsapp.media import MOST_BYTES, MOST_OF_PICTURE, MediaDoor, MediaError
from whatsapp.room import Room, Share

# For the words of a note, from when it was fetched.
HEARD_WITHIN_S = 45.0
# A sound is held twice: as it came and as samples, then as samples and as what is sent of them.
MOST_OF_SOUND = 2 * MOST_BYTES
# For all files at once, in bytes: three sounds of the largest, as they come; many more as they are.
ROOM = 3 * MOST_OF_SOUND
NOT_NOW = "nothing is heard here at the moment"


@dataclass(frozen=True, slots=True)
class Opening:
    """`room`: bytes, for the files that are open."""

    door: MediaDoor
    aside: Aside
    transcriber: Transcriber
    room: Room = field(default_factory=lambda: Room(ROOM))

    def open(self, medium: Medium, diner_id: int) -> tuple[Found, Tokens]:
        """What is in a file, and what it took of a model to find out."""
        with self.room.share(diner_id) as share:
            return self._opened(medium, diner_id, share)

    def _opened(self, medium: Medium, diner_id: int, share: Share) -> tuple[Found, Tokens]:
        try:
            if medium.is_picture:
                content = self.door.fetch(medium.url, MOST_OF_PICTURE, share.take)
                seen = Found(enclosures.PICTURE, picture=self.aside.picture(content, diner_id))
                return seen, NO_TOKENS
            if medium.is_sound:
                pcm = self._samples(medium, diner_id, share)
                share.take(2 * len(pcm))
                return self._heard(medium, pcm, diner_id)
            content = self.door.fetch(medium.url, room_for=share.take)
            return enclosures.read(medium, content), NO_TOKENS
        except (MediaError, OpeningError) as error:
            log.info("media.not_opened", type=medium.type, why=str(error))
            return enclosures.unopened(medium, str(error)), NO_TOKENS

    def _samples(self, medium: Medium, diner_id: int, share: Share) -> bytes:
        def room_for(size: int) -> None:
            share.take(MOST_OF_SOUND if size else 0)

        return self.aside.sound(self.door.fetch(medium.url, room_for=room_for), diner_id)

    def _heard(self, medium: Medium, pcm: bytes, diner_id: int) -> tuple[Found, Tokens]:
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
