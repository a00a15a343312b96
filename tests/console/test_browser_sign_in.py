"""Into the console and out, in a browser: by a link, by a password, and not otherwise."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handlers.limits import SIGN_IN_BY_ACCOUNT
from tests.console.browsing import Scheme, Served, accessible, address_of, opened, signed_in
from tests.scenarios.phones import NARROW, WIDE

PASSWORD = "seven kettles on a pier"


def by_password(served: Served, page: Page, number: str, password: str) -> None:
    page.goto(f"{served.url}/console/sign-in")
    page.get_by_label("Your WhatsApp number").fill(number)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_one_signs_in_by_a_link_and_out_and_in_again_by_a_password(
    served: Served, page: Page
) -> None:
    page.goto(f"{served.url}/console/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    accessible(page)
    signed_in(served, page)
    expect(page.get_by_role("main")).to_be_visible()
    page.locator(".who").click()
    accessible(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_role("button", name="password").click()
    expect(page.locator("#toasts")).to_contain_text("Your password is set")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.locator("#toasts")).to_contain_text("You are signed out")
    page.goto(f"{served.url}/console/kigali/audit")
    by_password(served, page, address_of("owner"), PASSWORD)
    expect(page.locator(".who")).to_contain_text("Owner")
    page.goto(f"{served.url}/console/kigali/audit")
    expect(page.get_by_text("Console: password set").first).to_be_visible()
    accessible(page)


def test_a_wrong_password_is_told_and_soon_no_more_are_taken(
    served: Served, browser: Browser
) -> None:
    with opened(browser, NARROW) as page:
        signed_in(served, page, "finance")
    with opened(browser, NARROW) as page:
        by_password(served, page, address_of("finance"), "not it")
        for _ in range(SIGN_IN_BY_ACCOUNT.most):
            expect(page.get_by_text("belong together")).to_be_visible()
            expect(page.get_by_label("Password")).to_have_value("")
            page.get_by_label("Password").fill("nor this")
            page.get_by_label("Password").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("tried too often")
        accessible(page)


def test_a_link_that_was_used_and_a_page_of_another_role_say_so(
    served: Served, browser: Browser
) -> None:
    link = served.link("waiter")
    with opened(browser, NARROW) as page:
        for _ in range(2):
            page.goto(link)
            if page.get_by_role("button").count():
                page.get_by_role("button", name="Yes, sign me in").click()
        expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
        page.goto(f"{served.url}/console/kigali/audit")
        expect(page.get_by_role("heading", name="Not yours to see")).to_be_visible()
        accessible(page)
        page.goto(f"{served.url}/console/valletta/audit")
        expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()


def test_a_strangers_cookie_and_a_form_of_another_session_are_refused(
    served: Served, browser: Browser
) -> None:
    with opened(browser, WIDE) as page:
        signed_in(served, page, "manager")
        page.goto(f"{served.url}/console/me")  # which is not live: it does not look anew
        own: Any = next(each for each in page.context.cookies() if each["name"] == "console")
        page.context.add_cookies([own | {"value": own["value"][:-4] + "AAAA"}])
        # A live page that asks then is told so in the way that it can read.
        page.evaluate(
            "new Promise(end => {"
            "new EventSource('/console/kigali/conversations/live').addEventListener('over', end)})"
        )
        page.goto(f"{served.url}/console/me")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.context.add_cookies([own])
        page.goto(f"{served.url}/console/me")
        page.evaluate("document.querySelector('[name=csrf_token]').value = 'forged'")
        page.get_by_role("button", name="Sign out", exact=True).first.click()
        expect(page.get_by_role("heading", name="This form is too old")).to_be_visible()
        page.goto(f"{served.url}/console/me")
        expect(page.get_by_role("heading", name="Manager")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_way_in_can_be_read(
    served: Served, browser: Browser, scheme: Scheme
) -> None:
    with opened(browser, NARROW, scheme) as page:
        for path in ("sign-in", "link/none"):
            page.goto(f"{served.url}/console/{path}")
            accessible(page)
        signed_in(served, page)
        for path in ("", "me", "kigali/audit", "kigali/nowhere"):
            page.goto(f"{served.url}/console/{path}")
            accessible(page)


def test_one_gets_to_the_content_and_through_the_menu_by_keyboard(
    served: Served, browser: Browser
) -> None:
    with opened(browser, NARROW) as page:
        signed_in(served, page)
        page.goto(f"{served.url}/console/kigali/audit")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()
