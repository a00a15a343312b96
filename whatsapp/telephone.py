"""Our own sound as telephones have it: µ-law of 8 kHz, one channel, no file's head before it.

`whatsapp.aside` calls it in a process of its own, where a few seconds take some milliseconds.
"""

from collections.abc import Iterator

import av

from whatsapp.decoding import OpeningError
from whatsapp.streams import LINE_RATE_HZ
from whatsapp.voice_note import frame_of


def encode(pcm: bytes) -> bytes:
    """`pcm` is as `whatsapp.decoding` says; a byte of what comes back is one sample of 8,000 Hz.

    Raises OpeningError.
    """
    if not pcm:
        raise OpeningError("there is no sound")
    codec = av.CodecContext.create("pcm_mulaw", "w")
    assert isinstance(codec, av.AudioCodecContext), "it is a codec of sound"
    codec.sample_rate = LINE_RATE_HZ
    codec.layout = "mono"
    codec.format = "s16"
    return b"".join(
        bytes(packet) for frame in (*_thinned(pcm), None) for packet in codec.encode(frame)
    )


def _thinned(pcm: bytes) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=LINE_RATE_HZ)
    for frame in (frame_of(pcm), None):
        yield from resampler.resample(frame)
