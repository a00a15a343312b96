"""What another process changed appears on a page that is open, by itself."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from models import audit
from tests.console.browsing import Served, accessible, signed_in


def change(served: Served, subject: str) -> None:
    """By this process, which is not the one that serves the page."""
    with served.database.transaction() as session:
        audit.note(
            session,
            at=datetime.now(UTC),
            restaurant_id=1,
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
