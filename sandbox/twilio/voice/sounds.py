"""Sounds of <Play> and <Say> as the telephone has them: µ-law of 8,000 samples a second."""

import io

import av
import requests
from av.error import FFmpegError

from sandbox.twilio.voice.frames import BYTES_PER_S, SILENCE

LOAD_TIMEOUT_S = 15
MOST_BYTES = 40 * 1024 * 1024
FETCH_FAILURE = 11200
BAD_TYPE = 12300
SAID_S = 0.06  # for each letter


class SoundError(Exception):
    """Nothing to be heard: `code` is Twilio's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def load_sound(url: str) -> bytes:
    """Raises SoundError."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, timeout=LOAD_TIMEOUT_S)
    except requests.RequestException:
        raise SoundError(FETCH_FAILURE, f"Play: nothing answers at {url}") from None
    if answer.status_code != 200:
        raise SoundError(FETCH_FAILURE, f"Play: {url} answered {answer.status_code}")
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not kind.startswith("audio/") or len(answer.content) > MOST_BYTES:
        raise SoundError(BAD_TYPE, f"Play: Invalid Content-Type {kind!r}")
    return as_mulaw(answer.content)


def as_mulaw(file: bytes) -> bytes:
    """Raises SoundError where no sound can be read in it."""
    written = bytearray()
    try:
        with av.open(io.BytesIO(file), "r") as given:
            codec = av.CodecContext.create("pcm_mulaw", "w")
            codec.sample_rate = BYTES_PER_S
            codec.layout = "mono"
            codec.format = "s16"
            resampler = av.AudioResampler(format="s16", layout="mono", rate=BYTES_PER_S)
            for frame in (*given.decode(given.streams.audio[0]), None):
                for each in resampler.resample(frame):
                    for packet in codec.encode(each):
                        written += bytes(packet)
    except (FFmpegError, IndexError):
        raise SoundError(BAD_TYPE, "Play: this file can't be read as sound") from None
    return bytes(written)


def said(text: str) -> bytes:
    """It takes as long as somebody would to say it, and is silent."""
    return SILENCE * round(len(text) * SAID_S * BYTES_PER_S)
