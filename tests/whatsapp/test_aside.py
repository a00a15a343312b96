"""Files are opened in processes of their own: what one of them does there harms nobody."""

import pytest

from tests.whatsapp.files import photo, sound
from tests.whatsapp.test_images import png
from whatsapp.aside import Aside, OpeningError


def test_a_picture_and_a_sound_are_opened() -> None:
    aside = Aside()
    assert aside.picture(photo()).startswith(b"\xff\xd8\xff")
    assert len(aside.sound(sound(1))) == pytest.approx(48_000, abs=4_000)


@pytest.mark.parametrize(
    ("what", "content", "why"),
    [
        ("picture", png(50_000, 50_000), "it has too many pixels"),
        ("picture", sound(0.1), "it is no picture of a kind that can be opened here"),
        ("picture", photo()[:5_000], "it is broken"),
        ("sound", b"OggS", "it is broken"),
        ("sound", photo(), "it is of a kind that can't be heard here"),
    ],
)
def test_what_can_not_be_opened_says_why(what: str, content: bytes, why: str) -> None:
    with pytest.raises(OpeningError) as refusal:
        getattr(Aside(), what)(content)
    assert str(refusal.value) == why


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(OpeningError, match="too long"):
        Aside(timeout_s=0.01).sound(sound(1))
