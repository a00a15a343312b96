"""How long a recording is, whether there is anything in it, and where it is cut."""

import sys
from array import array
from typing import Any

from realtime.request import SAMPLES_PER_S
from realtime.sound import is_silent, pieces, seconds_in


def pcm(*loudness: tuple[float, int]) -> bytes:
    """Seconds of a sample's value, one after the other, in turn above and below zero."""
    samples = array("h")
    for seconds, value in loudness:
        samples.extend([value, -value] * round(seconds * SAMPLES_PER_S / 2))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def test_a_recording_is_as_long_as_its_samples_say() -> None:
    assert seconds_in(pcm((1.5, 0))) == 1.5


def test_a_microphones_own_noise_is_silence_and_a_voice_is_not() -> None:
    assert is_silent(b"")
    assert is_silent(pcm((2, 40)))
    assert not is_silent(pcm((2, 40), (0.2, 900), (2, 40)))


def test_half_a_sample_at_the_end_does_no_harm() -> None:
    assert is_silent(pcm((1, 0)) + b"\x01")


def test_a_short_recording_is_one_piece() -> None:
    assert list(pieces(pcm((3, 500)), 10, 2)) == [pcm((3, 500))]


def test_a_long_one_is_cut_in_its_last_pause_and_nothing_is_lost() -> None:
    spoken = pcm((8.5, 500), (0.3, 10), (9, 500), (1, 10), (6, 500))
    cut = list(pieces(spoken, 10, 2))
    assert b"".join(cut) == spoken
    assert round(seconds_in(cut[0]), 1) in (8.6, 8.7)
    assert all(seconds_in(each) <= 10 for each in cut)


class Watched(bytes):
    """It tells how much of it was looked at, in seconds."""

    looked_at = 0.0

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        Watched.looked_at += seconds_in(found)
        return found


def test_of_a_long_one_no_more_is_looked_at_than_needed() -> None:
    spoken = Watched(pcm((120, 500)))
    Watched.looked_at = 0.0
    assert not is_silent(spoken)
    assert Watched.looked_at <= 1
    assert len(list(pieces(spoken, 30, 5))) == 5
    assert Watched.looked_at <= 1 + 120 + 4 * 5
