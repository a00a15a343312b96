"""Sound files and pictures as phones make them, and what an enemy makes of them."""

import io
import math
from array import array
from collections.abc import Iterator
from random import Random
from typing import cast

import av
from PIL import Image

PIECE = 960  # samples
# For an interpreter to start, and open a file, on a machine that has other work.
PLENTY_S = 60.0


def sound(
    seconds: float = 1.0,
    *,
    container: str = "ogg",
    codec: str = "libopus",
    rate: int = 48_000,
    layout: str = "mono",
    is_silent: bool = False,
) -> bytes:
    """A tone, or silence."""
    tone = [int(9000 * math.sin(nth * math.tau * 440 / rate)) for nth in range(PIECE)]
    channels = 2 if layout == "stereo" else 1
    samples = array("h", [each for each in tone for _ in range(channels)]).tobytes()
    if is_silent:
        samples = bytes(len(samples))
    written = io.BytesIO()
    with av.open(written, "w", format=container) as made:
        stream = cast(av.AudioStream, made.add_stream(codec, rate=rate, layout=layout))
        for nth in range(math.ceil(seconds * rate / PIECE)):
            frame = av.AudioFrame(format="s16", layout=layout, samples=PIECE)
            frame.rate = rate
            frame.pts = nth * PIECE
            frame.planes[0].update(samples)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return written.getvalue()


def photo(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB", **options: object
) -> bytes:
    """A picture that is noise on its left and white on its right."""
    picture = Image.new(mode, size, "white")
    noise = Image.effect_noise((size[0] // 2, size[1]), 80).convert(mode)
    picture.paste(noise, (0, 0))
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def mutated(content: bytes, random: Random, count: int) -> Iterator[bytes]:
    """The file with bytes changed, cut out, put in twice, or with its end missing."""
    for _ in range(count):
        spoilt = bytearray(content)
        for _ in range(random.choice([1, 3, 10, 100])):
            at = random.randrange(len(spoilt)) if random.random() < 0.7 else random.randrange(64)
            match random.randrange(5):
                case 0:
                    spoilt[at % len(spoilt)] = random.randrange(256)
                case 1:
                    spoilt[at : at + 4] = random.choice(
                        [b"\xff" * 4, bytes(4), b"\x7f" + b"\xff" * 3]
                    )
                case 2 if len(spoilt) > 200:
                    del spoilt[at : at + random.randrange(1, 64)]
                case 3:
                    spoilt[at:at] = spoilt[at : at + random.randrange(1, 64)]
                case _ if len(spoilt) > 400 and random.random() < 0.05:
                    del spoilt[at + 200 :]
        yield bytes(spoilt)
