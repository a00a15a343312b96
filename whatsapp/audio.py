"""Sound files as plain samples, for a model that hears: see `whatsapp.decoding`.

What comes in is a stranger's: its kind is read from its first bytes, and nothing that it names is
ever opened. `whatsapp.aside` calls it in a process of its own.
"""

from collections.abc import Iterator
from io import BytesIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from whatsapp.decoding import BYTES_PER_SAMPLE, MOST_S, RATE_HZ, OpeningError

LONGEST_S = 30 * 60  # what says that it is longer is no note
MOST_PCM = MOST_S * RATE_HZ * BYTES_PER_SAMPLE  # bytes
# A telephone has 8 kHz: what says less is a few bytes that would be minutes.
LEAST_HZ = 4_000
# Broken packets, before a file is none: a note that lost a few is still understood.
MOST_BROKEN = 50
# A page of Ogg has so many bytes before its content. Where more begin, a search for the next true
# one takes seconds.
OGG_HEADER = 27
# What phones record and WhatsApp takes.
_CODECS = (
    "opus,libopus,vorbis,mp3,mp3float,aac,aac_fixed,amrnb,amrwb,libopencore_amrnb,flac,"
    "pcm_s16le,pcm_s16be,pcm_u8,pcm_s24le,pcm_s32le,pcm_f32le,pcm_mulaw,pcm_alaw"
)


def decode(content: bytes) -> bytes:
    """The samples of a sound file, MOST_S of them at most. Raises OpeningError."""
    kind = _kind_of(content)
    if kind is None:
        raise OpeningError("it is of a kind that can't be heard here")
    if content.count(b"OggS") > len(content) // OGG_HEADER:
        raise OpeningError("it is broken")
    pcm = bytearray()
    try:
        # Without a list of its own, a file could have others opened, by their address.
        options = {"format_whitelist": kind, "protocol_whitelist": "", "codec_whitelist": _CODECS}
        with av.open(
            BytesIO(content), "r", format=kind, options=options, metadata_errors="replace"
        ) as container:
            if (container.duration or 0) > LONGEST_S * av.time_base:
                raise OpeningError(f"it is longer than {LONGEST_S // 60} minutes")
            for piece in _samples(container):
                pcm += piece
                if len(pcm) >= MOST_PCM:
                    break
    except (av.FFmpegError, ValueError, EOFError, MemoryError):
        pass  # what was heard until then may do
    if not pcm:
        raise OpeningError("it is broken")
    return bytes(pcm[:MOST_PCM])


def _samples(container: InputContainer) -> Iterator[bytes]:
    stream = next(iter(container.streams.audio), None)
    if not isinstance(stream, AudioStream):
        return
    if 0 < stream.codec_context.sample_rate < LEAST_HZ:
        raise OpeningError("it is of a kind that can't be heard here")
    stream.codec_context.thread_count = 1
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    broken = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            broken += 1
            if broken > MOST_BROKEN:
                return
            continue
        for frame in frames:
            for resampled in resampler.resample(frame):
                yield bytes(resampled.planes[0])[: 2 * resampled.samples]
    for resampled in resampler.resample(None):
        yield bytes(resampled.planes[0])[: 2 * resampled.samples]


def _kind_of(content: bytes) -> str | None:
    """ffmpeg's name of the container, by the file's first bytes."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[4:8] == b"ftyp":
        return "mov"  # MP4, M4A, 3GP
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    return None


_STARTS = (
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xfa", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"#!AMR", "amr"),
    (b"fLaC", "flac"),
)
