"""Pictures are sized down for a model, and what is none, or a bomb, is refused."""

import io
import struct
import zlib
from contextlib import suppress
from random import Random

import pytest
from PIL import Image

from tests.whatsapp.files import mutated, photo
from whatsapp.decoding import OpeningError
from whatsapp.images import LONGEST_PX, MOST_BYTES, sized_down

RED, WHITE = (254, 0, 0), (255, 255, 255)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def png(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_large_picture_becomes_a_small_jpeg(kind: str) -> None:
    small = sized_down(photo((2_400, 1_600), kind))
    picture = opened(small)
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert max(picture.size) <= LONGEST_PX
    assert picture.width / picture.height == pytest.approx(1.5, abs=0.01)
    assert len(small) <= MOST_BYTES


def test_a_small_one_keeps_its_size() -> None:
    assert opened(sized_down(photo((300, 200)))).size == (300, 200)


def test_it_stands_upright_and_tells_nothing_of_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "Alice's phone"
    small = opened(sized_down(photo((400, 200), exif=exif, comment=b"at home")))
    assert small.size == (200, 400)
    assert not small.getexif()
    assert "comment" not in small.info


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_whatever_its_colours_are_made_of(mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (40, 30)).save(written, "PNG")
    assert opened(sized_down(written.getvalue())).mode == "RGB"


def test_what_shines_through_is_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(written, "PNG")
    assert opened(sized_down(written.getvalue())).getpixel((5, 5)) == WHITE


def test_print_colours_are_shown() -> None:
    written = io.BytesIO()
    Image.new("CMYK", (40, 30)).save(written, "JPEG")
    assert opened(sized_down(written.getvalue())).mode == "RGB"


def test_of_a_moving_one_its_first_frame_is_seen() -> None:
    written = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    red, green, blue = opened(sized_down(written.getvalue())).getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > green + blue


@pytest.mark.parametrize("size", [(50_000, 50_000), (20_000, 4_000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_by_what_it_says_of_itself(size: tuple[int, int]) -> None:
    with pytest.raises(OpeningError, match="too many pixels"):
        sized_down(png(*size))


def test_one_of_many_scans_may_be_as_large_as_one_that_is_read_whole() -> None:
    large = (6_000, 5_000)
    with pytest.raises(OpeningError, match="too many pixels"):
        sized_down(photo(large, "JPEG", "L", progressive=True))
    assert sized_down(photo(large, "JPEG", "L"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>404</html>",
        b"%PDF-1.7",
        b"OggS\0\x02" + bytes(100),
        b"BM" + bytes(100),
        b"II*\0" + bytes(100),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(OpeningError):
        sized_down(content)


def test_who_sends_heic_is_told_what_would_do() -> None:
    with pytest.raises(OpeningError, match="JPEG"):
        sized_down(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))


def test_what_lost_its_end_is_broken() -> None:
    whole = photo()
    with pytest.raises(OpeningError, match="broken"):
        sized_down(whole[: len(whole) // 2])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_spoilt_files_are_seen_or_refused(kind: str) -> None:
    for spoilt in mutated(photo((120, 80), kind), Random(7), 20):
        with suppress(OpeningError):
            assert len(sized_down(spoilt)) <= MOST_BYTES
