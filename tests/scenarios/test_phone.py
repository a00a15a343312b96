"""The phone in a real browser, against what `make run` starts, on a narrow and on a wide screen."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.scenarios.phones import (
    ANSWER_MS,
    NARROW,
    WIDE,
    as_new_diner,
    ask,
    open_chat,
    opened,
    phone_of,
    replies,
    write,
)
from tests.scenarios.world import House


@pytest.fixture(params=[NARROW, WIDE], ids=["390 px", "1280 px"])
def phone(request: pytest.FixtureRequest, practice: House, browser: Browser) -> Iterator[Page]:
    with opened(practice, browser, request.param) as page:
        yield page


@pytest.fixture
def another_phone(practice: House, browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens as many as one likes, side by side."""
    with ExitStack() as phones:
        yield lambda: phones.enter_context(opened(practice, browser, NARROW))


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


def test_an_allergy_said_once_is_respected_ten_turns_later(
    another_phone: Callable[[], Page],
) -> None:
    ines, jonas = phone_of("Ines", another_phone()), phone_of("Jonas", another_phone())
    assert "Isombe" in ask(jonas, "what contains peanuts?")
    assert "I keep that in mind" in ask(ines, "I'm allergic to peanuts")
    for nth in range(1, 11):
        assert ask(ines, f"say exactly: {nth}") == f"{nth}"
    assert "RWF" in ask(jonas, "isombe")
    refused = ask(ines, "isombe")
    assert "fits what you told me about peanuts" in refused
    assert "RWF" not in refused
    assert "peanuts" in ask(ines, "/me")


def test_a_dish_that_the_staff_takes_off_is_gone_from_the_next_answer(
    another_phone: Callable[[], Page],
) -> None:
    karl, jean = phone_of("Karl", another_phone()), staffs_phone(another_phone())
    assert "Pilawu" in ask(karl, "do you have pilawu?")
    assert "is off the menu until" in ask(jean, "/86 pilawu")
    gone = ask(karl, "do you have pilawu?")
    assert "sold out until" in gone
    assert "RWF" not in gone
    assert "is on the menu again" in ask(jean, "/undo")
    assert "RWF" in ask(karl, "do you have pilawu?")


def test_a_hand_over_to_the_cfo_is_seen_and_lasts(another_phone: Callable[[], Page]) -> None:
    lena = phone_of("Lena", another_phone())
    ask(lena, "what coffee do you have?")
    answer = ask(lena, "what is the VAT rate on restaurant meals?")
    assert answer.startswith("Over to the CFO:")
    assert "VAT in Rwanda is 18" in answer
    expect(replies(lena).last.locator("em").first).to_have_text("Over to the CFO:")
    assert "Gross profit" in ask(lena, "P&L for August 2025")


def test_a_person_of_the_staff_answers_and_the_waiter_is_silent_until_it_is_over(
    another_phone: Callable[[], Page],
) -> None:
    mira = phone_of("Mira", another_phone(), "Il-Gallarija")
    jean = staffs_phone(another_phone(), "Il-Gallarija")
    assert "/to" in ask(jean, "/help")
    called = replies(jean).count()
    assert "I've called a colleague" in ask(mira, "can I talk to a human?")
    expect(replies(jean)).to_have_count(called + 1, timeout=ANSWER_MS)
    [number] = re.findall(r"/to (\d+)", replies(jean).last.inner_text())
    assert "Mira" in replies(jean).last.inner_text()
    write(mira, "what coffee do you have?")  # for Jean now, whom it reaches
    expect(replies(jean)).to_have_count(called + 2, timeout=ANSWER_MS)
    expect(replies(jean).last).to_contain_text("what coffee do you have?")
    assert f"Sent to {number}." in ask(jean, f"/to {number} Jean here: *two* minutes, please.")
    expect(replies(mira)).to_have_count(2, timeout=ANSWER_MS)
    expect(replies(mira).last).to_contain_text("Jean here: two minutes, please.")
    assert "waiter again" in ask(jean, f"/done {number}")
    assert "€" in ask(mira, "what coffee do you have?")
    expect(replies(mira)).to_have_count(3)


def staffs_phone(page: Page, restaurant: str = "Inzozi Kitchen") -> Page:
    """That of Jean, who is one for all tests: each of them has him write to another restaurant."""
    page.get_by_test_id("diner-switch").click()
    page.get_by_role("menuitemradio", name="Jean (staff)").click()
    expect(page.get_by_test_id("diner-switch")).to_contain_text("Jean (staff)")
    open_chat(page, restaurant)
    expect(page.get_by_test_id("suggestion").first).to_have_text("/help")
    return page
