"""Calls from the phone in a real browser, taken by what `make run` starts."""

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.practice.speech import SAMPLES_PER_S, spoken
from tests.scenarios.phones import ANSWER_MS, NARROW, ask, browsing, open_chat, opened, phone_of
from tests.scenarios.world import House

SAID = "I'm allergic to peanuts"
BYTES_PER_S = 2 * SAMPLES_PER_S
KEPT_WITHIN = 10  # questions: what was said in a call is kept a moment after its end


@pytest.fixture
def speaking(chromium_path: Path, tmp_path: Path) -> Iterator[Browser]:
    """Its microphone hears SAID, then nothing for a while, again and again."""
    heard = tmp_path / "heard.wav"
    with wave.open(str(heard), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_S)
        file.writeframes(bytes(BYTES_PER_S) + spoken(SAID) + bytes(8 * BYTES_PER_S))
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    ]
    with browsing(chromium_path, flags) as browser:
        yield browser


def test_what_a_diner_says_on_the_telephone_is_known_in_the_chat(
    practice: House, speaking: Browser
) -> None:
    with opened(practice, speaking, NARROW) as calling, opened(practice, speaking, NARROW) as chat:
        phone_of("Paula", calling)
        as_known_diner("Paula", chat)
        ring(calling, "WhatsApp call")
        said = calling.get_by_role("log", name="What was said")
        expect(said).to_contain_text("I keep that in mind", timeout=2 * ANSWER_MS)
        calling.get_by_role("button", name="Hang up").click()
        expect(calling.get_by_test_id("calling")).to_be_hidden()
        assert any("peanuts" in ask(chat, "/me") for _ in range(KEPT_WITHIN))


def test_who_asks_for_a_person_by_telephone_is_put_through(
    practice: House, browser: Browser
) -> None:
    with opened(practice, browser, NARROW) as phone:
        phone_of("Quinn", phone)
        ring(phone, "Telephone call")
        hears(phone, 1)
        phone.get_by_test_id("calling-words").fill("Can I talk to a human?")
        phone.get_by_test_id("calling-words").press("Enter")
        said = phone.get_by_role("log", name="What was said")
        expect(said).to_contain_text("Put through to +", timeout=3 * ANSWER_MS)
        phone.get_by_role("button", name="Hang up").click()
        expect(phone.get_by_test_id("calling")).to_be_hidden()


def ring(page: Page, by: str) -> None:
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("menuitem", name=by).click()
    expect(page.get_by_test_id("calling")).to_have_attribute(
        "data-state", "answered", timeout=ANSWER_MS
    )


def hears(page: Page, seconds: float) -> None:
    page.wait_for_function(
        "seconds => document.getElementById('calling').dataset.heard > seconds",
        arg=seconds,
        timeout=ANSWER_MS,
    )


def as_known_diner(name: str, page: Page) -> None:
    """The phone of somebody who is there by now."""
    page.reload()
    page.get_by_test_id("diner-switch").click()
    page.get_by_role("menuitemradio", name=name).click()
    open_chat(page, "Inzozi Kitchen")
