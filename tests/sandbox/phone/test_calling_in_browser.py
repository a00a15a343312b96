"""The phone's call button in a real browser, whose microphone hears what a test says."""

import re
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from handlers.sounds import as_wav
from sandbox.practice.speech import SAMPLES_PER_S, spoken
from sandbox.realtime.voice import Voice
from sandbox.web import create_web
from tests.sandbox.twilio.voice.service import Service, answering, ringing
from tests.sandbox.twilio.world import serving
from tests.scenarios.phones import ANSWER_MS, browsing

SAID = "Do you have coffee?"
LASTS = re.compile(r"\d+:\d\d")  # since it is taken


@pytest.fixture
def service() -> Iterator[Service]:
    with answering(connects=True) as service:
        yield service


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    with ringing(service) as exchange, serving(create_web(exchange)) as url:
        yield url
        for call in exchange.calls.all():
            call.hang_up()


@pytest.fixture(scope="module")
def hearing(chromium_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """It hears SAID again and again."""
    heard = tmp_path_factory.mktemp("calling") / "heard.wav"
    with wave.open(str(heard), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_S)
        file.writeframes(spoken(SAID))
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    ]
    with browsing(chromium_path, flags) as browser:
        yield browser


@pytest.fixture
def page(url: str, hearing: Browser) -> Iterator[Page]:
    """Whatever it logs as an error fails the test."""
    page = hearing.new_page(viewport={"width": 390, "height": 844})
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{url}/phone")
    page.get_by_test_id("chat-item").first.click()
    yield page
    page.close()
    assert wrong == []


def call(page: Page, by: str) -> None:
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("menuitem", name=by).click()
    expect(page.get_by_test_id("calling-status")).to_have_text(LASTS, timeout=ANSWER_MS)


# Before the others: two sets of browsers at once are none of Playwright's.
def test_who_has_no_microphone_types_at_once_and_hears_why_nobody_answers(
    url: str, service: Service, chromium_path: Path
) -> None:
    service.files["/calls/sounds/not_taken-en.wav"] = ("audio/wav", as_wav(bytes(80_000)))
    played = f"{service.url}/calls/sounds/not_taken-en.wav"
    service.twiml["/calls"] = f"<Response><Play>{played}</Play></Response>"
    with browsing(chromium_path) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{url}/phone")
        page.get_by_test_id("chat-item").first.click()
        page.get_by_role("button", name="Call", exact=True).press("Enter")
        page.get_by_role("menuitem", name="WhatsApp call").press("ArrowDown")
        page.get_by_role("menuitem", name="Telephone call").press("Enter")
        expect(page.get_by_test_id("calling-words")).to_be_focused(timeout=ANSWER_MS)
        calling = page.get_by_test_id("calling")
        expect(calling).to_contain_text("CALLS_ENABLED=true", timeout=ANSWER_MS)


def test_one_speaks_presses_a_key_types_and_hangs_up(page: Page, service: Service) -> None:
    call(page, "WhatsApp call")
    line = service.line()
    assert line.understands(SAID)
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="0", exact=True).click()
    assert line.wait_for("dtmf")
    page.get_by_test_id("calling-words").fill("A table for two")
    page.get_by_test_id("calling-words").press("Enter")
    assert line.understands("A table for two")
    expect(page.get_by_role("log", name="What was said")).to_contain_text("You: A table for two")
    line.play(Voice(is_pcmu=True, is_live=True).say("With pleasure!"))
    expect(page.get_by_role("log", name="What was said")).to_contain_text("With pleasure!")
    page.get_by_role("button", name="Hang up").click()
    assert line.wait(lambda: line.is_over)
    expect(page.get_by_test_id("calling")).to_be_hidden()
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()


def test_where_the_other_side_ends_it_the_page_says_so(page: Page, service: Service) -> None:
    call(page, "Telephone call")
    line = service.line()
    line.play(bytes(range(1, 81)) * 10)
    line.mark("goodbye")
    assert line.wait_for("mark")
    line.connection.close()
    expect(page.get_by_test_id("calling-status")).to_contain_text("Call ended", timeout=ANSWER_MS)
    expect(page.get_by_test_id("calling-told")).to_contain_text("Call ended")  # said aloud, too
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_test_id("calling")).to_be_hidden()


def test_a_call_that_is_not_taken_says_why(page: Page, service: Service) -> None:
    service.statuses["/calls"] = 404
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("menuitem", name="WhatsApp call").click()
    expect(page.get_by_test_id("calling")).to_contain_text("HTTP: 404", timeout=ANSWER_MS)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("calling")).to_be_hidden()


def test_a_muted_microphone_is_not_heard(page: Page, service: Service) -> None:
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("menuitem", name="WhatsApp call").click()
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    line = service.line()
    # What was under way when it was muted is over some time.
    assert line.wait(lambda: set(line.said()[-16_000:]) == {0xFF})
    since = len(line.said())
    assert line.wait(lambda: len(line.said()) > since + 32_000)
    assert set(line.said()[since:]) == {0xFF}
    page.get_by_role("button", name="Mute").click()
    assert line.understands(SAID)
