"""Every kind of message on the phone in a real browser, whose microphone hears what a test says."""

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.practice.speech import SAMPLES_PER_S, spoken
from tests.scenarios.phones import (
    ANSWER_MS,
    NARROW,
    browsing,
    opened,
    own,
    phone_of,
    replies,
)
from tests.scenarios.world import House

SAID = {"fr": "Avez-vous du café ?", "rw": "Mufite ikawa?"}


@pytest.fixture(params=SAID)
def phone(
    request: pytest.FixtureRequest, practice: House, chromium_path: Path, tmp_path: Path
) -> Iterator[Page]:
    """Its microphone hears the words of SAID, once each time that it is opened."""
    heard = tmp_path / "heard.wav"
    with wave.open(str(heard), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_S)
        file.writeframes(spoken(SAID[request.param], request.param))
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}%noloop",
    ]
    with browsing(chromium_path, flags) as browser, opened(practice, browser, NARROW) as page:
        yield phone_of(f"Diner {request.param}", page)


def test_a_voice_note_is_recorded_played_and_answered(phone: Page) -> None:
    phone.get_by_role("button", name="Record a voice note").click()
    expect(phone.get_by_role("timer")).to_have_text("0:03")
    phone.get_by_role("button", name="Send", exact=True).click()
    note = own(phone).get_by_role("group", name="Voice note")
    expect(note).to_have_attribute("data-heard", "true")
    expect(replies(phone)).to_have_count(1, timeout=ANSWER_MS)
    note.get_by_role("button", name="Play the voice note").click()
    expect(note.get_by_role("button", name="Pause the voice note")).to_be_visible()
    expect(note.get_by_role("slider")).not_to_have_value("0")
