"""What people do on the practice phone, in a real browser."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.scenarios.world import House

ANSWER_MS = 45_000
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


@contextmanager
def browsing(chromium: Path, flags: Sequence[str] = ()) -> Iterator[Browser]:
    expect.set_options(timeout=ANSWER_MS)
    with sync_playwright() as playwright:
        arguments = [*CHROMIUM_FLAGS, *flags]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@contextmanager
def opened(practice: House, browser: Browser, viewport: Any) -> Iterator[Page]:
    """The page; whatever it logs as an error fails the test."""
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{practice.url}/phone")
    yield page
    context.close()
    assert complaints == []


def phone_of(name: str, page: Page, restaurant: str = "Inzozi Kitchen") -> Page:
    as_new_diner(page, name)
    open_chat(page, restaurant)
    return page


def as_new_diner(page: Page, name: str) -> None:
    page.get_by_test_id("diner-switch").click()
    page.get_by_test_id("new-diner").click()
    field = page.get_by_role("textbox", name=re.compile("name", re.IGNORECASE))
    field.fill(name)
    field.press("Enter")
    expect(page.get_by_test_id("diner-switch")).to_contain_text(name)


def open_chat(page: Page, restaurant: str) -> None:
    page.get_by_test_id("chat-item").filter(has_text=restaurant).click()
    expect(page.get_by_test_id("chat-title")).to_contain_text(restaurant)


def write(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def ask(page: Page, text: str) -> str:
    """What one reads next, having written this."""
    before = replies(page).count()
    write(page, text)
    expect(replies(page)).to_have_count(before + 1, timeout=ANSWER_MS)
    return str(replies(page).last.locator(".body").inner_text())


def replies(page: Page) -> Locator:
    return page.locator('[data-testid="message"][data-direction="in"]')


def own(page: Page) -> Locator:
    """What one has sent."""
    return page.locator('[data-testid="message"][data-direction="out"]')
