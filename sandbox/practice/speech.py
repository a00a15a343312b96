"""The practice voice: words as a row of chirps, two tones a byte, that a machine can hear again.

It is no speech, and sounds like none. But it goes the whole way that a voice goes, through Opus and
back, so that what was said in practice is heard by the sound alone. Pure.
"""

import math
import sys
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import mul
from zlib import crc32

from sandbox.practice import mulaw

SAMPLES_PER_S = 24_000
BYTES_PER_SAMPLE = 2
# A byte is one chirp, and so about a letter: the pace of somebody who speaks quickly.
CHIRP_S = 0.04
EDGE_S = 0.004  # it swells and fades, else it would click
LOUDNESS = 7_000  # of each of the two tones; a sample's most is 32,767
# In Hz, below what the narrowest of voice notes carries. A byte's high four bits are a low tone.
LOW = tuple(range(480, 1_440, 60))
HIGH = tuple(range(1_600, 3_200, 100))
# A pair that no byte has says that words begin.
BEGINS = (360, 3_400)
BEGINS_S = 0.2
PAUSE_S = 0.3  # before the first and after the last chirp
# Heard at a third of the samples: enough for tones below 4,000 Hz.
THIN = 3
HEARD_PER_S = SAMPLES_PER_S // THIN
# Of a chirp, what surely lies between its edges.
WINDOW = round(0.028 * HEARD_PER_S)
STEP = round(0.004 * HEARD_PER_S)
# How much of a window's strength its two tones make, where it is a chirp.
SURE = 0.5
CHECK_BYTES = 4
MOST_BYTES = 4_000


def _go_on() -> None:
    """Nobody waits."""


def spoken(words: str) -> bytes:
    """PCM of SAMPLES_PER_S: 16 bits, little-endian, mono."""
    said = words.encode(errors="replace")[:MOST_BYTES]
    check = crc32(said).to_bytes(CHECK_BYTES)
    pause = bytes(BYTES_PER_SAMPLE * round(PAUSE_S * SAMPLES_PER_S))
    chirps = [_chirp(byte >> 4, byte & 15) for byte in len(said).to_bytes(2) + said + check]
    return b"".join([pause, _begins(), *chirps, pause])


def heard(pcm: bytes) -> str | None:
    """The words that `spoken` put there; None where there are none."""
    samples = array("h", pcm[: len(pcm) - len(pcm) % 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return _heard(samples[::THIN])


def spoken_in_mulaw(words: str) -> bytes:
    """The same as a telephone carries it."""
    samples = array("h", spoken(words))[::THIN]
    return mulaw.encode(samples.tobytes())


def heard_in_mulaw(sound: bytes, give_way: Callable[[], object] = _go_on) -> str | None:
    """The words that a telephone carried; None where there are none.

    `give_way` is called at every letter: it is a millisecond of work, and others may be waiting.
    """
    return _heard(mulaw.samples(sound), give_way)


def _heard(thin: Sequence[int], give_way: Callable[[], object] = _go_on) -> str | None:
    begins = _first_chirps(thin)
    found = [said for at in begins if (said := _said_at(thin, at, give_way)) is not None]
    return " ".join(found) if found else None


def _said_at(thin: Sequence[int], at: float, give_way: Callable[[], object]) -> str | None:
    length = int.from_bytes(_bytes_at(thin, at, 2, give_way))
    said = _bytes_at(thin, at, 2 + length + CHECK_BYTES, give_way)[2:]
    words, check = said[:length], said[length:]
    if len(check) < CHECK_BYTES or crc32(words).to_bytes(CHECK_BYTES) != check:
        return None
    return words.decode(errors="replace")


def _first_chirps(thin: Sequence[int]) -> list[float]:
    """In seconds, where each mark that words begin ends."""
    mark = round(BEGINS_S * HEARD_PER_S)
    ends = len(thin) - WINDOW
    # Two windows so far apart don't pass a mark by; where it begins and ends, is looked for there.
    near = {
        start
        for within in range(0, ends, mark // 2)
        if _is_begin(thin[within : within + WINDOW])
        for start in range(max(0, within - mark), min(within + mark, ends), STEP)
    }
    loud = [start for start in sorted(near) if _is_begin(thin[start : start + WINDOW])]
    marks: list[list[int]] = []
    for start in loud:
        if marks and start - marks[-1][0] <= BEGINS_S * HEARD_PER_S:
            marks[-1].append(start)
        else:
            marks.append([start])
    middles = [(mark[0] + mark[-1] + WINDOW) / 2 / HEARD_PER_S for mark in marks]
    return [middle + BEGINS_S / 2 for middle in middles]


def _is_begin(window: Sequence[int]) -> bool:
    strength = sum(map(mul, window, window))
    return strength > 0 and _share(window, BEGINS, strength) > SURE


def _share(window: Sequence[int], tones: tuple[int, int], strength: float) -> float:
    power = sum(_power(window, tone) for tone in tones)
    return power * 2 / len(window) / strength


def _bytes_at(thin: Sequence[int], at: float, count: int, give_way: Callable[[], object]) -> bytes:
    """As many as there are, `count` at most."""
    found = bytearray()
    for nth in range(min(count, MOST_BYTES + 2 + CHECK_BYTES)):
        middle = at + (nth + 0.5) * CHIRP_S
        start = round(middle * HEARD_PER_S) - WINDOW // 2
        window = thin[start : start + WINDOW]
        if len(window) < WINDOW:
            break
        give_way()
        found.append(_loudest(window, LOW) << 4 | _loudest(window, HIGH))
    return bytes(found)


def _loudest(window: Sequence[int], tones: Sequence[int]) -> int:
    return max(range(len(tones)), key=lambda nth: _power(window, tones[nth]))


def _power(window: Sequence[int], tone: int) -> float:
    cosine, sine = _waves(tone)
    across: float = sum(map(mul, window, cosine))
    along: float = sum(map(mul, window, sine))
    return across * across + along * along


@lru_cache(maxsize=64)
def _waves(tone: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    turns = [2 * math.pi * tone * nth / HEARD_PER_S for nth in range(WINDOW)]
    return tuple(map(math.cos, turns)), tuple(map(math.sin, turns))


@lru_cache(maxsize=256)
def _chirp(low: int, high: int) -> bytes:
    return _tones(LOW[low], HIGH[high], CHIRP_S)


@lru_cache(maxsize=1)
def _begins() -> bytes:
    return _tones(*BEGINS, BEGINS_S)


def _tones(low: int, high: int, seconds: float) -> bytes:
    length = round(seconds * SAMPLES_PER_S)
    edge = round(EDGE_S * SAMPLES_PER_S)
    samples = array("h")
    for nth in range(length):
        swell = min(1.0, nth / edge, (length - nth) / edge)
        turn = 2 * math.pi * nth / SAMPLES_PER_S
        samples.append(round(LOUDNESS * swell * (math.sin(low * turn) + math.sin(high * turn))))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
