"""The worst that comes as a file, fetched and opened in earnest: told in a sentence, soon."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Response

from conversation.opening import Opening
from models.inbox import Medium
from models.tokens import NO_TOKENS, Tokens
from realtime import request
from realtime.client import RealtimeError
from realtime.transcribe import Transcript
from tests.sandbox.twilio.world import serving
from tests.whatsapp.files import PLENTY_S, photo, sound
from tests.whatsapp.test_images import png
from tests.whatsapp.test_media import AT_TWILIO, Host, Waiting, door, redirect
from whatsapp.aside import Aside
from whatsapp.decoding import BYTES_PER_SAMPLE, MOST_S, RATE_HZ
from whatsapp.enclosures import PICTURE, Found
from whatsapp.media import PIECE
from whatsapp.room import Room

DISH, NOTE = Medium(AT_TWILIO, "image/jpeg"), Medium(AT_TWILIO, "audio/ogg")
# Each is refused within a second where nobody else keeps the machine busy.
SOON_S = PLENTY_S / 2


class Ear:
    """Who hears: silence is nothing, and any sound these words."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.trouble: RealtimeError | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def transcribe(self, pcm: bytes, *, diner: object, timeout_s: float) -> Transcript:
        self.heard.append(len(pcm))
        self.meanwhile()
        if self.trouble:
            raise self.trouble
        return Transcript("Two teas" if any(pcm[:1_000]) else "", Tokens(1, 0, 1))


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    with serving(host) as host.url:
        yield host


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def opening(host: Host, ear: Ear) -> Opening:
    transcriber: Any = ear
    return Opening(
        door(host.url, Waiting(), lambda *_: ["10.0.0.7"]), Aside(timeout_s=PLENTY_S), transcriber
    )


def test_a_picture_is_seen_and_a_note_heard(opening: Opening, host: Host) -> None:
    host.gives(Response(photo()), Response(sound(2)))
    seen, usage = opening.open(DISH, 7)
    assert (seen.note, usage) == (PICTURE, NO_TOKENS)
    assert seen.picture
    assert opening.open(NOTE, 7) == (Found("[heard in a voice note]", "Two teas"), Tokens(1, 0, 1))


def test_what_is_decoded_is_what_a_model_hears() -> None:
    assert (RATE_HZ, BYTES_PER_SAMPLE) == (request.SAMPLES_PER_S, request.BYTES_PER_SAMPLE)


def test_of_a_long_note_its_beginning_is_heard(opening: Opening, host: Host, ear: Ear) -> None:
    host.gives(Response(sound(30) * 12))
    found, _ = opening.open(NOTE, 7)
    assert found.note == "[heard in a voice note; only its first 5 minutes were heard]"
    assert ear.heard == [MOST_S * 48_000]


@pytest.mark.parametrize(
    ("medium", "answer", "why"),
    [
        (NOTE, Response(sound(60, is_silent=True) * 360), "nobody could understand it"),
        (NOTE, Response(b"OggS" + b"\xff" * 5_000), "it is broken"),
        (NOTE, Response(photo()), "it is of a kind that can't be heard here"),
        (NOTE, Response("<html>Not found</html>"), "it is of a kind that can't be heard here"),
        (DISH, Response(png(50_000, 50_000)), "it has too many pixels"),
        (DISH, Response(photo()[:5_000]), "it is broken"),
        (DISH, Response(sound(1)), "it is no picture of a kind that can be opened here"),
        (DISH, Response(b"%PDF-1.7"), "it is no picture of a kind that can be opened here"),
        (DISH, redirect("https://mms.twiliocdn.com/file"), "it did not come through"),
        (DISH, redirect("http://169.254.169.254/"), "it did not come through"),
        (DISH, Response(status=404), "it did not come through"),
        (DISH, Response(b""), "it is empty"),
    ],
)
def test_the_worst_is_told_in_a_sentence(
    opening: Opening, host: Host, medium: Medium, answer: Response, why: str
) -> None:
    host.gives(answer)
    began = time.monotonic()
    found, _ = opening.open(medium, 7)
    assert time.monotonic() - began < SOON_S
    assert found.picture is None
    assert found.note.endswith(f": {why}]")


def test_forty_megabytes_are_told_as_too_large(opening: Opening, host: Host) -> None:
    host.gives(Response(host.pieces(640)))
    found, _ = opening.open(DISH, 7)
    assert found.note == "[sent a picture, which can't be opened here: it is larger than 5 MB]"
    assert host.sent < 640 * PIECE


def test_another_accounts_file_is_not_asked_for(opening: Opening, host: Host) -> None:
    theirs = Medium(AT_TWILIO.replace("AC0", "AC1"), "image/jpeg")
    assert opening.open(theirs, 7)[0].note.endswith(": it did not come through]")
    assert host.asked == []


def test_where_nobody_hears_it_is_told_as_that(opening: Opening, host: Host, ear: Ear) -> None:
    ear.trouble = RealtimeError("busy", usage=Tokens(9))
    host.gives(Response(sound(1)))
    found, usage = opening.open(NOTE, 7)
    assert found.note == (
        "[sent a voice note that can't be heard: nothing is heard here at the moment]"
    )
    assert usage == Tokens(9)


def test_a_small_note_holds_no_more_than_it_brings(host: Host, ear: Ear) -> None:
    held = []
    a_room = Room(1_000_000)

    class Hand:
        def sound(self, content: bytes, _diner: object) -> bytes:
            held.append((len(content), a_room.taken))
            return bytes(9_600)

    hand: Any = Hand()
    transcriber: Any = ear
    opening = Opening(door(host.url, Waiting()), hand, transcriber, a_room)
    host.gives(Response(sound(2)))
    opening.open(NOTE, 7)
    assert held == [(len(sound(2)), len(sound(2)))]


def test_what_is_heard_holds_its_samples_and_no_more(
    opening: Opening, host: Host, ear: Ear
) -> None:
    held = []
    ear.meanwhile = lambda: held.append(opening.room_of_samples.taken)
    host.gives(Response(sound(2)))
    opening.open(NOTE, 7)
    assert held == [2 * ear.heard[0]]
    assert opening.room_of_samples.taken == 0
