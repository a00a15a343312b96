"""Files are opened in processes of their own: what one of them does there harms nobody."""

import os
import resource
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.whatsapp.files import PLENTY_S, photo, sound
from tests.whatsapp.test_images import png
from whatsapp.aside import Aside
from whatsapp.decoding import OpeningError


def test_a_picture_and_a_sound_are_opened() -> None:
    aside = Aside(timeout_s=PLENTY_S)
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
        getattr(Aside(timeout_s=PLENTY_S), what)(content)
    assert str(refusal.value) == why


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(OpeningError, match="too long"):
        Aside(timeout_s=0.01).sound(sound(1))


def test_a_process_stands_by_for_the_next_file_and_not_for_long() -> None:
    aside = Aside(timeout_s=PLENTY_S, stands_by_s=0.1)
    aside.picture(photo())
    first = aside.standing_by
    assert first is not None
    until = time.monotonic() + PLENTY_S
    while aside.standing_by or first.is_alive:
        assert time.monotonic() < until
        time.sleep(0.01)
    with pytest.raises(ChildProcessError):
        os.waitpid(first.pid, os.WNOHANG)


def test_each_file_has_one_of_its_own_also_where_one_stood_by() -> None:
    aside = Aside(timeout_s=PLENTY_S)
    stood_by = set()
    for open_it, file in (
        (aside.picture, photo()),
        (aside.sound, sound(1)),
        (aside.note, bytes(48_000)),
    ):
        assert open_it(file)
        assert aside.standing_by is not None
        stood_by.add(aside.standing_by.pid)
    assert len(stood_by) == 3


def test_one_that_ended_while_it_stood_by_harms_no_file() -> None:
    aside = Aside(timeout_s=PLENTY_S)
    aside.picture(photo())
    assert aside.standing_by is not None
    aside.standing_by.end()
    assert aside.picture(photo())


def test_why_a_decoder_does_not_even_load_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "av.py").write_text("raise ImportError('libavcodec.so.62: not found')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with capture_logs() as logged, pytest.raises(OpeningError, match="it is broken"):
        Aside(timeout_s=PLENTY_S).sound(b"OggS")
    (died,) = [each for each in logged if each["event"] == "aside.died"]
    assert (died["what"], died["status"]) == ("sound", 1)
    assert died["why"] == "ImportError('libavcodec.so.62: not found')"


def test_where_there_is_no_room_for_a_process_that_is_told() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, most[1]))
    try:
        with pytest.raises(OpeningError, match="at the moment"):
            Aside(timeout_s=PLENTY_S).picture(b"")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
