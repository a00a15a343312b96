"""Voice notes of practice, in Ogg with Opus as WhatsApp has them, and the words in one.

What they sound like is `speech.py`'s.
"""

from io import BytesIO

import av

from sandbox.practice.speech import SAMPLES_PER_S, heard, spoken

# As WhatsApp's own.
NOTE_SAMPLES_PER_S = 16_000
BITS_PER_S = 24_000


def voice_note(words: str) -> bytes:
    """A file that a telephone might have recorded. The practice model hears these words in it."""
    return as_note(spoken(words))


def as_note(pcm: bytes) -> bytes:
    """Any sound as a voice note; `pcm` as in `speech.py`."""
    file = BytesIO()
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=NOTE_SAMPLES_PER_S)
        stream.layout = "mono"
        stream.bit_rate = BITS_PER_S
        resampler = av.AudioResampler(format="s16", layout="mono", rate=NOTE_SAMPLES_PER_S)
        for frame in (_frame(pcm), None):
            for each in resampler.resample(frame):
                container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return file.getvalue()


def words_in(note: bytes) -> str | None:
    """What is said in a voice note of practice, ours and theirs; None in any other sound."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLES_PER_S)
    pcm = bytearray()
    with av.open(BytesIO(note), "r") as container:
        for frame in (*container.decode(audio=0), None):
            for each in resampler.resample(frame):
                pcm += bytes(each.planes[0])[: 2 * each.samples]
    return heard(bytes(pcm))


def _frame(pcm: bytes) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
    frame.sample_rate = SAMPLES_PER_S
    frame.pts = 0
    plane = frame.planes[0]
    plane.update(pcm + bytes(plane.buffer_size - len(pcm)))
    return frame
