"""µ-law, as telephones carry a voice: a byte for a sample of 8,000 a second. Pure.

As G.711 of the ITU has it, exactly: a sign, three bits for how loud, four for where within that.
"""

import sys
from array import array

SAMPLES_PER_S = 8_000
BYTES_PER_MS = 8
SILENCE = b"\xff"
# Of samples of fourteen bits, as which G.711 sees them.
_BIAS = 33
_MOST = 8_158


def _decoded(byte: int) -> int:
    exponent = (~byte >> 4) & 7
    size = ((((~byte & 15) << 1) + _BIAS) << exponent) - _BIAS
    return (size if byte & 0x80 else -size) << 2


def _encoded(sample: int) -> int:
    size = min(abs(sample), _MOST) + _BIAS
    exponent = size.bit_length() - 6
    mantissa = (size >> (exponent + 1)) & 15
    return ~((0x80 if sample < 0 else 0) | exponent << 4 | mantissa) & 0xFF


_DECODED = tuple(map(_decoded, range(256)))
# By a sample's sixteen bits, read as a number without a sign; the last two make no difference.
_ENCODED = b"".join(bytes([_encoded(sample)]) * 4 for sample in (*range(8_192), *range(-8_192, 0)))
# How loud each byte is, from 0 to 125, a step for 256.
_LOUDNESS = bytes(abs(_decoded(byte)) >> 8 for byte in range(256))
LOUDNESS_STEP = 256


def encode(pcm: bytes) -> bytes:
    """PCM of 8,000 samples a second, 16 bits, little-endian, as µ-law."""
    bits = array("H", pcm[: len(pcm) - len(pcm) % 2])
    if sys.byteorder == "big":
        bits.byteswap()
    return bytes(map(_ENCODED.__getitem__, bits))


def decode(sound: bytes) -> bytes:
    """µ-law as PCM of 8,000 samples a second, 16 bits, little-endian."""
    pcm = array("h", samples(sound))
    if sys.byteorder == "big":
        pcm.byteswap()
    return pcm.tobytes()


def samples(sound: bytes) -> "array[int]":
    return array("h", map(_DECODED.__getitem__, sound))


def loudness(sound: bytes) -> float:
    """The mean of what its samples are away from silence; 0 for none."""
    if not sound:
        return 0.0
    return sum(sound.translate(_LOUDNESS)) * LOUDNESS_STEP / len(sound)
