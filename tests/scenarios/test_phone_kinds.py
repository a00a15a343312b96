"""Every kind of message on the phone in a real browser, whose microphone hears what a test says."""

import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.practice.speech import SAMPLES_PER_S, spoken
from tests.scenarios.phones import (
    ANSWER_MS,
    NARROW,
    as_new_diner,
    ask,
    browsing,
    open_chat,
    opened,
    own,
    phone_of,
    replies,
    write,
)
from tests.scenarios.world import House


class Said(NamedTuple):
    """A voice note, what its answer has, and words of `/help` and of the waiter's greeting."""

    words: str
    answer: str
    helps: str
    waits: str


SAID = {
    "fr": Said("Avez-vous du café ?", "Espresso", "sur WhatsApp", "serveur"),
    "rw": Said("Mufite ikawa? Murakoze cyane", "Espresso", "kuri WhatsApp", "umuseriveri"),
}


@pytest.fixture(params=SAID)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(practice: House, browser: Browser) -> Iterator[Page]:
    with opened(practice, browser, NARROW) as page:
        yield phone_of("Olga", page)


@pytest.fixture
def speaking_phone(
    language: str, practice: House, chromium_path: Path, tmp_path: Path
) -> Iterator[Page]:
    """Its microphone hears the words of SAID, once each time that it is opened."""
    heard = tmp_path / "heard.wav"
    with wave.open(str(heard), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_S)
        file.writeframes(spoken(SAID[language].words))
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}%noloop",
    ]
    with browsing(chromium_path, flags) as browser, opened(practice, browser, NARROW) as page:
        yield phone_of(f"Diner {language}", page)


def test_a_diner_speaks_taps_looks_and_quotes_in_their_language(
    speaking_phone: Page, language: str
) -> None:
    phone = speaking_phone
    said = SAID[language]
    speak(phone, "0:03")
    assert said.answer in answered(phone, 1).inner_text()
    plays(own(phone).get_by_role("group", name="Voice note"))
    assert said.helps in ask(phone, "/help")
    taps(answered(phone, 2), "/waiter")
    expect(own(phone).last.get_by_test_id("quote")).to_contain_text("/waiter")
    assert said.waits in answered(phone, 3).inner_text()
    assert "RWF\u00a03,000" in ask(phone, "cappuccino")
    seen(answered(phone, 4).get_by_role("img", name="Photo: Cappuccino"))
    quoted = ask(phone, "say exactly: Isombe: *Isombe (cassava leaves with peanut)*")
    more(answered(phone, 5), "Reply")
    expect(phone.get_by_role("group", name="Replying to")).to_contain_text("Isombe")
    assert "contains peanuts" in ask(phone, "is it vegan?")
    expect(own(phone).last.get_by_test_id("quote")).to_contain_text(quoted[:20])


@pytest.mark.parametrize("language", ["fr"], indirect=True)
def test_a_recording_goes_out_by_send_alone(speaking_phone: Page) -> None:
    phone = speaking_phone
    microphone = phone.get_by_role("button", name="Record a voice note")
    send, field = phone.get_by_test_id("send"), phone.get_by_test_id("composer")
    microphone.dispatch_event("pointerdown", {"button": 0, "pointerId": 7})
    expect(send).to_be_focused()
    phone.get_by_test_id("recording").dispatch_event("pointercancel", {"pointerId": 7})
    expect(phone.get_by_role("timer")).to_have_text("0:01")
    phone.get_by_role("button", name="Delete the recording").click()
    expect(field).to_be_focused()
    microphone.dispatch_event("click")
    expect(send).to_be_focused()
    send.press("Escape")
    expect(field).to_be_focused()
    expect(phone.get_by_test_id("recording")).to_be_hidden()
    write(phone, "say exactly: words")
    answered(phone, 1)
    expect(own(phone)).to_have_count(1)


def test_what_a_diner_sends_beside_words_is_shown_and_answered(phone: Page, tmp_path: Path) -> None:
    shows(phone, tmp_path, "What is this?")
    assert "can't see pictures" in answered(phone, 1).inner_text()
    attach(phone, "Location")
    phone.get_by_label("Place", exact=True).select_option("Near the restaurant in Kigali")
    phone.get_by_role("button", name="Share").click()
    expect(own(phone).last.get_by_role("link", name="Location: Nyarutarama")).to_be_visible()
    expect(answered(phone, 2)).to_contain_text(re.compile(r"You are \d+ m from us"))
    attach(phone, "Sticker")
    phone.get_by_role("button", name="A cup of coffee, smiling").click()
    expect(own(phone).last.get_by_role("img", name="Sticker")).to_be_visible()
    assert "RWF" not in answered(phone, 3).inner_text()
    attach(phone, "Contact")
    phone.get_by_role("textbox", name="Name").fill("Ines")
    phone.get_by_role("button", name="Share").click()
    expect(own(phone).last.get_by_role("group", name="Contact: Ines")).to_be_visible()
    answered(phone, 4)
    more(own(phone).last, "Delete")
    expect(own(phone).last).to_contain_text("You deleted this message")
    phone.get_by_role("button", name="Record a voice note").click()  # this browser has none
    expect(phone.get_by_text("You can send a sound file instead")).to_be_visible()
    more(replies(phone).nth(1), "React with ❤️")
    expect(replies(phone).nth(1).get_by_role("img", name="You reacted with ❤️")).to_be_visible()


