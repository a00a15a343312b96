"""Our sound on a telephone's line: a third of the samples, and the same tone."""

import math
import sys
from array import array
from itertools import pairwise

import pytest

from handlers.sounds import as_wav
from tests.whatsapp.files import PLENTY_S
from whatsapp import audio
from whatsapp.aside import Aside
from whatsapp.decoding import RATE_HZ, OpeningError
from whatsapp.streams import LINE_RATE_HZ
from whatsapp.telephone import encode


def tone(hz: float, seconds: float) -> bytes:
    turns = (2 * math.pi * hz * nth / RATE_HZ for nth in range(round(seconds * RATE_HZ)))
    samples = array("h", (round(8_000 * math.sin(turn)) for turn in turns))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def heard(pcm: bytes) -> "array[int]":
    """What is heard on the line, without the edges, where a tone begins and ends."""
    samples = array("h", audio.decode(as_wav(encode(pcm))))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples[RATE_HZ // 4 : -RATE_HZ // 4]


@pytest.mark.parametrize("seconds", [0.02, 1, 7.5])
def test_a_second_is_8000_bytes(seconds: float) -> None:
    assert len(encode(tone(440, seconds))) == round(seconds * LINE_RATE_HZ)


def test_it_is_the_same_tone_as_loud_as_before() -> None:
    samples = heard(tone(440, 1.5))
    assert sum(a < 0 <= b for a, b in pairwise(samples)) == pytest.approx(440, abs=2)
    assert max(samples) == pytest.approx(8_000, rel=0.05)


def test_silence_is_silent() -> None:
    assert set(encode(bytes(2 * RATE_HZ))) <= {0xFF, 0x7F}


def test_what_is_above_a_telephones_tones_is_left_out() -> None:
    """Else it would come back as another tone, within them."""
    assert max(map(abs, heard(tone(6_000, 1.5)))) < 100


def test_it_is_made_in_a_process_of_its_own() -> None:
    assert Aside(timeout_s=PLENTY_S).line(tone(440, 1)) == encode(tone(440, 1))
    with pytest.raises(OpeningError, match="no sound"):
        Aside(timeout_s=PLENTY_S).line(b"")
