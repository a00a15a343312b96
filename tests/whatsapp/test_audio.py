"""What phones record becomes samples for a model; what is no sound is refused, soon and small."""

import io
import time
import tracemalloc
import wave
from contextlib import suppress
from random import Random

import pytest

from tests.whatsapp.files import mutated, photo, sound
from whatsapp.audio import LONGEST_S, MOST_PCM, decode
from whatsapp.decoding import MOST_S, RATE_HZ, OpeningError


def seconds(pcm: bytes) -> float:
    return len(pcm) / (2 * RATE_HZ)


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("ogg", "libopus", 48_000),
        ("ogg", "libopus", 16_000),
        ("mp3", "libmp3lame", 44_100),
        ("adts", "aac", 44_100),
        ("mp4", "aac", 44_100),
        ("ipod", "aac", 44_100),
        ("3gp", "aac", 44_100),
        ("amr", "libopencore_amrnb", 8_000),
        ("wav", "pcm_s16le", 16_000),
        ("flac", "flac", 44_100),
    ],
)
def test_what_phones_record_is_heard(container: str, codec: str, rate: int) -> None:
    pcm = decode(sound(2, container=container, codec=codec, rate=rate))
    assert seconds(pcm) == pytest.approx(2, abs=0.1)
    assert max(pcm[1::2]) > 8  # loud, in the upper bytes


def test_two_channels_become_one() -> None:
    assert seconds(decode(sound(2, layout="stereo"))) == pytest.approx(2, abs=0.1)


def test_six_silent_hours_are_heard_for_five_minutes_within_a_second_or_so() -> None:
    # The pages of a minute, again and again: to encode six hours takes half a minute.
    silence = sound(60, is_silent=True) * 360
    tracemalloc.start()
    began = time.process_time()
    pcm = decode(silence)
    took_s = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(pcm) == MOST_PCM == MOST_S * RATE_HZ * 2
    assert took_s < 5
    assert peak < 5 * MOST_PCM


@pytest.mark.parametrize("begins", [b"", sound(1)])
def test_what_has_more_pages_than_can_be_is_refused_at_once(begins: bytes) -> None:
    began = time.process_time()
    with pytest.raises(OpeningError, match="broken"):
        decode(begins + b"OggS" * 4_000_000)
    assert time.process_time() - began < 1


def test_what_says_that_it_lasts_for_longer_is_refused_at_once() -> None:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes(8_000 * (LONGEST_S + 1)))
    with pytest.raises(OpeningError, match="longer than 30 minutes"):
        decode(written.getvalue())


def test_a_few_bytes_do_not_become_minutes() -> None:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(1)
        file.writeframes(bytes(600))
    with pytest.raises(OpeningError, match="kind"):
        decode(written.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OggS",
        b"OggS" + bytes(1000),
        b"ID3" + bytes(1000),
        b"RIFF\0\0\0\0WAVE" + bytes(1000),
        b"\0\0\0\x1cftypM4A " + bytes(1000),
        b"#!AMR\n" + b"\xff" * 1000,
        b"<html>404</html>",
        photo(),
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x1a\x45\xdf\xa3" + bytes(1000),
    ],
)
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    with pytest.raises(OpeningError):
        decode(content)


def test_what_lost_its_end_is_heard_until_there() -> None:
    whole = sound(4)
    assert 1 < seconds(decode(whole[: len(whole) // 2])) < 3


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [("ogg", "libopus", 48_000), ("mp3", "libmp3lame", 44_100), ("ipod", "aac", 44_100)],
)
def test_spoilt_files_are_heard_or_refused(container: str, codec: str, rate: int) -> None:
    whole = sound(1, container=container, codec=codec, rate=rate)
    for spoilt in mutated(whole, Random(7), 25):
        with suppress(OpeningError):
            assert len(decode(spoilt)) <= MOST_PCM
