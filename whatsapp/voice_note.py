"""Our own sound as WhatsApp's voice notes: Ogg with Opus, one channel, small enough to be one.

`whatsapp.aside` calls it in a process of its own: it takes a third of a second a minute.
"""

from io import BytesIO

import av

from whatsapp.decoding import BYTES_PER_SAMPLE, RATE_HZ, OpeningError

# What is larger is shown as a file:
# https://developers.facebook.com/docs/whatsapp/cloud-api/messages/audio-messages
MOST_BYTES = 512 * 1024
NOTE_RATE_HZ = 16_000  # as WhatsApp's own notes
BITS_PER_S = 24_000
LEAST_BITS_PER_S = 8_000
# Of the file, for the codec's changing needs and for Ogg's own headers.
ROOM = 0.8


def encode(pcm: bytes) -> bytes:
    """A voice note of `pcm`, which is as `whatsapp.decoding` says. Raises OpeningError."""
    seconds = len(pcm) / BYTES_PER_SAMPLE / RATE_HZ
    if not seconds:
        raise OpeningError("there is no sound")
    bits_per_s = min(BITS_PER_S, int(MOST_BYTES * 8 * ROOM / seconds))
    if bits_per_s < LEAST_BITS_PER_S:
        raise OpeningError("it is too long")
    note = _encoded(pcm, bits_per_s)
    if len(note) > MOST_BYTES:
        raise OpeningError("it is too large")
    return note


def _encoded(pcm: bytes, bits_per_s: int) -> bytes:
    file = BytesIO()
    with av.open(file, "w", format="ogg") as container:
        options = {"application": "voip", "vbr": "constrained"}
        stream = container.add_stream("libopus", rate=NOTE_RATE_HZ, options=options)
        stream.layout = "mono"
        stream.bit_rate = bits_per_s
        resampler = av.AudioResampler(format="s16", layout="mono", rate=NOTE_RATE_HZ)
        for frame in (frame_of(pcm), None):
            for each in resampler.resample(frame):
                container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return file.getvalue()


def frame_of(pcm: bytes) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // BYTES_PER_SAMPLE)
    frame.sample_rate = RATE_HZ
    frame.pts = 0
    plane = frame.planes[0]
    samples = pcm[: frame.samples * BYTES_PER_SAMPLE]
    plane.update(samples + bytes(plane.buffer_size - len(samples)))
    return frame
