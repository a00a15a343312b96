"""The voice in which the practice model speaks to callers: espeak-ng's, where it is installed.

The one part of practice that runs a program: in a second it speaks for minutes.
"""

import shutil
import subprocess
from functools import lru_cache
from io import BytesIO

import av

PROGRAM = "espeak-ng"
TIMEOUT_S = 5
WORDS_PER_MINUTE = "190"
# By the Realtime API's names; any other speaks like the first.
VOICES = {"marin": "en+f3", "cedar": "en+m3"}
# As many minutes of 8,000 samples a second are 60 MB.
KEPT = 256


def is_there() -> bool:
    return shutil.which(PROGRAM) is not None


@lru_cache(maxsize=KEPT)
def voiced(words: str, voice: str, samples_per_s: int, program: str = PROGRAM) -> bytes | None:
    """PCM, 16 bits, little-endian, mono; None where this machine has no such program."""
    path = shutil.which(program)
    if path is None:
        return None
    name = VOICES.get(voice, VOICES["marin"])
    try:
        spoken = subprocess.run(  # noqa: S603  found by its name; the words go in by stdin
            [path, "-v", name, "-s", WORDS_PER_MINUTE, "--stdin", "--stdout"],
            input=words.encode(errors="replace"),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=True,
        )
        return _resampled(spoken.stdout, samples_per_s)
    except (OSError, subprocess.SubprocessError, av.FFmpegError):
        return None


def _resampled(wav: bytes, samples_per_s: int) -> bytes:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=samples_per_s)
    pcm = bytearray()
    with av.open(BytesIO(wav), "r") as container:
        for frame in (*container.decode(audio=0), None):
            for each in resampler.resample(frame):
                pcm += bytes(each.planes[0])[: 2 * each.samples]
    return bytes(pcm)
