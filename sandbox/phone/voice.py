"""A recording as WhatsApp sends it: a browser's own format in, Ogg with Opus out.

It reads no microphone and keeps nothing.
"""

import io

import av
from av.error import FFmpegError

from sandbox.bodies import RefusedError
from sandbox.practice.voice_note import words_in

RATE = 48_000  # Hz, as Opus has it
TYPE = "audio/ogg"


def as_voice_note(recording: bytes) -> bytes:
    """Raises RefusedError when there is no sound in it that can be read."""
    written = io.BytesIO()
    try:
        with (
            av.open(io.BytesIO(recording), "r") as given,
            av.open(written, "w", format="ogg") as note,
        ):
            _recode(given, note)
    except (FFmpegError, IndexError):
        raise RefusedError("media: this recording can't be read") from None
    return written.getvalue()


def words_of(note: bytes) -> str | None:
    """What the practice voice says in it; None in any other sound, and in what is none."""
    try:
        return words_in(note)
    except (FFmpegError, IndexError):
        return None


def _recode(given: av.container.InputContainer, note: av.container.OutputContainer) -> None:
    stream = note.add_stream("libopus", rate=RATE, layout="mono")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in given.decode(given.streams.audio[0]):
        for each in resampler.resample(frame):
            note.mux(stream.encode(each))
    for each in resampler.resample(None):
        note.mux(stream.encode(each))
    note.mux(stream.encode(None))
