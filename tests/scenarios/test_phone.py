"""The phone in a real browser, against what `make run` starts, on a narrow and on a wide screen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.postgres import Cluster
from tests.scenarios.conftest import SEEDED
from tests.scenarios.world import House, running_practice

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="module")
def practice(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[House]:
    with running_practice(
        seeded_postgres.create_database(next(database_names), template=SEEDED)
    ) as house:
        yield house


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[NARROW, WIDE], ids=["390 px", "1280 px"])
def phone(request: pytest.FixtureRequest, practice: House, browser: Browser) -> Iterator[Page]:
    """The open page; whatever it logs as an error fails the test."""
    viewport: Any = request.param
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


def replies(page: Page) -> Any:
    return page.locator('[data-testid="message"][data-direction="in"]')


def test_a_diner_types_and_the_reply_arrives_by_itself(phone: Page) -> None:
    as_new_diner(phone, "Dora")
    open_chat(phone, "Inzozi Kitchen")
    write(phone, "what coffee do you have?")
    expect(replies(phone).last).to_contain_text("RWF", timeout=15_000)
    expect(replies(phone).last.locator("strong").first).to_be_visible()
    expect(replies(phone).last.locator("li").first).to_be_visible()
    expect(phone.locator('[data-testid="message"][data-direction="out"]').last).to_have_attribute(
        "data-status", "read"
    )


def test_the_cfo_keyword_switches_the_persona_and_the_books_open(phone: Page) -> None:
    as_new_diner(phone, "Emil")
    open_chat(phone, "Inzozi Kitchen")
    write(phone, "/cfo")
    expect(replies(phone).last).to_contain_text("CFO", timeout=15_000)
    write(phone, "P&L for August 2025")
    expect(replies(phone)).to_have_count(2, timeout=15_000)
    expect(replies(phone).last).to_contain_text("Gross profit")


def test_each_diner_has_a_chat_of_their_own(phone: Page) -> None:
    as_new_diner(phone, "Fina")
    open_chat(phone, "Il-Gallarija")
    write(phone, "say exactly: only for Fina")
    expect(replies(phone).last).to_contain_text("only for Fina", timeout=15_000)
    if phone.get_by_test_id("back").is_visible():
        phone.get_by_test_id("back").click()
    as_new_diner(phone, "Gino")
    open_chat(phone, "Il-Gallarija")
    expect(replies(phone)).to_have_count(0)


def test_a_message_with_markup_is_shown_as_text_and_runs_nothing(phone: Page) -> None:
    as_new_diner(phone, "Hugo")
    open_chat(phone, "Inzozi Kitchen")
    write(phone, "say exactly: <img src=x onerror=alert(1)> *bold* _slanted_")
    expect(replies(phone).last).to_contain_text("<img src=x onerror=alert(1)>", timeout=15_000)
    expect(replies(phone).last.locator("strong")).to_have_text("bold")
    assert phone.locator('[data-testid="messages"] img').count() == 0


def test_nothing_scrolls_sideways(phone: Page) -> None:
    open_chat(phone, "Inzozi Kitchen")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