def test_a_dish_is_seen_with_its_words_below_it(phone: Page) -> None:
    write(phone, "Show me a picture of the brochette")
    shown = answered(phone, 1)
    seen(shown.locator(".media img"))
    expect(shown).to_contain_text("Brochette")
    write(phone, "Which coffee do you have?")
    expect(answered(phone, 2).locator(".media img")).to_have_count(0)


def test_what_is_written_outlives_an_edit_and_nothing_else_is_written_anew(phone: Page) -> None:
    ask(phone, "say exactly: one")
    field, box = phone.get_by_test_id("composer"), phone.get_by_role("group", name="Editing")
    field.fill("half of a question")
    assert_beside(own(phone).first)
    more(own(phone).first, "Reply")
    more(own(phone).first, "Edit")
    expect(box).to_contain_text("Edit")
    expect(field).to_have_value("say exactly: one")
    field.press("Escape")
    expect(box).to_be_hidden()
    expect(field).to_have_value("half of a question")
    more(own(phone).first, "Edit")
    phone.get_by_test_id("back").click()
    open_chat(phone, "Inzozi Kitchen")
    expect(box).to_be_hidden()
    expect(field).to_have_value("half of a question")
    more(own(phone).first, "Edit")
    attach(phone, "Sticker")
    phone.get_by_role("button", name="A cup of coffee, smiling").click()
    expect(box).to_be_hidden()
    answered(phone, 2)
    more(own(phone).first, "Edit")
    write(phone, "say exactly: two")
    expect(own(phone).first).to_contain_text("Edited")
    expect(field).to_have_value("half of a question")
    more(own(phone).first, "Reply")
    field.press("Enter")
    expect(own(phone).last.get_by_test_id("quote")).to_contain_text("say exactly: two")
    more(own(phone).first, "Delete")
    expect(own(phone).first).not_to_contain_text("Edited")
    expect(own(phone).last.get_by_test_id("quote")).to_contain_text("A message that was deleted")


def test_a_caption_stays_for_the_picture_that_goes(phone: Page, tmp_path: Path) -> None:
    broken, red = tmp_path / "broken.png", tmp_path / "red.png"
    broken.write_bytes(b"no picture")
    Image.new("RGB", (32, 20), "red").save(red)
    phone.get_by_test_id("photo-file").set_input_files([broken, red])
    phone.get_by_role("textbox", name="Caption").fill("What is this?")
    phone.get_by_role("dialog").get_by_role("button", name="Send").click()
    seen(own(phone).get_by_role("img", name="Photo: What is this?"))


def test_each_window_is_a_diner_of_its_own(phone: Page) -> None:
    other = phone.context.new_page()
    other.goto(phone.url)
    expect(other.get_by_test_id("diner-switch")).to_contain_text("Olga")
    as_new_diner(other, "Paul")
    phone.reload()
    expect(phone.get_by_test_id("diner-switch")).to_contain_text("Olga")
    expect(phone.get_by_test_id("chat-title")).to_contain_text("Inzozi Kitchen")


def speak(page: Page, until: str) -> None:
    """Record a voice note, and send it when the clock shows this."""
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.get_by_role("timer")).to_have_text(until)
    page.get_by_role("button", name="Send", exact=True).click()


def plays(note: Locator) -> None:
    expect(note).to_have_attribute("data-heard", "true")
    note.get_by_role("button", name="Play the voice note").click()
    expect(note.get_by_role("button", name="Pause the voice note")).to_be_visible()
    expect(note.get_by_role("slider")).not_to_have_value("0")


def shows(page: Page, folder: Path, caption: str) -> None:
    """Send two pictures, the first one with a caption."""
    pictures = [folder / "red.png", folder / "blue.png"]
    for picture in pictures:
        Image.new("RGB", (320, 200), picture.stem).save(picture)
    with page.expect_file_chooser() as chooser:
        attach(page, "Photos and videos")
    chooser.value.set_files(pictures)
    page.get_by_role("textbox", name="Caption").fill(caption)
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    seen(own(page).get_by_role("img", name=f"Photo: {caption}"))
    expect(own(page)).to_have_count(2)


def taps(message: Locator, choice: str) -> None:
    """Of the list below a message."""
    message.get_by_role("group", name="Choices").get_by_role("button").click()
    sheet = message.page.get_by_role("dialog")
    sheet.get_by_role("radio", name=choice).check()
    sheet.get_by_role("button", name="Send").click()


def seen(picture: Locator) -> None:
    """Loaded, not only there."""
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    expect(picture).to_have_js_property("complete", True)


def attach(page: Page, what: str) -> None:
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("menuitem", name=what).click()


def more(message: Locator, what: str) -> None:
    message.hover()
    message.get_by_role("button", name="React or reply").click()
    message.page.get_by_role("menuitem", name=what).click()


def assert_beside(message: Locator) -> None:
    """The arrow of one's own message stands left of it, and covers nothing."""
    arrow = message.get_by_test_id("more").bounding_box()
    bubble = message.locator(".bubble").bounding_box()
    assert arrow is not None
    assert bubble is not None
    assert arrow["x"] >= 0
    assert arrow["x"] + arrow["width"] <= bubble["x"]


def answered(page: Page, count: int) -> Locator:
    """The so-many-th answer."""
    expect(replies(page)).to_have_count(count, timeout=ANSWER_MS)
    return replies(page).nth(count - 1)
