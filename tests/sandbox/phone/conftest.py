"""The phone's JSON API over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.sandbox.phone.browser import PNG, Browser
from tests.sandbox.phone.sounds import recording
from tests.sandbox.twilio.world import serving


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "phone.html").write_text("<title>Phone</title>", encoding="utf-8")
    (tmp_path / "phone.css").write_text("body {}", encoding="utf-8")
    (tmp_path / "icon.png").write_bytes(PNG)
    (tmp_path / "note.ogg").write_bytes(recording(0.1, container="ogg"))
    return tmp_path


@pytest.fixture
def phone(exchange: Exchange, page: Path) -> Iterator[Browser]:
    with serving(create_web(exchange, page)) as url:
        browser = Browser(url)
        yield browser
        browser.close()
