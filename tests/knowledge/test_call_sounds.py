"""The packaged sounds say what the sentences say, as loud as a voice, in Twilio's frames."""

import json
import math
import sys
from array import array

import pytest

from conversation.call.sentences import KEYS, words
from handlers.sounds import as_wav
from knowledge.call_sounds import DEMO, ENDING, FOLDER, packaged
from knowledge.phrases import LANGUAGES
from tests.voices.__main__ import CALLER, SAID
from whatsapp import audio
from whatsapp.decoding import RATE_HZ
from whatsapp.streams import BYTES_PER_MS, FRAME_BYTES

FULL_SCALE = 32_768
LARGEST_OF_ALL = 2_500_000
# Nobody speaks slower or faster, in characters a second.
SLOWEST, FASTEST = 7, 25
EACH: list[tuple[str, str]] = [(key, language) for language in LANGUAGES for key in KEYS]
EACH += [(str(nth), CALLER) for nth in range(len(DEMO))]


def samples_of(sound: bytes) -> "array[int]":
    samples = array("h", audio.decode(as_wav(sound)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def level_db(samples: "array[int]") -> float:
    power = sum(each * each for each in samples) / len(samples)
    return 20 * math.log10(max(math.sqrt(power), 1) / FULL_SCALE)


def test_each_is_of_the_sentence_as_it_is_said_now() -> None:
    """`python -m tests.voices` makes them anew."""
    said = json.loads(SAID.read_text(encoding="utf-8"))
    sentences = {language: {key: words(key, language) for key in KEYS} for language in LANGUAGES}
    assert said == sentences | {CALLER: {str(nth): line for nth, line in enumerate(DEMO)}}


def test_there_is_one_for_each_and_no_other() -> None:
    assert {(file.stem, file.parent.name) for file in FOLDER.rglob(f"*{ENDING}")} == set(EACH)
    assert sum(file.stat().st_size for file in FOLDER.rglob("*")) < LARGEST_OF_ALL
    assert len({packaged(*each) for each in EACH}) == len(EACH)


@pytest.mark.parametrize(("key", "language"), EACH)
def test_it_is_as_long_as_its_words_in_whole_frames(key: str, language: str) -> None:
    sound = packaged(key, language)
    text = json.loads(SAID.read_text(encoding="utf-8"))[language][key]
    seconds = len(sound) / BYTES_PER_MS / 1000
    assert len(sound) % FRAME_BYTES == 0
    assert len(text) / FASTEST <= seconds <= len(text) / SLOWEST + 0.5


@pytest.mark.parametrize("language", [*LANGUAGES, CALLER])
def test_it_is_as_loud_as_a_voice_and_begins_and_ends_in_silence(language: str) -> None:
    for key in (key for key, each in EACH if each == language):
        samples = samples_of(packaged(key, language))
        edge = RATE_HZ // 20
        assert level_db(samples[:edge]) < -60
        assert level_db(samples[-edge:]) < -60
        frames = [samples[at : at + edge] for at in range(0, len(samples), edge)]
        loud = array("h", (each for frame in frames if level_db(frame) > -45 for each in frame))
        assert -24 < level_db(loud) < -16, key
        assert max(map(abs, samples)) < FULL_SCALE - 1, key


@pytest.mark.parametrize(("key", "language"), [("", "en"), ("hello", "de"), ("../en/hello", "en")])
def test_what_is_none_of_ours_is_nothing(key: str, language: str) -> None:
    assert packaged(key, language) == b""
