"""Has espeak-ng speak the fixed sentences of calls: `python -m tests.voices`.

What is packaged is its output; it is run again where a sentence is said otherwise. espeak-ng is a
program of the machine's: Debian has it as a package.
"""

import json
import math
import subprocess
import sys
from array import array
from collections.abc import Sequence

from conversation.call.sentences import KEYS, words
from knowledge.call_sounds import DEMO, ENDING, FOLDER
from knowledge.phrases import LANGUAGES
from whatsapp import audio, streams, telephone
from whatsapp.decoding import RATE_HZ

# Of a demonstration; no language, but where its lines are.
CALLER = "demo"
# What each file says: a test holds it to the sentences.
SAID = FOLDER / "said.json"
# There is none for Kinyarwanda: Swahili's is the nearest.
VOICES = {
    "en": "en-gb+f2",
    "fr": "fr+f2",
    "it": "it+f2",
    "mt": "mt+f2",
    "rw": "sw+f2",
    "sw": "sw+f2",
    CALLER: "en-us+m3",
}
WORDS_PER_MINUTE = {"en": 160, "fr": 160, "it": 165, "mt": 175, "rw": 180, "sw": 180, CALLER: 165}
# How it is written for that voice, where it would not be said as it is.
SPELLED = {
    "fr": (("WhatsApp", "ouatsappe"),),
    "it": (("WhatsApp", "uozzàp"),),
    "mt": (("WhatsApp", "wotsapp"),),
    "rw": (("WhatsApp", "wotsapu"), ("cy", "chy")),
    "sw": (("WhatsApp", "wotsapu"),),
}
FULL_SCALE = 32_768
# As a person's voice on a telephone, in dB below the most: while it speaks, and at its loudest.
SPOKEN_DB, LOUDEST_DB = -20.0, -2.0
# Below it nobody speaks.
QUIET_DB = -45.0
FRAME_S = 0.02  # a frame of Twilio's
AROUND = 5  # frames of silence, before and behind


def spoken(text: str, language: str) -> bytes:
    """µ-law, in whole frames."""
    samples = array("h", audio.decode(_wav(text, language)))
    if sys.byteorder == "big":
        samples.byteswap()
    frames = _frames(samples)
    loud = [nth for nth, frame in enumerate(frames) if _level_db(frame) > QUIET_DB]
    gain = _gain([sample for nth in loud for sample in frames[nth]])
    louder = array("h", (round(gain * each) for each in _between(frames, loud[0], loud[-1])))
    if sys.byteorder == "big":
        louder.byteswap()
    return telephone.encode(louder.tobytes())


def _wav(text: str, language: str) -> bytes:
    for written, said in SPELLED.get(language, ()):
        text = text.replace(written, said)
    pace = str(WORDS_PER_MINUTE[language])
    command = ["espeak-ng", "-v", VOICES[language], "-s", pace, "--stdout"]
    return subprocess.run([*command, text], capture_output=True, check=True).stdout


def _frames(samples: Sequence[int]) -> list[Sequence[int]]:
    length = round(RATE_HZ * FRAME_S)
    return [samples[at : at + length] for at in range(0, len(samples) - length + 1, length)]


def _between(frames: Sequence[Sequence[int]], first: int, last: int) -> list[int]:
    """With some silence around it."""
    silence = [0] * (AROUND * len(frames[0]))
    said = [sample for frame in frames[first : last + 1] for sample in frame]
    return [*silence, *said, *silence]


def _gain(samples: Sequence[int]) -> float:
    """Until it is as loud as a voice is, and nowhere louder than can be."""
    wanted = 10 ** ((SPOKEN_DB - _level_db(samples)) / 20)
    most = FULL_SCALE * 10 ** (LOUDEST_DB / 20) / max(map(abs, samples))
    return float(min(wanted, most))


def _level_db(samples: Sequence[int]) -> float:
    power = sum(each * each for each in samples) / len(samples)
    return 20 * math.log10(max(math.sqrt(power), 1) / FULL_SCALE)


def main() -> None:
    for language in LANGUAGES:
        folder = FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for key in KEYS:
            sound = spoken(words(key, language), language)
            (folder / f"{key}{ENDING}").write_bytes(sound)
            print(f"{language} {key}: {len(sound) / streams.LINE_RATE_HZ:.1f} s")
    (FOLDER / CALLER).mkdir(exist_ok=True)
    for nth, line in enumerate(DEMO):
        (FOLDER / CALLER / f"{nth}{ENDING}").write_bytes(spoken(line, CALLER))
    said: dict[str, dict[str, str]]
    said = {language: {key: words(key, language) for key in KEYS} for language in LANGUAGES}
    said[CALLER] = {str(nth): line for nth, line in enumerate(DEMO)}
    SAID.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
