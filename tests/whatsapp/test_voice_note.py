"""Our voice notes: Ogg with Opus and one channel, small enough to be shown as such."""

import random
from io import BytesIO

import av
import pytest

from sandbox.practice.speech import spoken
from sandbox.practice.voice_note import words_in
from tests.whatsapp.files import PLENTY_S
from whatsapp.aside import Aside
from whatsapp.decoding import OpeningError
from whatsapp.voice_note import MOST_BYTES, encode

MINUTE = 60 * 48_000


def noise(seconds: int) -> bytes:
    return random.Random(7).randbytes(seconds * 48_000)


def test_a_note_is_opus_in_ogg_with_one_channel_and_as_long_as_its_sound() -> None:
    note = encode(spoken("Two brochettes"))
    with av.open(BytesIO(note), "r") as container:
        stream = container.streams.audio[0]
        assert (container.format.name, stream.codec_context.name) == ("ogg", "opus")
        assert stream.layout.nb_channels == 1
        seconds = sum(frame.samples for frame in container.decode(stream)) / 48_000
    assert note.startswith(b"OggS")
    assert seconds == pytest.approx(len(spoken("Two brochettes")) / 48_000, abs=0.1)


def test_what_was_said_is_in_it() -> None:
    assert words_in(encode(spoken("Goat is 4,500 francs."))) == "Goat is 4,500 francs."


def test_the_worst_of_sounds_is_small_enough() -> None:
    assert len(encode(noise(60))) <= MOST_BYTES // 2
    assert len(encode(noise(240))) <= MOST_BYTES


@pytest.mark.parametrize("pcm", [b"", bytes(MINUTE * 30)], ids=["nothing", "half an hour"])
def test_what_can_be_no_note_is_refused(pcm: bytes) -> None:
    with pytest.raises(OpeningError):
        encode(pcm)


def test_it_is_made_in_a_process_of_its_own() -> None:
    assert words_in(Aside(timeout_s=PLENTY_S).note(spoken("Yes"))) == "Yes"
    with pytest.raises(OpeningError, match="no sound"):
        Aside(timeout_s=PLENTY_S).note(b"")
