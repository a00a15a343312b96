"""µ-law as telephones have it, held to values of G.711, and the practice voice through it."""

import struct
from zlib import crc32

import pytest

from sandbox.practice import mulaw
from sandbox.practice.speech import heard_in_mulaw, spoken_in_mulaw

ENCODED = 0x3B7C3A3E
DECODED = 0x0C847A9F


@pytest.mark.parametrize(
    ("sample", "byte"),
    [
        (0, 0xFF),
        (8, 0xFE),
        (-4, 0x7E),
        (100, 0xF2),
        (-1_000, 0x4E),
        (1_000, 0xCE),
        (32_767, 0x80),
        (-32_768, 0x00),
    ],
)
def test_samples_become_the_bytes_of_the_standard(sample: int, byte: int) -> None:
    assert mulaw.encode(struct.pack("<h", sample)) == bytes([byte])


def test_all_samples_and_all_bytes_are_as_in_the_reference() -> None:
    """The sums are those of what Python's own `audioop` made of them, as long as there was one."""
    every = struct.pack("<65536h", *range(-32_768, 32_768))
    assert crc32(mulaw.encode(every)) == ENCODED
    assert crc32(mulaw.decode(bytes(range(256)))) == DECODED


def test_what_was_decoded_is_encoded_to_the_same() -> None:
    for byte in range(256):
        # There are two zeros, of which the positive one is told.
        expected = 0xFF if byte == 0x7F else byte
        assert mulaw.encode(mulaw.decode(bytes([byte]))) == bytes([expected])


def test_silence_is_not_loud() -> None:
    assert mulaw.loudness(mulaw.SILENCE * 160) == mulaw.loudness(b"") == 0
    assert mulaw.loudness(mulaw.encode(struct.pack("<2h", 8_000, -8_000) * 80)) > 7_000


@pytest.mark.parametrize("words", ["Two goat brochettes, please", "Għandkom ħobż bla glutina?"])
@pytest.mark.parametrize("before", [0, 1, 333, 8_001])
def test_the_practice_voice_is_heard_over_a_telephone(words: str, before: int) -> None:
    assert heard_in_mulaw(mulaw.SILENCE * before + spoken_in_mulaw(words)) == words


def test_half_of_its_words_are_not_heard() -> None:
    sound = spoken_in_mulaw("Are you open on Sunday?")
    assert heard_in_mulaw(sound[: len(sound) // 2]) is None


def test_hearing_gives_way_at_every_letter() -> None:
    letters: list[None] = []
    heard_in_mulaw(spoken_in_mulaw("Muraho neza"), lambda: letters.append(None))
    assert len(letters) >= len("Muraho neza")
