"""Where in a session's sound somebody speaks: by its loudness and its own time alone."""

import pytest

from sandbox.practice import mulaw
from sandbox.practice.speech import heard, heard_in_mulaw, spoken, spoken_in_mulaw
from sandbox.realtime.hearing import Ear, Started, Stopped

SEMANTIC = {"type": "semantic_vad", "eagerness": "auto", "create_response": None}
SERVER = {"type": "server_vad"}
FRAME = 160
LOUD = spoken_in_mulaw("A" * 200)[4_000:]  # without the pause before it
QUIET = mulaw.SILENCE


def hear(ear: Ear, sound: bytes, frame: int = FRAME) -> list[Started | Stopped]:
    frames = (sound[begin : begin + frame] for begin in range(0, len(sound), frame))
    return [happened for each in frames for happened in ear.hear(each)]


def of_loud(ms: int, quiet_ms: int = 0) -> bytes:
    return LOUD[: 8 * ms] + QUIET * 8 * quiet_ms


def test_speech_begins_after_a_moment_of_it_and_a_little_earlier() -> None:
    ear = Ear("audio/pcmu", SEMANTIC)
    assert hear(ear, QUIET * 8_000 + of_loud(60)) == []
    assert hear(ear, of_loud(40)) == [Started(700)]


def test_a_click_is_no_speech() -> None:
    ear = Ear("audio/pcmu", SEMANTIC)
    assert hear(ear, of_loud(60, quiet_ms=200) * 5) == []


@pytest.mark.parametrize(
    ("detection", "quiet_ms"),
    [
        (SEMANTIC, 300),
        ({**SEMANTIC, "eagerness": "high"}, 200),
        ({**SEMANTIC, "eagerness": "low"}, 600),
        (SERVER, 500),
        ({**SERVER, "silence_duration_ms": 240}, 240),
    ],
)
def test_it_ends_after_so_much_quiet(detection: dict[str, object], quiet_ms: int) -> None:
    ear = Ear("audio/pcmu", detection)
    started, *more = hear(ear, of_loud(500, quiet_ms - 20))
    assert (started, more) == (Started(0), [])
    [stopped] = hear(ear, QUIET * 160)
    assert isinstance(stopped, Stopped)
    assert stopped.at_ms == 500 + quiet_ms


def test_what_was_said_is_whole_and_told_once() -> None:
    ear = Ear("audio/pcmu", SEMANTIC)
    said = ["One coffee", "and a tea"]
    found = hear(ear, b"".join(spoken_in_mulaw(each) + QUIET * 2_400 for each in said), 77)
    assert [type(each) for each in found] == [Started, Stopped] * 2
    assert [heard_in_mulaw(each.sound) for each in found if isinstance(each, Stopped)] == said
    assert ear.buffered_ms < 1_000


def test_a_higher_threshold_wants_it_louder() -> None:
    soft = mulaw.encode((1_000).to_bytes(2, "little") * 8_000)
    assert hear(Ear("audio/pcmu", {**SERVER, "threshold": 0.5}), soft)
    assert not hear(
        Ear("audio/pcmu", {**SERVER, "threshold": 1.0}), mulaw.encode(b"\x58\x02" * 800)
    )


def test_it_hears_pcm_too() -> None:
    ear = Ear("audio/pcm", SEMANTIC)
    _, stopped = hear(ear, spoken("Muraho") + bytes(48_000), 960)
    assert isinstance(stopped, Stopped)
    assert heard(stopped.sound) == "Muraho"


def test_without_detection_all_is_kept_until_it_is_taken() -> None:
    ear = Ear("audio/pcmu", None)
    assert hear(ear, of_loud(1_000, 1_000)) == []
    assert ear.buffered_ms == 2_000
    assert ear.take() == of_loud(1_000, 1_000)
    assert ear.buffered_ms == 0
