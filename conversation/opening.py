"""One file of a diner's opened: fetched, and seen or heard. What it came to, is told in words.

It stores nothing, and whatever a file is, it raises nothing: what can't be opened is told as that.
"""

from dataclasses import dataclass, field

from models.inbox import Medium
from models.tokens import NO_TOKENS, Tokens
from realtime.client import RealtimeError
from realtime.sound import seconds_in
from realtime.transcribe import Transcriber
from telemetry.logs import log, log_defect
from telemetry.tracing import Kind, Span, tracing
from whatsapp import decoding, enclosures
from whatsapp.aside import Aside
from whatsapp.decoding import BYTES_PER_SAMPLE, MOST_S, RATE_HZ, OpeningError
from whatsapp.enclosures import Found
from whatsapp.media import MOST_BYTES, MOST_OF_PICTURE, MediaDoor, MediaError
from whatsapp.room import Room, Share

# For the words of a note, from when it was fetched.
HEARD_WITHIN_S = 45.0
# Samples are held twice: as they are, and as what is sent of them. How many a sound has, is known
# when they are there.
MOST_OF_SAMPLES = 2 * MOST_S * RATE_HZ * BYTES_PER_SAMPLE
# For all files at once, in bytes: as they come, and as samples.
ROOM, ROOM_OF_SAMPLES = 3 * MOST_BYTES, 3 * MOST_OF_SAMPLES
# A host that is to send a file waits for room as long as we do.
ROOM_WITHIN_S = 5.0
NOT_NOW = "nothing is heard here at the moment"


@dataclass(frozen=True, slots=True)
class Opening:
    """`room`: bytes, for the files as they come. `room_of_samples`: for what is heard of them."""

    door: MediaDoor
    aside: Aside
    transcriber: Transcriber
    room: Room = field(default_factory=lambda: Room(ROOM, ROOM_WITHIN_S))
    room_of_samples: Room = field(default_factory=lambda: Room(ROOM_OF_SAMPLES))

    def open(self, medium: Medium, diner_id: int) -> tuple[Found, Tokens]:
        """What is in a file, and what it took of a model to find out."""
        with tracing.span("open_media", _kind_of(medium)) as span:
            return self._open(medium, diner_id, span)

    def _open(self, medium: Medium, diner_id: int, span: Span) -> tuple[Found, Tokens]:
        try:
            with self.room.share(diner_id) as share:
                return self._opened(medium, diner_id, share)
        except (MediaError, OpeningError) as error:
            span.fail("not_opened")
            log.info("media.not_opened", type=medium.type, why=str(error))
            return enclosures.unopened(medium, str(error)), NO_TOKENS
        except Exception as error:  # noqa: BLE001 (a fault of ours in one file ends no turn)
            span.fail(type(error).__name__)
            log_defect("media.failed", error, type=medium.type)
            return enclosures.unopened(medium, decoding.NOT_NOW), NO_TOKENS

    def _opened(self, medium: Medium, diner_id: int, share: Share) -> tuple[Found, Tokens]:
        if medium.is_picture:
            content = self._fetched(medium, share, MOST_OF_PICTURE)
            seen = Found(enclosures.PICTURE, picture=self.aside.picture(content, diner_id))
            return seen, NO_TOKENS
        if medium.is_sound:
            with self.room_of_samples.share(diner_id) as samples:
                pcm = self._samples(medium, diner_id, share, samples)
                return self._heard(medium, pcm, diner_id)
        content = self._fetched(medium, share)
        return enclosures.read(medium, content), NO_TOKENS

    def _fetched(self, medium: Medium, share: Share, most: int = MOST_BYTES) -> bytes:
        with tracing.span("fetch_media", kind=Kind.CLIENT) as span:
            content = self.door.fetch(medium.url, most, share.take)
            span.note("tableside.media.bytes", len(content))
            return content

    def _samples(self, medium: Medium, diner_id: int, share: Share, samples: Share) -> bytes:
        content = self._fetched(medium, share)
        samples.take(MOST_OF_SAMPLES)
        pcm = self.aside.sound(content, diner_id)
        samples.take(2 * len(pcm))
        share.take(0)
        return pcm

    def _heard(self, medium: Medium, pcm: bytes, diner_id: int) -> tuple[Found, Tokens]:
        try:
            with tracing.span("transcribe"):
                transcript = self.transcriber.transcribe(
                    pcm, diner=diner_id, timeout_s=HEARD_WITHIN_S
                )
        except RealtimeError as error:
            log.warning("media.not_heard", kind=error.kind)
            return enclosures.unopened(medium, NOT_NOW), error.usage
        if not transcript.text:
            return enclosures.unopened(medium, "nobody could understand it"), transcript.usage
        is_cut = seconds_in(pcm) >= MOST_S
        heard = enclosures.heard(medium, transcript.text, MOST_S // 60 if is_cut else None)
        return heard, transcript.usage


def _kind_of(medium: Medium) -> str:
    """One of three: what a sender calls its type may be anything."""
    if medium.is_picture:
        return "picture"
    return "sound" if medium.is_sound else "file"
