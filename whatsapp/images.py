"""Pictures sized down for a model: JPEGs, upright, small, and without what a camera noted of them.

What comes in is a stranger's: its kind is read from its content, and its size before its pixels
are. `whatsapp.aside` calls it in a process of its own.
"""

import warnings
from contextlib import suppress
from io import BytesIO

from PIL import (
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from whatsapp.decoding import OpeningError

LONGEST_PX = 1_024
MOST_BYTES = 120_000
# A JPEG is read at a fraction of its size, unless it comes in ever finer scans; those and others
# are read whole, at four bytes a pixel and more.
MOST_PIXELS, MOST_PIXELS_WHOLE = 64_000_000, 24_000_000
_FORMATS = tuple(
    each.format
    for each in (
        JpegImagePlugin.JpegImageFile,  # and MPO, as many a phone makes it
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        GifImagePlugin.GifImageFile,
    )
    if each.format
)
# Each is tried until the JPEG is small enough: its quality, and its longest side.
_TRIES = ((82, LONGEST_PX), (68, LONGEST_PX), (55, 896), (40, 768), (30, 512))
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def sized_down(content: bytes) -> bytes:
    """The picture as a JPEG of MOST_BYTES at most, its first frame. Raises OpeningError."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise OpeningError("it is a HEIC picture; sent as a JPEG it could be")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)
            with Image.open(BytesIO(content), formats=_FORMATS) as opened:
                return _small(_upright(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise OpeningError("it has too many pixels") from None
    except UnidentifiedImageError:
        raise OpeningError("it is no picture of a kind that can be opened here") from None
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError):
        # All that Pillow's readers raise of a broken file.
        raise OpeningError("it is broken") from None
    except MemoryError:
        raise OpeningError("it has too many pixels") from None


def _upright(opened: Image.Image) -> Image.Image:
    """Its pixels, small, the right way up, on white where it is transparent."""
    is_in_parts = opened.format in ("JPEG", "MPO") and not opened.info.get("progressive")
    most = MOST_PIXELS if is_in_parts else MOST_PIXELS_WHOLE
    if opened.width * opened.height > most:
        raise OpeningError("it has too many pixels")
    opened.draft("RGB", (LONGEST_PX, LONGEST_PX))
    picture: Image.Image = opened
    picture.thumbnail((LONGEST_PX, LONGEST_PX), reducing_gap=2.0)
    with suppress(Exception):  # what a camera noted may be broken where the picture is not
        picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _small(picture: Image.Image) -> bytes:
    small = b""
    for quality, longest in _TRIES:
        picture.thumbnail((longest, longest))
        written = BytesIO()
        picture.save(written, "JPEG", quality=quality)
        small = written.getvalue()
        if len(small) <= MOST_BYTES:
            break
    return small
