"""What another process changed appears on a page that is open, by itself."""

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, expect

from models import audit, restaurants, staff
from tests.console.browsing import Served, accessible, address_of, opened, signed_in
from tests.scenarios.phones import ANSWER_MS, NARROW


def change(served: Served, subject: str, restaurant_id: int = 1) -> None:
    """By this process, which is not the one that serves the page."""
    with served.database.transaction() as session:
        audit.note(
            session,
            at=datetime.now(UTC),
            restaurant_id=restaurant_id,
            by=audit.COMMAND_LINE,
            what="menu.price_changed",
            subject=subject,
        )


def test_a_change_appears_by_itself_and_the_page_keeps_its_place(
    served: Served, page: Page
) -> None:
    signed_in(served, page)
    page.goto(f"{served.url}/console/kigali/audit")
    page.locator("#content").focus()
    for nth in range(2):
        subject = f"{page.viewport_size['width'] if page.viewport_size else 0}, change {nth}"
        change(served, subject)
        expect(page.get_by_text(subject)).to_be_visible()
    expect(page.locator("#content")).to_be_focused()
    accessible(page)


def test_who_may_not_see_it_any_more_is_sent_to_sign_in(served: Served, browser: Browser) -> None:
    with opened(browser, NARROW) as page:
        signed_in(served, page, "owner", "valletta")
        page.goto(f"{served.url}/console/valletta/audit")
        expect(page.get_by_text("Console: signed in").first).to_be_visible()
        with served.database.transaction() as session:
            for restaurant in restaurants.all_of_them(session):
                staff.remove(session, restaurant.id, address_of("owner"))
        change(served, "the last", restaurant_id=2)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=ANSWER_MS)
