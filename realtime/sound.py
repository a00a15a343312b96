"""Sound as the Realtime API takes it (see SAMPLES_PER_S), looked at from afar.

How long it is, whether there is any, and where it can be cut. It decodes and encodes nothing.
"""

import sys
from array import array
from collections.abc import Iterator

from realtime.request import BYTES_PER_SAMPLE, SAMPLES_PER_S

BYTES_PER_S = SAMPLES_PER_S * BYTES_PER_SAMPLE
# Of a sample, whose most is 32767: what is never louder is silence, or a microphone's own noise.
SILENCE = 100
# One sample in so many is looked at: enough to tell a voice from a pause.
STRIDE = 12
PAUSE_S = 0.1
# What is looked at at once, in bytes: a second, which mostly tells enough.
WINDOW = BYTES_PER_S


def seconds_in(pcm: bytes) -> float:
    return len(pcm) / BYTES_PER_S


def is_silent(pcm: bytes) -> bool:
    windows = (_samples(pcm[at : at + WINDOW]) for at in range(0, len(pcm), WINDOW))
    return all(_loudest(window[::STRIDE]) < SILENCE for window in windows)


def pieces(pcm: bytes, most_s: float, look_back_s: float) -> Iterator[bytes]:
    """Cut into pieces of `most_s` at most, each where its last `look_back_s` are at their quietest.

    So a cut goes between two words, not through one.
    """
    begin = 0
    most, look_back = _in_bytes(most_s), _in_bytes(look_back_s)
    while len(pcm) - begin > most:
        from_ = begin + most - look_back
        end = from_ + _quietest(pcm[from_ : begin + most])
        yield pcm[begin:end]
        begin = end
    yield pcm[begin:]


def _in_bytes(seconds: float) -> int:
    return round(seconds * SAMPLES_PER_S) * BYTES_PER_SAMPLE


def _quietest(pcm: bytes) -> int:
    """In bytes: the middle of the quietest PAUSE_S in it."""
    length = round(PAUSE_S * SAMPLES_PER_S)
    samples = _samples(pcm)
    starts = range(0, len(samples) - length, length)
    start = min(starts, key=lambda start: _loudest(samples[start : start + length : STRIDE]))
    return (start + length // 2) * BYTES_PER_SAMPLE


def _samples(pcm: bytes) -> "array[int]":
    samples = array("h", pcm[: len(pcm) - len(pcm) % BYTES_PER_SAMPLE])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _loudest(samples: "array[int]") -> int:
    return max(abs(each) for each in (min(samples), max(samples))) if samples else 0
