"""A browser's recording, as MediaRecorder makes it."""

import io
import math
from array import array
from typing import cast

import av

RATE = 48_000


def recording(seconds: float = 1.0, *, container: str = "webm", codec: str = "libopus") -> bytes:
    """A tone."""
    samples = range(int(RATE * seconds))
    tone = array("h", (int(8000 * math.sin(440 * math.tau * nth / RATE)) for nth in samples))
    return as_recording(tone, RATE, container=container, codec=codec)


def as_recording(
    sound: "array[int]", rate: int, *, container: str = "webm", codec: str = "libopus"
) -> bytes:
    """`sound`: samples of 16 bits."""
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(sound))
    plane = frame.planes[0]
    plane.update(sound.tobytes() + bytes(plane.buffer_size - 2 * len(sound)))
    frame.rate = rate
    written = io.BytesIO()
    with av.open(written, "w", format=container) as made:
        stream = cast(av.AudioStream, made.add_stream(codec, rate=rate, layout="mono"))
        made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return written.getvalue()


def seconds_of(note: bytes) -> float:
    with av.open(io.BytesIO(note), "r") as given:
        stream = given.streams.audio[0]
        assert (given.format.name, stream.codec.name, stream.channels) == ("ogg", "opus", 1)
        return sum(frame.samples for frame in given.decode(stream)) / RATE
