"""The stand-in takes what sound and pictures OpenAI's server takes, and no others."""

from base64 import b64encode

import pytest

from sandbox.realtime.checks import check_event
from sandbox.realtime.media import MOST_BYTES
from sandbox.realtime.shapes import Refusal

JPEG = b"\xff\xd8\xff\xe0 and so on"
PNG = b"\x89PNG\r\n\x1a\n and so on"


def data(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def check(**part: object) -> None:
    item = {"type": "message", "role": "user", "content": [part]}
    check_event({"type": "response.create", "response": {"input": [item]}})


@pytest.mark.parametrize(
    "url", [data(JPEG), data(PNG, "image/png"), data(JPEG + b"0" * (MOST_BYTES - len(JPEG)))]
)
def test_a_jpeg_or_png_is_taken(url: str) -> None:
    check(type="input_image", image_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hello",
        "http://x.rw/a.jpg",
        "https://x.rw/a.jpg",
        data(b"<svg/>", "image/svg+xml"),
        data(b"GIF89a and so on", "image/gif"),
        data(b"RIFF....WEBP", "image/webp"),
        data(JPEG, "image/jpg"),
        data(JPEG, "image/png"),
        data(PNG),
        data(b"hello"),
        data(b""),
        "data:image/jpeg;base64,/9j/@@@",
        "data:image/jpeg,plain",
        data(JPEG + b"0" * MOST_BYTES),
        None,
    ],
)
def test_any_other_picture_is_refused(url: object) -> None:
    with pytest.raises(Refusal) as refused:
        check(type="input_image", image_url=url)
    assert refused.value.param == "response.input[0].content[0].image_url"


def test_so_much_sound_is_taken_and_no_more() -> None:
    check(type="input_audio", audio=b64encode(b"ab" * (MOST_BYTES // 2)).decode())
    with pytest.raises(Refusal) as refused:
        check(type="input_audio", audio=b64encode(b"ab" * (MOST_BYTES // 2 + 1)).decode())
    assert refused.value.code == "string_above_max_length"
